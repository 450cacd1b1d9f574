"""When an office works: on its own clock, not on public holidays, not while everybody is away."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.referrals import Worktime, all_away, closes, is_open, opens
from bot.referrals.worktime import WORLD, after

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUNIS = Worktime(ZoneInfo("Africa/Tunis"), "TN")
RIYADH = Worktime(ZoneInfo("Asia/Riyadh"), "SA")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_an_office_without_hours_works_from_nine_to_five_on_its_own_clock() -> None:
    assert not is_open(TUNIS, at(23, 7, 59))
    assert is_open(TUNIS, at(23, 8))
    assert is_open(TUNIS, at(23, 15, 59))
    assert not is_open(TUNIS, at(23, 16))


def test_the_weekend_is_that_of_the_country() -> None:
    friday, sunday = at(27, 9), at(29, 9)
    assert is_open(TUNIS, friday)
    assert not is_open(TUNIS, sunday)
    assert not is_open(RIYADH, friday)
    assert is_open(RIYADH, sunday)


@pytest.mark.parametrize("country", ["LY", "SD", "AF", "PK", "DJ", "ET", "SO", "TN", "DE"])
def test_public_holidays_are_known_where_the_parser_of_hours_knows_none(country: str) -> None:
    worktime = Worktime(WORLD, country, "Mo-Su 00:00-24:00")
    closed = [day for day in range(365) if not is_open(worktime, MONDAY + day * DAY + 12 * HOUR)]
    assert len(closed) >= 5


def test_an_office_is_closed_while_everybody_is_away_and_open_again_after() -> None:
    away = Worktime(TUNIS.clock, "TN", away=((at(23, 9), at(24, 12)),))
    assert is_open(away, at(23, 8, 30))
    assert opens(away, at(23, 9)) == at(24, 12)
    assert after(away, at(23, 8), 2 * HOUR) == at(24, 13)


def test_everybody_is_away_only_where_all_absences_meet() -> None:
    one, other = [(at(23, 0), at(25, 0))], [(at(24, 0), at(26, 0))]
    assert all_away([one, other]) == ((at(24, 0), at(25, 0)),)
    assert all_away([one, []]) == ()
    assert all_away([]) == ()


def test_an_office_that_never_opens_is_said_so() -> None:
    assert opens(Worktime(WORLD, None, "off"), MONDAY) is None
    assert after(Worktime(WORLD, None, "off"), MONDAY, HOUR) is None


def test_the_hour_that_a_clock_repeats_or_leaves_out_is_counted_as_it_passes() -> None:
    berlin = Worktime(ZoneInfo("Europe/Berlin"), None, "24/7")
    night = datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert after(berlin, night, 10 * HOUR) == night + 10 * HOUR
    kept = Worktime(ZoneInfo("Europe/Berlin"), None, "Mo-Su 00:00-24:00")
    assert after(kept, night, 10 * HOUR) == night + 10 * HOUR


@given(
    minutes=st.integers(0, 60 * 24 * 400),
    hours=st.sampled_from([None, "24/7", "Mo-Fr 09:00-17:00", "Mo-Su 22:00-04:00"]),
    zone=st.sampled_from(["UTC", "Africa/Tunis", "America/New_York", "Australia/Lord_Howe"]),
)
def test_an_office_is_open_at_the_moment_it_is_said_to_open(
    minutes: int, hours: str | None, zone: str
) -> None:
    moment = MONDAY + timedelta(minutes=minutes)
    worktime = Worktime(ZoneInfo(zone), "DE", hours)
    opening = opens(worktime, moment)
    assert opening is not None
    assert opening >= moment
    assert is_open(worktime, opening)
    assert opens(worktime, opening) == opening


def test_an_office_closes_when_its_day_ends_or_the_last_of_it_goes() -> None:
    assert closes(TUNIS, at(23, 10)) == at(23, 16)
    assert closes(Worktime(TUNIS.clock, "TN", away=((at(23, 12), at(24, 12)),)), at(23, 10)) == at(
        23, 12
    )
    assert closes(TUNIS, at(23, 17)) is None


def test_a_night_shift_closes_in_the_morning_and_one_without_end_never() -> None:
    night = Worktime(WORLD, None, "Mo-Su 20:00-06:00")
    assert closes(night, at(23, 22)) == at(24, 6)
    assert closes(Worktime(hours="24/7"), at(23, 22)) is None
    assert closes(Worktime(hours="Mo-Su 00:00-24:00"), at(23, 22)) is None
