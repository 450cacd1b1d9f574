"""Offers after a restore: no packet that a backup brings back opens again, for anybody.

Nothing outlives a backup that says which link was opened, answered or taken back since; so after a
restore none opens, and what nobody had answered waits at its office again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from bot.audit import By
from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import Action, Declined, Offer, OfferUnknown, OfficeKeys, State
from bot.staff import DUTY_DESK, Role
from bot.store.engine import open_engine
from bot.store.erasurelog import NAME, ErasureLog, copy_out
from bot.store.late import Late
from bot.store.staff import Staff
from bot.store.tables import offers, offices
from tests.sealing import given_key
from tests.store.machine import Machine
from tests.store.making import Deferred
from tests.store.offers.desk import ATHENS, LEGAL, OTHER, WORDS, Desk
from tests.store.office import SFAX, Person, arrived


@dataclass
class Given:
    """A request that an office offered to a partner, on the machine that has its rows now."""

    machine: Machine
    knowledge: Knowledge
    officer: str = ""
    keys: OfficeKeys = field(default_factory=dict)
    reference: str = ""
    token: str = ""

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        """Open a transaction of the office; its end commits."""
        engine, sealer = open_engine(self.machine.address), Sealer(self.machine.keys)
        now = datetime.now(UTC)
        try:
            async with engine.begin() as connection:
                staff = Staff(connection, sealer, frozenset({SFAX}))
                parts = (connection, staff, self.knowledge, sealer, Deferred())
                yield Desk(*parts, self.keys, self.officer, now)
        finally:
            await engine.dispose()

    async def offered(self, to: str) -> "Given":
        """Offer a request that has just come."""
        async with self.desk() as desk:
            for office in (ATHENS, LEGAL):
                row = insert(offices).values(id=office, created=desk.now)
                await desk.connection.execute(row.on_conflict_do_nothing())
            await given_key(desk.connection, DUTY_DESK)
            one, _ = await arrived(desk.staff, "one", ATHENS)
            desk.keys, desk.officer = await one.opens(desk.staff), one.officer.id
            await desk.agreed(to)
            referral = await desk.taken()
            self.token = await desk.offered(referral, to) or ""
        self.keys, self.officer, self.reference = desk.keys, desk.officer, referral.reference
        return self

    async def offer(self, desk: Desk) -> Offer:
        (found,) = await desk.offers.of(await desk.found(self.reference))
        return found

    async def opened(self) -> bool:
        """Tell whether the link opens the packet now, for whoever holds it."""
        async with self.desk() as desk:
            opened = await desk.offers.open(await self.offer(desk), self.token, desk.now)
        return opened is not None and opened.packet.words == WORDS

    async def says(self, action: Action, **fields: Any) -> None:
        async with self.desk() as desk:
            await desk.says(await self.offer(desk), action, **fields)

    async def withdrawn(self) -> None:
        async with self.desk() as desk:
            await desk.rules.withdraw(await desk.found(self.reference))

    async def scanned(self) -> State:
        """Let the clock do what is due, and return how the request stands then."""
        engine, sealer = open_engine(self.machine.address), Sealer(self.machine.keys)
        late = Late(engine.begin, sealer, Deferred(), lambda: self.knowledge.directory)
        now = datetime.now(UTC)
        await late.scan(now, now)
        await engine.dispose()
        async with self.desk() as desk:
            return (await desk.found(self.reference)).state

    async def sealed(self) -> tuple[bytes | None, bytes | None]:
        async with self.desk() as desk:
            found = await desk.connection.execute(
                select(offers.c.packet_sealed, offers.c.key_locked)
            )
        row = found.one()
        return row.packet_sealed, row.key_locked


@pytest.fixture
async def given(old: Machine, knowledge: Knowledge) -> Given:
    return await Given(old, knowledge).offered(OTHER)


async def nothing(given: Given) -> None:
    """Nothing happened since."""


async def opened_it(given: Given) -> None:
    assert await given.opened()


async def declined_it(given: Given) -> None:
    await opened_it(given)
    await given.says(Action.DECLINE, why=Declined.NO_ROOM)


async def accepted_it(given: Given) -> None:
    await opened_it(given)
    await given.says(Action.ACCEPT)


@pytest.mark.parametrize("since", [nothing, opened_it, declined_it, accepted_it])
async def test_a_link_that_is_older_than_the_backup_opens_nothing_after_a_restore(
    given: Given, new: Machine, since: Callable[[Given], Awaitable[None]]
) -> None:
    folder = given.machine.backup()
    await since(given)
    new.restore(folder)
    given.machine = new
    with pytest.raises(OfferUnknown):
        await given.opened()
    assert await given.sealed() == (None, None)
    # The office has it again, as if nobody had answered in time.
    assert await given.scanned() is State.WAITING
    with pytest.raises(OfferUnknown):
        await given.opened()


async def test_a_page_that_was_opened_before_the_backup_shows_and_answers_nothing_after_a_restore(
    given: Given, new: Machine
) -> None:
    async with given.desk() as desk:
        opened = await desk.offers.open(await given.offer(desk), given.token, desk.now)
    assert opened is not None
    folder = given.machine.backup()
    await given.says(Action.DECLINE, why=Declined.NO_ROOM)
    new.restore(folder)
    given.machine = new
    async with given.desk() as desk:
        offer = await given.offer(desk)
        assert await desk.offers.shown(offer, opened.page) is None
        with pytest.raises(OfferUnknown):
            await desk.says(offer, Action.ACCEPT)


async def test_what_was_taken_back_since_the_backup_is_shut_and_withdrawn_again(
    given: Given, new: Machine
) -> None:
    folder = given.machine.backup()
    await given.withdrawn()
    async with given.desk() as desk:
        await copy_out(desk.connection, ErasureLog(new.folder / NAME))
    new.restore(folder)
    given.machine = new
    async with given.desk() as desk:
        assert (await given.offer(desk)).answer is Action.WITHDRAW
    assert await given.sealed() == (None, None)
    assert await given.scanned() is State.WITHDRAWN
    with pytest.raises(OfferUnknown):
        await given.opened()


async def test_a_partner_with_an_account_reads_nothing_after_a_restore_and_still_has_it(
    old: Machine, new: Machine, knowledge: Knowledge
) -> None:
    given = Given(old, knowledge)
    async with given.desk() as desk:
        row = insert(offices).values(id=LEGAL, created=desk.now)
        await desk.connection.execute(row.on_conflict_do_nothing())
        them, _ = await arrived(desk.staff, "them", LEGAL, Role.PARTNER)
    await given.offered(LEGAL)
    await given.says(Action.ACCEPT, officer=them.officer.id)
    assert await read_by(given, them) == WORDS
    folder = old.backup()
    await given.says(Action.HAND_BACK, officer=them.officer.id)
    new.restore(folder)
    given.machine = new
    assert await read_by(given, them) is None
    assert await given.sealed() == (None, None)
    assert await given.scanned() is State.ACCEPTED
    await given.says(Action.HAND_BACK, officer=them.officer.id)
    assert await given.scanned() is State.WAITING


async def read_by(given: Given, them: Person) -> str | None:
    async with given.desk() as desk:
        keys, by = await them.opens(desk.staff), By(them.officer.id, desk.now)
        packet = await desk.offers.read(await given.offer(desk), keys, by)
        return packet.words if packet else None
