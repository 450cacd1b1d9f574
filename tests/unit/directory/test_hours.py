"""Opening hours on the place's own clock."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.directory import Point, clock_of, open_now, opens_next
from tests.unit.directory.making import SFAX, TUESDAY_NOON, line, office

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")


def test_hours_are_read_on_the_clock_of_the_place() -> None:
    early = office("tn-a", SFAX, hours="Mo-Fr 08:30-17:30")
    assert open_now(early, datetime(2026, 11, 24, 7, 29, tzinfo=UTC)) is False
    assert open_now(early, datetime(2026, 11, 24, 7, 31, tzinfo=UTC)) is True


def test_the_askers_own_zone_does_not_matter() -> None:
    place = office("tn-a", SFAX, hours="Mo-Fr 08:30-17:30")
    elsewhere = TUESDAY_NOON.astimezone(timezone(timedelta(hours=-11)))
    assert open_now(place, elsewhere) is open_now(place, TUESDAY_NOON) is True


@pytest.mark.parametrize(
    ("hour", "expected"), [(20, False), (21, True), (23, True), (4, True), (5, False)]
)
def test_hours_across_midnight(hour: int, expected: bool) -> None:
    night = line("tn-a", hours="Mo-Su 22:00-06:00")
    assert open_now(night, datetime(2026, 11, 24, hour, 30, tzinfo=UTC)) is expected


def test_summer_time_is_followed() -> None:
    place = office("it-a", Point(41.9, 12.5), "IT", hours="Mo-Fr 09:00-10:00")
    assert open_now(place, datetime(2026, 7, 21, 7, 30, tzinfo=UTC)) is True
    assert open_now(place, datetime(2026, 11, 24, 7, 30, tzinfo=UTC)) is False


def test_day_and_night_is_open_even_where_the_clock_is_unknown() -> None:
    assert open_now(line("us-a", country="US", hours="24/7"), TUESDAY_NOON) is True


def test_unknown_hours_and_unknown_clocks_are_unknown_not_closed() -> None:
    assert open_now(line("tn-a"), TUESDAY_NOON) is None
    assert open_now(line("us-a", country="US", hours="Mo-Fr 09:00-17:00"), TUESDAY_NOON) is None


def test_zones_of_one_country_that_agree_are_one_clock() -> None:
    assert clock_of("MY", None) in {KUALA_LUMPUR, ZoneInfo("Asia/Kuching")}
    assert clock_of("US", None) is None


def test_the_next_opening_is_told_in_the_places_own_zone() -> None:
    place = office("tn-a", SFAX, hours="Mo-Fr 08:30-17:30")
    friday_evening = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    opens = opens_next(place, friday_evening)
    assert opens == datetime(2026, 11, 30, 8, 30, tzinfo=ZoneInfo("Africa/Tunis"))
    assert opens_next(place, TUESDAY_NOON) is None


def test_public_holidays_count_where_the_parser_knows_them() -> None:
    place = office("fr-a", Point(48.85, 2.35), "FR", hours="Mo-Su 09:00-17:00; PH off")
    assert open_now(place, datetime(2026, 12, 25, 11, 0, tzinfo=UTC)) is False
    unknown = office("tn-a", SFAX, hours="Mo-Su 09:00-17:00; PH off")
    assert open_now(unknown, TUESDAY_NOON) is True
