"""A request that nobody takes climbs until somebody must, and never leaves the clock's sight."""

import pytest
from sqlalchemy.dialects.postgresql import insert

from bot.referrals import (
    DUTY_DESK,
    Category,
    Outcome,
    Rung,
    State,
    Step,
    Urgency,
)
from bot.staff import admit, member_of
from bot.store.staff import Staff
from bot.store.tables import absences
from tests.store.late.clockwork import DAY, HOUR, MINUTE, Clockwork
from tests.store.making import AT
from tests.store.office import SFAX, arrived


async def test_where_every_office_is_dead_a_request_reaches_the_duty_desk_and_rings_there_daily(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    assert (referral.office, referral.rung) == (SFAX, Rung.OFFICE)
    climbed = await clockwork.until(AT + 2 * HOUR)
    assert [(one.to_office, one.step) for one in climbed] == [
        (SFAX, "supervisor"),
        (DUTY_DESK, "duty-desk"),
    ]
    daily = await clockwork.until(AT + 2 * HOUR + 3 * DAY)
    assert [(one.to_office, one.step) for one in daily] == [(DUTY_DESK, "again")] * 3
    now = await clockwork.found(referral.reference)
    assert (now.office, now.rung, now.state) == (DUTY_DESK, Rung.DUTY, State.WAITING)


async def test_every_step_is_a_line_before_the_office_that_has_the_request_then(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    await clockwork.until(AT + 2 * HOUR)
    steps = [str(one["step"]).partition("@")[0] for one in clockwork.deferred.named("alert")]
    assert steps == ["new", "supervisor", "duty-desk"]
    events = await clockwork.rules.store.events(referral)
    assert [one.action for one in events] == [None, "climb", "climb"]


async def test_danger_now_rings_after_15_minutes_and_is_higher_after_60(
    clockwork: Clockwork,
) -> None:
    await clockwork.wanted(urgency=Urgency.NOW)
    assert [one.step for one in await clockwork.until(AT + 15 * MINUTE)] == ["again"]
    assert [one.step for one in await clockwork.until(AT + 59 * MINUTE)] == []
    assert [one.step for one in await clockwork.until(AT + 60 * MINUTE)] == ["supervisor"]


async def test_who_takes_a_request_and_does_not_answer_in_time_loses_it(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    clockwork.now += 10 * MINUTE
    await clockwork.rules.claim(referral, "officer-1")
    assert await clockwork.until(AT + 69 * MINUTE) == []
    (lapsed,) = await clockwork.until(AT + 70 * MINUTE)
    assert (lapsed.step, lapsed.to_office) == ("lapsed", SFAX)
    now = await clockwork.found(referral.reference)
    assert (now.state, now.claimed_by) == (State.WAITING, None)


async def test_who_has_answered_keeps_it(clockwork: Clockwork) -> None:
    referral = await clockwork.wanted()
    taken = await clockwork.rules.claim(referral, "officer-1")
    await clockwork.rules.answer(taken, "officer-1", "An invented answer.", clockwork.opens)
    assert await clockwork.until(AT + 3 * DAY) == []


async def test_a_request_that_was_taken_back_is_not_looked_at(clockwork: Clockwork) -> None:
    referral = await clockwork.wanted()
    await clockwork.rules.claim(referral, "officer-1")
    await clockwork.rules.withdraw(await clockwork.found(referral.reference))
    assert await clockwork.until(AT + DAY) == []


async def test_the_job_of_a_step_and_the_scan_do_it_once_between_them(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    due = AT + HOUR
    assert await clockwork.late.step(referral.id, due - MINUTE) == due
    assert (await clockwork.found(referral.reference)).rung is Rung.OFFICE
    assert await clockwork.late.step(referral.id, due) == due + HOUR
    assert (await clockwork.found(referral.reference)).rung is Rung.SUPERVISOR
    assert await clockwork.late.step(referral.id, due) == due + HOUR
    assert await clockwork.late.scan(due, due) == ()


async def test_the_job_of_a_request_ends_with_it(clockwork: Clockwork) -> None:
    referral = await clockwork.wanted()
    taken = await clockwork.rules.claim(referral, "officer-1")
    await clockwork.rules.close(taken, "officer-1", Outcome.HELPED)
    assert await clockwork.late.step(referral.id, AT + HOUR) is None


async def test_a_request_that_is_taken_needs_no_second_job(clockwork: Clockwork) -> None:
    referral = await clockwork.wanted()
    clockwork.now = AT + 50 * MINUTE
    taken = await clockwork.rules.claim(referral, "officer-1")
    assert len(clockwork.deferred.named("step")) == 1
    await clockwork.rules.release(taken, "officer-1")
    assert len(clockwork.deferred.named("step")) == 1


async def test_a_clock_that_leaps_brings_each_request_one_rung_at_a_time(
    clockwork: Clockwork,
) -> None:
    await clockwork.wanted()
    leapt = AT + 400 * DAY
    assert len(await clockwork.late.scan(leapt, leapt)) == 1
    assert await clockwork.late.scan(leapt, leapt) == ()


async def test_what_is_done_as_of_a_later_time_is_stored_as_done_now(
    clockwork: Clockwork,
) -> None:
    referral = await clockwork.wanted()
    (step,) = await clockwork.late.scan(AT + 2 * HOUR, AT)
    assert step == Step(referral.reference, SFAX, SFAX, "supervisor")
    now = await clockwork.found(referral.reference)
    assert now.since == AT
    assert max(one.at for one in await clockwork.rules.store.events(now)) == AT


async def test_an_office_whose_officers_are_all_away_is_passed_over(
    clockwork: Clockwork, staff: Staff
) -> None:
    away = {"gone": AT - DAY, "back": AT + DAY}
    gone = insert(absences).values(officer=clockwork.officer, **away)
    await clockwork.connection.execute(gone)
    assert (await clockwork.wanted()).office == DUTY_DESK
    other, _ = await arrived(staff, "two")
    assert (await clockwork.wanted()).office == DUTY_DESK, "the other is pending"
    member = await member_of(SFAX, other.officer.id, staff)
    await admit(member, clockwork.opens, staff, AT)
    assert (await clockwork.wanted()).office == SFAX
    await clockwork.connection.execute(gone.values(officer=other.officer.id))
    assert (await clockwork.wanted()).office == DUTY_DESK


async def test_danger_that_was_forgotten_for_an_hour_goes_on_at_once(clockwork: Clockwork) -> None:
    await clockwork.wanted(urgency=Urgency.NOW)
    back = AT + 70 * MINUTE
    assert [one.step for one in await clockwork.late.scan(back, back)] == ["supervisor"]


async def test_danger_at_night_rings_at_the_office_and_is_at_the_duty_desk_after_an_hour(
    clockwork: Clockwork,
) -> None:
    clockwork.now = night = AT.replace(hour=1)
    referral = await clockwork.wanted(urgency=Urgency.NOW)
    assert referral.office == SFAX
    steps = await clockwork.until(night + 60 * MINUTE)
    assert [(one.to_office, one.step) for one in steps] == [
        (SFAX, "again"),
        (DUTY_DESK, "duty-desk"),
    ]


async def test_danger_where_everybody_is_away_is_at_the_duty_desk_after_an_hour(
    clockwork: Clockwork,
) -> None:
    away = {"gone": AT - DAY, "back": AT + DAY}
    await clockwork.connection.execute(insert(absences).values(officer=clockwork.officer, **away))
    assert (await clockwork.wanted(urgency=Urgency.NOW)).office == SFAX
    steps = await clockwork.until(AT + 60 * MINUTE)
    assert [one.step for one in steps] == ["again", "duty-desk"]


@pytest.mark.parametrize("category", [Category.TRAFFICKING, Category.PROTECTION, Category.CHILD])
async def test_where_nobody_is_there_at_creation_it_is_at_the_duty_desk_from_the_start(
    clockwork: Clockwork, category: Category
) -> None:
    clockwork.now = AT.replace(hour=22)
    referral = await clockwork.wanted(category=category)
    assert (referral.office, referral.rung) == (DUTY_DESK, Rung.DUTY)
    assert clockwork.deferred.named("alert") == [{"referral": referral.id, "step": "new"}]
    (first, *_) = await clockwork.until(referral.due + DAY)
    assert (first.to_office, first.step) == (DUTY_DESK, "again")
