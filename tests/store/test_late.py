"""A request that nobody takes climbs until somebody must, and never leaves the clock's sight."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
    Category,
    OfficeKeys,
    Referral,
    Referrals,
    Rung,
    State,
    Step,
    Urgency,
)
from bot.staff import admit, member_of
from bot.store.late import Late
from bot.store.referrals import Referrals as Store
from bot.store.staff import Staff
from bot.store.tables import absences, offices, referrals
from tests.sealing import given_key
from tests.store.making import AT, Deferred, a_request
from tests.store.office import SFAX, arrived

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
    assert await clockwork.late.step(referral.id, due - MINUTE) is None
    assert await clockwork.late.step(referral.id, due) is not None
    assert await clockwork.late.step(referral.id, due) is None
    assert await clockwork.late.scan(due, due) == ()


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
