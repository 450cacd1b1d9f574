"""Stops, leaps, broken rows: the clock loses no request, whatever happens to it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from bot.clock import SteadyClock
from bot.console.steps import OTHER, said_of
from bot.referrals import (
    DUTY_DESK,
    Outcome,
    Rung,
    State,
    Urgency,
    Wishes,
)
from bot.store.staff import Staff
from bot.store.tables import alerts, offices, referrals
from tests.store.late.clockwork import CAIRO, DAKAR, DAY, HOUR, MINUTE, Clockwork
from tests.store.making import AT
from tests.store.office import SFAX, arrived


async def test_what_was_kept_through_a_stop_of_the_program_is_done_at_the_next_scan(
    clockwork: Clockwork,
) -> None:
    # The jobs of the steps are lost with the old process; the rows are not.
    kept = [await clockwork.wanted() for _ in range(3)]
    clockwork.deferred.jobs.clear()
    back = AT + 9 * HOUR
    done = await clockwork.late.scan(back, back)
    assert {one.reference for one in done} == {one.reference for one in kept}


async def test_what_a_clock_that_ran_ahead_put_far_away_is_counted_anew(
    clockwork: Clockwork,
) -> None:
    waiting, taken = await clockwork.wanted(), await clockwork.wanted()
    ahead = AT + 400 * DAY
    clockwork.now = ahead
    await clockwork.rules.claim(taken, "officer-1")
    assert len(await clockwork.late.scan(ahead, ahead)) == 1
    right = AT + 10 * MINUTE
    assert await clockwork.late.scan(right, right) == ()
    for one, state in ((waiting, State.WAITING), (taken, State.CLAIMED)):
        now = await clockwork.found(one.reference)
        assert (now.state, now.wakes) == (state, right + HOUR)
    assert len(await clockwork.late.scan(right + HOUR, right + HOUR)) == 2


async def test_danger_that_came_while_a_clock_ran_ahead_rings_after_15_minutes_all_the_same(
    clockwork: Clockwork,
) -> None:
    clockwork.now = AT + 2 * HOUR
    referral = await clockwork.wanted(urgency=Urgency.NOW)
    assert await clockwork.late.scan(AT, AT) == ()
    assert (await clockwork.found(referral.reference)).wakes == AT + 15 * MINUTE
    clockwork.now = AT
    assert [one.step for one in await clockwork.until(AT + HOUR)] == ["again", "supervisor"]


async def test_what_was_taken_before_a_clock_ran_ahead_has_its_own_time_and_no_more(
    clockwork: Clockwork,
) -> None:
    taken = await clockwork.rules.claim(await clockwork.wanted(), "officer-1")
    # A clock that is half an hour ahead looks at it first, and leaves it.
    assert await clockwork.late.scan(AT + 30 * MINUTE, AT + 30 * MINUTE) == ()
    right = AT + 5 * MINUTE
    assert await clockwork.late.scan(right, right) == ()
    assert (await clockwork.found(taken.reference)).wakes == AT + HOUR


async def test_what_the_duty_desk_was_told_while_a_clock_ran_ahead_is_not_told_again_at_once(
    clockwork: Clockwork,
) -> None:
    await clockwork.wanted()
    told = AT + 3 * HOUR + DAY
    assert len(await clockwork.until(told)) == 4
    right = told - 2 * HOUR
    assert await clockwork.late.scan(right, right) == ()
    clockwork.now = right
    assert await clockwork.until(right + DAY - MINUTE) == []
    assert [one.step for one in await clockwork.until(right + DAY)] == ["again"]


@pytest.mark.parametrize("wrong", [2 * HOUR, -2 * HOUR])
async def test_a_clock_that_is_wrong_for_a_minute_takes_no_time_from_anybody_and_gives_none(
    clockwork: Clockwork, wrong: timedelta
) -> None:
    ran = off = timedelta()
    clock = SteadyClock(lambda: AT + ran + off, lambda: ran)
    taken: dict[str, datetime] = {}
    lapsed: dict[str, datetime] = {}
    for minute in range(90):
        ran = minute * MINUTE
        off = wrong if 10 <= minute < 12 else timedelta()
        clockwork.now = clock()
        if minute in (5, 11, 17):
            claimed = await clockwork.rules.claim(await clockwork.wanted(), "officer-1")
            taken[claimed.reference] = AT + ran
        for step in await clockwork.late.scan(clockwork.now, clockwork.now):
            lapsed[step.reference] = AT + ran
    assert len(taken) == 3
    assert lapsed == {one: at + HOUR for one, at in taken.items()}


async def test_clocks_of_two_machines_that_differ_a_little_take_nothing_from_anybody(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    taken = await clockwork.rules.claim(referral, "officer-1")
    behind = AT - 2 * MINUTE
    assert await clockwork.late.scan(behind, behind) == ()
    assert (await clockwork.found(referral.reference)).wakes == taken.wakes


async def test_a_clock_that_is_set_back_loses_nothing(clockwork: Clockwork) -> None:
    referral = await clockwork.wanted()
    behind = AT - 2 * HOUR
    assert await clockwork.late.scan(behind, behind) == ()
    right = AT + HOUR
    assert [one.step for one in await clockwork.late.scan(right, right)] == ["supervisor"]
    assert (await clockwork.found(referral.reference)).rung is Rung.SUPERVISOR


@pytest.mark.parametrize("sealed", [b"", b"nothing that opens", bytes(64)])
async def test_wishes_that_do_not_open_do_not_stop_the_clock(
    clockwork: Clockwork, sealed: bytes
) -> None:
    referral = await clockwork.wanted()
    mine = update(referrals).where(referrals.c.id == referral.id)
    await clockwork.connection.execute(mine.values(wishes_sealed=sealed))
    steps = await clockwork.until(AT + 2 * HOUR)
    assert [one.step for one in steps] == ["supervisor", "duty-desk"]


async def test_wishes_of_another_request_do_not_stop_the_clock(clockwork: Clockwork) -> None:
    other = await clockwork.wanted(wishes=Wishes(not_country="TN"))
    referral = await clockwork.wanted()
    theirs = select(referrals.c.wishes_sealed).where(referrals.c.id == other.id)
    mine = update(referrals).where(referrals.c.id == referral.id)
    await clockwork.connection.execute(mine.values(wishes_sealed=theirs.scalar_subquery()))
    clockwork.now = AT + HOUR
    assert len(await clockwork.late.scan(AT + HOUR, AT + HOUR)) == 2


async def test_a_request_that_cannot_be_moved_stops_no_other_and_is_said_at_the_duty_desk(
    clockwork: Clockwork,
) -> None:
    broken, sound = await clockwork.wanted(), await clockwork.wanted()
    # Nothing of the program leaves such a row: the clock has nothing to do with an answered one.
    mine = update(referrals).where(referrals.c.id == broken.id)
    await clockwork.connection.execute(mine.values(state=State.CLAIMED))
    await clockwork.connection.execute(mine.values(state=State.ANSWERED))
    for day in range(2):
        for minute in range(3):
            late = AT + HOUR + day * DAY + minute * MINUTE
            done = await clockwork.late.scan(late, late)
            assert {one.reference for one in done} <= {sound.reference}
    assert (await clockwork.found(sound.reference)).rung is not Rung.OFFICE
    stuck = select(alerts.c.office, alerts.c.step).where(alerts.c.referral == broken.id)
    assert sorted((await clockwork.connection.execute(stuck)).all()) == [
        (DUTY_DESK, "stuck@20261124"),
        (DUTY_DESK, "stuck@20261125"),
    ]


async def test_every_step_of_the_clock_is_said_in_words(clockwork: Clockwork) -> None:
    taken = await clockwork.wanted()
    await clockwork.wanted(urgency=Urgency.NOW)
    await clockwork.rules.claim(taken, "officer-1")
    await clockwork.until(AT + 5 * HOUR)
    steps = {str(one["step"]) for one in clockwork.deferred.named("alert")}
    names = {one.partition("@")[0] for one in steps}
    assert names == {"new", "again", "lapsed", "supervisor", "duty-desk"}
    assert [one for one in (*steps, "regional-desk@1", "expired@1") if said_of(one) is OTHER] == []


async def test_the_duty_desk_is_told_every_day_until_a_person_closes_it(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    await clockwork.until(AT + 2 * HOUR)
    assert len(await clockwork.until(AT + 2 * HOUR + 40 * DAY)) == 40
    taken = await clockwork.rules.claim(await clockwork.found(referral.reference), "duty-1")
    # Who takes it there and does nothing loses it again, and the days go on.
    (lapsed, again) = await clockwork.until(clockwork.now + 2 * HOUR)
    assert (lapsed.step, again.step) == ("lapsed", "again")
    taken = await clockwork.rules.claim(await clockwork.found(referral.reference), "duty-1")
    await clockwork.rules.close(taken, "duty-1", Outcome.NOT_REACHED)
    assert await clockwork.until(clockwork.now + 40 * DAY) == []


async def test_nothing_that_is_open_and_unanswered_is_out_of_the_clocks_sight(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    taken = await clockwork.rules.claim(referral, "officer-1")
    await clockwork.rules.release(taken, "officer-1")
    for one in (referral, taken, await clockwork.found(referral.reference)):
        assert one.wakes is not None


@pytest.fixture
async def cairo(clockwork: Clockwork, staff: Staff) -> str:
    """Give a regional desk that is there, above Tunis and so above Sfax."""
    clockwork.above(CAIRO)
    for desk in (CAIRO, DAKAR):
        known = insert(offices).values(id=desk, created=AT).on_conflict_do_nothing()
        await clockwork.connection.execute(known)
        await arrived(staff, desk, desk)
    return CAIRO


async def test_the_regional_desk_has_it_before_the_duty_desk(
    clockwork: Clockwork, cairo: str
) -> None:
    await clockwork.wanted()
    climbed = await clockwork.until(AT + 3 * HOUR)
    assert [(one.to_office, one.step) for one in climbed] == [
        (SFAX, "supervisor"),
        (cairo, "regional-desk"),
        (DUTY_DESK, "duty-desk"),
    ]


async def test_a_desk_that_was_not_in_the_question_gets_nothing_on_the_way_up(
    clockwork: Clockwork, cairo: str
) -> None:
    await clockwork.wanted()
    clockwork.above(DAKAR)
    climbed = await clockwork.until(AT + 2 * HOUR)
    assert [one.to_office for one in climbed] == [SFAX, DUTY_DESK]
    again = await clockwork.wanted()
    climbed = await clockwork.until(clockwork.now + 2 * HOUR)
    assert DAKAR in {one.to_office for one in climbed if one.reference == again.reference}
    assert cairo not in {one.to_office for one in climbed}
