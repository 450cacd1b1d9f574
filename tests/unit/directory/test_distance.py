"""Distances between towns, and how they are told."""

import pytest

from bot.directory import Point, geodesic_km, rounded_km

# A degree on the equator and on a meridian, the line of Vincenty (1975) from Flinders Peak to
# Buninyong, and one across the date line.
KNOWN = [
    (Point(0.0, 0.0), Point(0.0, 1.0), 111.319),
    (Point(0.0, 0.0), Point(1.0, 0.0), 110.574),
    (Point(-37.951033, 144.424868), Point(-37.652821, 143.926496), 54.972),
    (Point(0.0, 179.5), Point(0.0, -179.5), 111.319),
]


@pytest.mark.parametrize(("a", "b", "expected"), KNOWN)
def test_the_geodesic_is_that_of_the_ellipsoid(a: Point, b: Point, expected: float) -> None:
    assert geodesic_km(a, b) == pytest.approx(expected, rel=0.0005)
    assert geodesic_km(b, a) == pytest.approx(geodesic_km(a, b))


def test_a_town_is_no_distance_from_itself() -> None:
    assert geodesic_km(Point(34.74, 10.76), Point(34.74, 10.76)) == 0.0


@pytest.mark.parametrize(
    ("km", "told"),
    [(0.0, 5), (0.24, 5), (7.4, 5), (12.6, 15), (64.0, 60), (237.0, 250), (710, 700)],
)
def test_a_distance_is_told_roughly(km: float, told: int) -> None:
    assert rounded_km(km) == told
