"""A request that nobody takes climbs until somebody must, and never leaves the clock's sight."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import SteadyClock
from bot.console.steps import OTHER, said_of
from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
    Category,
    OfficeKeys,
    Outcome,
    Referral,
    Referrals,
    Rung,
    State,
    Step,
    Urgency,
    Wishes,
)
from bot.staff import admit, member_of
from bot.store.late import Late
from bot.store.referrals import Referrals as Store
from bot.store.staff import Staff
from bot.store.tables import absences, alerts, offices, referrals
from tests.sealing import given_key
from tests.store.making import AT, Deferred, a_request
from tests.store.office import SFAX, arrived

TUNIS, CAIRO, DAKAR = "iom-tn-tunis", "iom-eg-cairo-regional", "iom-sn-dakar-regional"
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=one) for one in (1, 60, 3600, 86_400))
# 24 November 2026 is a Tuesday; at 10:00 UTC it is 11:00 in Sfax.


@dataclass(slots=True)
class Clockwork:
    """A clock that is moved by hand, and what acts by it."""

    connection: AsyncConnection
    late: Late
    knowledge: Knowledge
    sealer: Sealer
    deferred: Deferred
    opens: OfficeKeys
    officer: str
    now: datetime = AT

    @property
    def rules(self) -> Referrals:
        store = Store(self.connection, self.sealer, self.deferred)
        return Referrals(store, self.knowledge.directory, self.now)

    async def wanted(self, **fields: Any) -> Referral:
        """Give a request to the office in Sfax, about trafficking unless told otherwise."""
        known: dict[str, Any] = {"category": Category.TRAFFICKING}
        receipt = await self.rules.open(a_request(**known | fields), SFAX, None)
        return await self.found(receipt.reference)

    def above(self, region: str) -> None:
        """Let a regional desk stand above the office in Tunis, from now on."""
        known = self.knowledge.directory
        tunis = replace(known.places[TUNIS], regional=region)
        here = tuple(tunis if one.id == TUNIS else one for one in known.in_country("TN"))
        directory = replace(
            known,
            places={**known.places, TUNIS: tunis},
            countries={**known.countries, "TN": here},
        )
        self.knowledge = replace(self.knowledge, directory=directory)
        self.late = replace(self.late, directory=lambda: directory)

    async def found(self, reference: str) -> Referral:
        referral = await self.rules.store.by_reference(reference)
        assert referral is not None
        return referral

    async def until(self, moment: datetime) -> list[Step]:
        """Let time pass, with a scan whenever something is due, and return what was done."""
        done: list[Step] = []
        due = select(func.min(referrals.c.wakes))
        while (wakes := await self.connection.scalar(due)) is not None and wakes <= moment:
            self.now = max(self.now, wakes)
            assert await self.late.scan(self.now - SECOND, self.now - SECOND) == ()
            done += await self.late.scan(self.now, self.now)
        self.now = moment
        return done


@pytest.fixture
async def clockwork(
    staff: Staff,
    connection: AsyncConnection,
    knowledge: Knowledge,
    sealer: Sealer,
    deferred: Deferred,
) -> Clockwork:
    """Give the clock's work on a machine where Sfax and the duty desk have an officer each."""

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncConnection]:
        async with connection.begin_nested():
            yield connection

    await connection.execute(insert(offices).values(id=SFAX, created=AT).on_conflict_do_nothing())
    await connection.execute(update(referrals).values(wakes=None))
    await given_key(connection, DUTY_DESK)
    one, _ = await arrived(staff, "one")
    opens = await one.opens(staff)
    late = Late(begin, sealer, deferred, lambda: knowledge.directory)
    return Clockwork(connection, late, knowledge, sealer, deferred, opens, one.officer.id)


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
