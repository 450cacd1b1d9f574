"""When a request is late, and who is told: no request is ever left where nobody looks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.referrals import (
    Category,
    Desk,
    Ladder,
    Pace,
    Rung,
    Stand,
    Times,
    Urgency,
    Worktime,
    again,
    climbed,
    due,
    first,
    is_open,
    pace,
)
from bot.referrals.sla import recounted

AT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
OFFICE = Desk("office", Worktime(ZoneInfo("Africa/Tunis"), "TN"))
REGION = Desk("region", Worktime(ZoneInfo("Africa/Cairo"), "EG"))
DUTY = Desk("duty-desk", Worktime(hours="24/7"))
LADDER: Ladder = {
    Rung.OFFICE: OFFICE,
    Rung.SUPERVISOR: OFFICE,
    Rung.REGIONAL: REGION,
    Rung.DUTY: DUTY,
}
PACES = {
    Category.TRAFFICKING: Pace.HOUR,
    Category.PROTECTION: Pace.THREE_HOURS,
    Category.CHILD: Pace.THREE_HOURS,
}


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("urgency", list(Urgency))
def test_danger_comes_before_trafficking_before_protection_before_the_rest(
    category: Category, urgency: Urgency
) -> None:
    expected = Pace.NOW if urgency is Urgency.NOW else PACES.get(category, Pace.DAY)
    assert pace(category, urgency) is expected


def test_whoever_is_under_eighteen_waits_three_hours_at_most() -> None:
    assert pace(Category.OTHER, Urgency.LATER, young=True) is Pace.THREE_HOURS
    assert pace(Category.TRAFFICKING, Urgency.LATER, young=True) is Pace.HOUR


def test_a_working_day_is_counted_in_hours_of_work_over_the_weekend() -> None:
    # Friday 16:00 in Tunis: one hour that day, seven on Monday.
    assert due(Pace.DAY, OFFICE, FRIDAY) == datetime(2026, 11, 30, 15, tzinfo=UTC)


def test_a_public_holiday_is_no_working_day() -> None:
    # 14 January is a holiday in Tunisia: from Wednesday noon it goes on on Friday.
    wednesday = datetime(2026, 1, 13, 15, tzinfo=UTC)
    assert due(Pace.DAY, OFFICE, wednesday) == datetime(2026, 1, 15, 15, tzinfo=UTC)


def test_an_office_sets_its_own_times() -> None:
    quick = Desk("office", OFFICE.worktime, Times(hour=20 * MINUTE, day=HOUR))
    assert due(Pace.HOUR, quick, NOON) == NOON + 20 * MINUTE
    assert due(Pace.DAY, quick, NOON) == NOON + HOUR


def test_danger_rings_again_after_15_minutes_and_goes_on_after_60() -> None:
    stand = first(Pace.NOW, LADDER, NOON)
    assert (stand.rung, stand.wakes) == (Rung.OFFICE, NOON + 15 * MINUTE)
    told = climbed(Pace.NOW, stand, LADDER, NOON + 15 * MINUTE)
    assert (told.rung, told.wakes, told.alerts) == (Rung.OFFICE, NOON + HOUR, 1)
    higher = climbed(Pace.NOW, told, LADDER, NOON + HOUR)
    assert (higher.rung, higher.wakes) == (Rung.SUPERVISOR, NOON + HOUR + 15 * MINUTE)


def test_danger_that_nobody_looked_at_for_an_hour_goes_on_at_once() -> None:
    stand = first(Pace.NOW, LADDER, NOON)
    assert climbed(Pace.NOW, stand, LADDER, NOON + 59 * MINUTE).wakes == NOON + HOUR
    assert climbed(Pace.NOW, stand, LADDER, NOON + HOUR).rung is Rung.SUPERVISOR


def test_danger_rings_at_an_office_at_night_and_after_an_hour_where_somebody_is_up() -> None:
    stand = first(Pace.NOW, LADDER, AT)
    assert (stand.rung, stand.wakes) == (Rung.OFFICE, AT + 15 * MINUTE)
    told = climbed(Pace.NOW, stand, LADDER, stand.wakes)
    assert (told.rung, told.wakes) == (Rung.OFFICE, AT + HOUR)
    assert climbed(Pace.NOW, told, LADDER, told.wakes).rung is Rung.DUTY


def test_danger_at_an_office_on_holiday_is_with_a_regional_desk_that_works_after_an_hour() -> None:
    # 14 January is a holiday in Tunisia, not in Egypt.
    holiday = datetime(2026, 1, 14, 9, tzinfo=UTC)
    stand = first(Pace.NOW, LADDER, holiday)
    assert climbed(Pace.NOW, stand, LADDER, holiday + HOUR).rung is Rung.REGIONAL


def test_danger_given_back_at_night_goes_at_once_to_where_somebody_is_up() -> None:
    stand = first(Pace.NOW, LADDER, AT)
    assert again(Pace.NOW, stand, LADDER, AT + MINUTE).rung is Rung.DUTY
    by_day = first(Pace.NOW, LADDER, NOON)
    assert again(Pace.NOW, by_day, LADDER, NOON + MINUTE).rung is Rung.OFFICE


def test_what_is_urgent_goes_past_offices_that_are_closed() -> None:
    assert first(Pace.HOUR, LADDER, NOON).rung is Rung.OFFICE
    assert first(Pace.HOUR, LADDER, AT).rung is Rung.DUTY
    assert first(Pace.DAY, LADDER, AT).rung is Rung.OFFICE


def test_an_office_that_opens_in_time_still_gets_what_is_urgent() -> None:
    early = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # 8:30 in Tunis
    assert first(Pace.HOUR, LADDER, early).rung is Rung.OFFICE


def test_an_office_where_everybody_is_away_is_closed() -> None:
    away = Worktime(OFFICE.worktime.clock, "TN", away=((NOON - DAY, NOON + 3 * DAY),))
    ladder = {**LADDER, Rung.OFFICE: Desk("office", away), Rung.SUPERVISOR: Desk("office", away)}
    assert first(Pace.HOUR, ladder, NOON).rung is Rung.REGIONAL


def test_a_rung_on_which_nobody_stands_is_left_out() -> None:
    ladder = {Rung.OFFICE: OFFICE, Rung.DUTY: DUTY}
    stand = climbed(Pace.DAY, first(Pace.DAY, ladder, NOON), ladder, NOON + DAY)
    assert stand.rung is Rung.DUTY


def test_the_duty_desk_is_told_every_day() -> None:
    stand = Stand(Rung.DUTY, "duty-desk", AT, AT)
    daily = climbed(Pace.DAY, stand, LADDER, AT)
    assert (daily.rung, daily.wakes, daily.alerts) == (Rung.DUTY, AT + DAY, 1)


def test_the_duty_desk_is_told_within_a_day_however_long_it_gives_itself() -> None:
    slow = {Rung.DUTY: Desk("duty-desk", DUTY.worktime, Times(day=40 * HOUR))}
    assert first(Pace.DAY, slow, NOON).wakes == NOON + DAY
    ahead = Stand(Rung.DUTY, "duty-desk", NOON, NOON + 400 * DAY)
    assert recounted(Pace.DAY, ahead, slow[Rung.DUTY], NOON).wakes == NOON + DAY


def test_what_is_given_back_waits_on_its_rung_anew() -> None:
    stand = Stand(Rung.REGIONAL, "region", NOON, NOON)
    assert again(Pace.DAY, stand, LADDER, NOON).rung is Rung.REGIONAL
    assert again(Pace.HOUR, stand, LADDER, AT).rung is Rung.DUTY


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    hours = st.sampled_from(
        [None, "24/7", "Mo 09:00-09:05", "Mo-Fr 09:00-17:00", "Sa,Su 10:00-12:00"]
    )
    zones = st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"])
    countries = st.sampled_from([None, "TN", "SA", "SO", "JP", "UA"])
    gone = draw(st.booleans())
    away = ((AT - DAY, AT + 400 * DAY),) if gone else ()
    office = Desk("office", Worktime(ZoneInfo(draw(zones)), draw(countries), draw(hours), away))
    region = Desk("region", Worktime(ZoneInfo(draw(zones)), draw(countries), draw(hours)))
    ladder = {Rung.OFFICE: office, Rung.SUPERVISOR: office, Rung.DUTY: DUTY}
    return ladder | ({Rung.REGIONAL: region} if draw(st.booleans()) else {})


def steps(soon: Pace, ladder: Ladder, at: datetime) -> Iterator[Stand]:
    stand = first(soon, ladder, at)
    while True:
        yield stand
        stand = climbed(soon, stand, ladder, stand.wakes)


@given(
    soon=st.sampled_from(list(Pace)),
    ladder=ladders(),
    minutes=st.integers(0, 400 * 24 * 60),
)
def test_where_every_office_is_dead_the_duty_desk_has_it_in_bounded_time(
    soon: Pace, ladder: Ladder, minutes: int
) -> None:
    at = AT + minutes * MINUTE
    bound = {Pace.NOW: 3 * HOUR, Pace.HOUR: 3 * HOUR, Pace.THREE_HOURS: 9 * HOUR}
    walked = steps(soon, ladder, at)
    stand = next(one for one in walked if one.rung is Rung.DUTY)
    assert stand.since - at <= bound.get(soon, 15 * DAY)
    later = [next(walked) for _ in range(4)]
    assert all(one.rung is Rung.DUTY for one in later)
    assert later[-1].wakes - later[-2].wakes == DAY


@given(ladder=ladders(), minutes=st.integers(0, 400 * 24 * 60))
def test_danger_is_at_a_desk_where_somebody_is_up_in_an_hour_at_most(
    ladder: Ladder, minutes: int
) -> None:
    at = AT + minutes * MINUTE
    higher = next(one for one in steps(Pace.NOW, ladder, at) if one.rung is not Rung.OFFICE)
    assert higher.since - at <= HOUR
    assert is_open(ladder[higher.rung].worktime, higher.since)


@given(soon=st.sampled_from(list(Pace)), ladder=ladders())
def test_the_clock_never_looks_twice_at_one_moment(soon: Pace, ladder: Ladder) -> None:
    walked = steps(soon, ladder, AT)
    moments = [next(walked).wakes for _ in range(8)]
    assert moments == sorted(set(moments))
