"""Passing a request to another office: its own time there, and no way round what was wished."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
    Answer,
    Category,
    ConsentMissing,
    Danger,
    Override,
    Particulars,
    Purpose,
    Referral,
    Referrals,
    Rung,
    State,
    Wishes,
    pass_on,
    to_the_hour,
)
from bot.staff import OfficeKeys
from bot.store.passing import rewrapped
from bot.store.referrals import Referrals as Store
from bot.store.staff import Staff
from bot.store.tables import office_times, offices
from tests.store.making import AT, Deferred, a_request
from tests.store.office import Person, arrived, wrapped_for

ATHENS, LESVOS, ROME = "iom-gr-athens", "iom-gr-lesvos", "iom-it-rome"
MINUTE = timedelta(minutes=1)


class Desk:
    """An officer in Athens, officers in Lesvos and Rome, and a clock that is moved by hand."""

    def __init__(self, rules: Referrals, connection: AsyncConnection, one: Person) -> None:
        self.rules, self.connection, self.one = rules, connection, one
        self.now: datetime = AT
        self.keys: OfficeKeys = {}

    async def taken(self, *named: str, wishes: Wishes | None = None) -> Referral:
        """Take a request of a person who said yes to these offices, too."""
        told = Particulars("CANARY-WORDS the letter came on Friday", country="GR")
        made = a_request(particulars=told, category=Category.PROTECTION, wishes=wishes or Wishes())
        receipt = await self.at().open(made, ATHENS, None)
        found = await self.at().store.by_reference(receipt.reference)
        assert found is not None
        yes = Answer(Purpose.OFFICE, True, "test", "en", to_the_hour(AT), (ATHENS, *named))
        await self.at().store.consents.add(found, (yes,))
        return await self.at().claim(found, self.one.officer.id)

    def at(self) -> Referrals:
        return Referrals(self.rules.store, self.rules.directory, self.now)

    async def passed(self, referral: Referral, office: str) -> Referral:
        async def rewrap(one: Referral, desks: Sequence[str], keys: OfficeKeys) -> None:
            await rewrapped(self.connection, one, desks, keys)

        by = By(self.one.officer.id, self.now)
        return await pass_on(self.at(), rewrap, referral, by, office, self.keys)


@pytest.fixture
async def desk(
    staff: Staff,
    connection: AsyncConnection,
    knowledge: Knowledge,
    sealer: Sealer,
    deferred: Deferred,
) -> Desk:
    for office in (ATHENS, LESVOS, ROME):
        known = insert(offices).values(id=office, created=AT).on_conflict_do_nothing()
        await connection.execute(known)
    one, _ = await arrived(staff, "one", ATHENS)
    for office in (LESVOS, ROME, DUTY_DESK):
        await arrived(staff, office, office)
    rules = Referrals(Store(connection, sealer, deferred), knowledge.directory, AT)
    made = Desk(rules, connection, one)
    made.keys = await one.opens(staff)
    return made


async def test_the_office_that_gets_it_has_its_own_time(desk: Desk) -> None:
    times = {"hour_minutes": 60, "three_hours_minutes": 45, "day_minutes": 480}
    await desk.connection.execute(insert(office_times).values(office=LESVOS, **times))
    referral = await desk.taken(LESVOS)
    assert referral.due == AT + 180 * MINUTE
    desk.now = AT + 100 * MINUTE
    passed = await desk.passed(referral, LESVOS)
    assert (passed.office, passed.rung, passed.state) == (LESVOS, Rung.OFFICE, State.WAITING)
    assert passed.due == passed.wakes == desk.now + 45 * MINUTE
    stored = await desk.rules.store.by_reference(referral.reference)
    assert stored is not None
    assert stored.due == passed.due


@pytest.mark.parametrize(
    ("office", "wishes"),
    [(LESVOS, Wishes(not_offices=frozenset({LESVOS}))), (ROME, Wishes(not_country="IT"))],
)
async def test_an_office_that_the_person_kept_away_gets_nothing_whatever_else_was_said(
    desk: Desk, office: str, wishes: Wishes
) -> None:
    referral = await desk.taken(LESVOS, ROME, wishes=wishes)
    with pytest.raises(ConsentMissing):
        await desk.passed(referral, office)
    made = Override(0, office, Danger.CAPTIVE, "boss", AT, desks=(office,))
    consents = desk.rules.store.consents
    await consents.ask(referral, made)
    (asked,) = (await consents.record(referral)).overrides
    assert await consents.confirm(referral, asked.id, desk.one.officer.id, AT)
    with pytest.raises(ConsentMissing):
        await desk.passed(referral, office)
    assert office not in {one for one, _ in await wrapped_for(desk.connection, referral)}
    other = ROME if office == LESVOS else LESVOS
    assert (await desk.passed(referral, other)).office == other


async def test_what_is_soon_goes_past_an_office_that_is_closed_and_danger_is_not_used_up_by_that(
    desk: Desk,
) -> None:
    times = {"hour_minutes": 60, "three_hours_minutes": 180, "day_minutes": 480}
    closed = insert(office_times).values(office=LESVOS, hours="Mo 09:00-09:30", **times)
    await desk.connection.execute(closed)
    referral = await desk.taken()
    consents = desk.rules.store.consents
    made = Override(0, LESVOS, Danger.CAPTIVE, "boss", AT, desks=(LESVOS, DUTY_DESK))
    await consents.ask(referral, made)
    (asked,) = (await consents.record(referral)).overrides
    assert await consents.confirm(referral, asked.id, desk.one.officer.id, AT)
    passed = await desk.passed(referral, LESVOS)
    assert (passed.office, passed.rung) == (DUTY_DESK, Rung.DUTY)
    wrapped = {one for one, _ in await wrapped_for(desk.connection, passed)}
    assert DUTY_DESK in wrapped
    assert not {ATHENS, LESVOS} & wrapped
    (left,) = (await consents.record(passed)).overrides
    assert left.used is None
