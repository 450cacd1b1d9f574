"""A location becomes a town: what is kept of a pin is where thousands live."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import town_at


@pytest.mark.parametrize(
    ("lat", "lon", "country", "town"),
    [
        (34.7391, 10.7512, "TN", "Sfax"),
        (34.7812, 10.7201, "TN", "Sfax"),
        (52.5301, 13.3841, "DE", "Berlin"),
        (32.8953, 13.1771, "LY", "Tripoli"),
        (-17.3, 178.9, "FJ", None),
        (24.0, 15.0, "LY", None),
        (34.7391, 10.7512, "DZ", None),
    ],
)
def test_a_position_comes_down_on_the_town_of_its_country(
    lat: float, lon: float, country: str, town: str | None
) -> None:
    found = town_at(lat, lon, country)
    assert (found.city if found else None) == town


def test_the_date_line_is_no_wall() -> None:
    west, east = (town_at(-16.8, lon, "FJ") for lon in (179.99, -179.99))
    assert west == east


@given(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_whoever_stands_in_a_town_is_put_at_the_same_point(north: float, east: float) -> None:
    assert town_at(34.7406 + north, 10.7603 + east, "TN") == town_at(34.7406, 10.7603, "TN")
