"""Time erases a request while somebody is at work on it: two real connections, either first."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Table, delete, event, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import referrals as rules
from bot.conversation import Knowledge
from bot.directory import Directory
from bot.privacy import KeyPair, Sealer, new_pair
from bot.privacy.retention import DAY, Run
from bot.referrals import (
    DUTY_DESK,
    Action,
    Event,
    OfficeKey,
    Referral,
    State,
    UnknownReferral,
)
from bot.store.keys import OfficeKeyStore
from bot.store.referrals import Referrals
from bot.store.resealing import add_wraps, held_texts, wrapped_texts
from bot.store.retention import Begin, retained
from bot.store.tables import (
    alerts,
    case_messages,
    contacts,
    office_keys,
    offices,
    referral_events,
    referrals,
    wraps,
)
from tests.conftest import Database
from tests.store.making import Deferred, a_referral, a_request

WAITS = 0.3
"""Seconds after which something that another transaction holds up has surely begun to wait."""
HANGS_ON = (wraps, case_messages, contacts, referral_events, alerts)

Act = Callable[[AsyncConnection], Awaitable[object]]


@dataclass
class Old:
    """A committed request whose time is over, and what people do to it."""

    engine: AsyncEngine
    sealer: Sealer
    pair: KeyPair
    referral: Referral
    directory: Directory
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def store(self, connection: AsyncConnection) -> Referrals:
        return Referrals(connection, self.sealer, Deferred())

    def service(self, connection: AsyncConnection) -> rules.Referrals:
        return rules.Referrals(self.store(connection), self.directory, self.now)

    async def claim(self, connection: AsyncConnection) -> Referral | None:
        claim = Event(self.now, Action.CLAIM, State.CLAIMED, "officer-1")
        return await self.store(connection).move(self.referral, claim)

    async def answer(self, connection: AsyncConnection) -> None:
        moved = await self.claim(connection)
        assert moved is not None
        step = Event(self.now, Action.ANSWER, State.ANSWERED, "officer-1")
        answered = await self.store(connection).move(moved, step)
        assert answered is not None
        keys = {(self.referral.office, 1): self.pair.private}
        await self.store(connection).answer(answered, "come on Monday", self.now, keys)

    async def write(self, connection: AsyncConnection) -> None:
        await self.service(connection).write_back(self.referral, "still here")

    async def withdraw(self, connection: AsyncConnection) -> None:
        await self.service(connection).withdraw(self.referral)

    async def reseal(self, connection: AsyncConnection) -> None:
        mine = wraps.c.referral == self.referral.id
        texts = await held_texts(connection, mine, str(uuid.UUID(int=0)))
        to = [OfficeKey(self.referral.office, 2, new_pair().public)]
        await add_wraps(connection, await wrapped_texts(texts, {1: self.pair.private}, to))

    async def erase(self, begin: Begin | None = None) -> None:
        """Run the rules as of now."""
        run = Run(self.now, self.now)
        await retained(begin or self.engine.begin, self.sealer.keys, self.sealer, run)

    async def rows(self, table: Table) -> int:
        column = table.c.id if table is referrals else table.c.referral
        async with self.engine.connect() as connection:
            query = select(func.count()).select_from(table).where(column == self.referral.id)
            return int((await connection.execute(query)).scalar_one())

    async def is_gone(self) -> bool:
        """Tell whether nothing at all is left of it, or else all."""
        left = {one.name: await self.rows(one) for one in HANGS_ON}
        gone = await self.rows(referrals) == 0
        assert not gone or not any(left.values()), left
        return gone


@pytest.fixture
async def old(engine: AsyncEngine, sealer: Sealer, knowledge: Knowledge) -> AsyncIterator[Old]:
    """Give a request that the duty desk had for its two weeks, in an office of its own."""
    office, pair, now = f"iom-xx-{uuid.uuid4().hex[:8]}", new_pair(), datetime.now(UTC)
    request = a_request()
    referral = a_referral(request, office=office, created=now - 110 * DAY, due=now)
    async with engine.begin() as connection:
        await connection.execute(insert(offices).values(id=office, created=now))
        await OfficeKeyStore(connection).add(OfficeKey(office, 1, pair.public), now)
        store = Referrals(connection, sealer, Deferred())
        assert await store.insert(referral, request, None, (office,))
        row = {"office": DUTY_DESK, "referral": referral.id, "step": "unclaimed-90"}
        await connection.execute(insert(alerts).values(**row, at=now - 20 * DAY))
    yield Old(engine, sealer, pair, referral, knowledge.directory)
    async with engine.begin() as connection:
        for table in HANGS_ON:
            await connection.execute(delete(table).where(table.c.referral == referral.id))
        await connection.execute(delete(alerts).where(alerts.c.referral.is_(None)))
        await connection.execute(delete(referrals).where(referrals.c.office == office))
        await connection.execute(delete(office_keys).where(office_keys.c.office == office))
        await connection.execute(delete(offices).where(offices.c.id == office))


ACTS = ("claim", "answer", "write", "reseal")


async def test_what_nobody_holds_goes_with_all_that_hangs_on_it(old: Old) -> None:
    await old.erase()
    assert await old.is_gone()


@pytest.mark.parametrize("name", [*ACTS, "withdraw"])
async def test_what_somebody_works_on_is_passed_by(old: Old, name: str) -> None:
    async with old.engine.begin() as connection:
        await getattr(old, name)(connection)
        await asyncio.wait_for(old.erase(), 10)
        assert await old.rows(referrals) == 1
    await old.erase()
    assert await old.is_gone() is (name in ("reseal", "withdraw"))


@pytest.mark.parametrize("name", ACTS)
async def test_who_comes_while_it_is_erased_waits_and_leaves_nothing(old: Old, name: str) -> None:
    erased, go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncConnection]:
        async with old.engine.begin() as connection:
            yield connection
            query = select(referrals.c.id).where(referrals.c.id == old.referral.id)
            if (await connection.execute(query)).first() is None and not erased.is_set():
                erased.set()
                await go_on.wait()

    async def act() -> None:
        async with old.engine.begin() as connection:
            await getattr(old, name)(connection)

    erasing = asyncio.create_task(old.erase(begin))
    await asyncio.wait_for(erased.wait(), 10)
    acting = asyncio.create_task(act())
    done, _ = await asyncio.wait({acting}, timeout=WAITS)
    assert not done
    go_on.set()
    await erasing
    # An answer without a claim before it cannot be, and what is written to it is not lost unsaid.
    wrong = {"answer": AssertionError, "write": UnknownReferral}.get(name)
    ended = (await asyncio.gather(acting, return_exceptions=True))[0]
    assert ended is None if wrong is None else isinstance(ended, wrong)
    assert await old.is_gone()


async def test_a_person_who_withdraws_while_it_is_sealed_anew_leaves_no_wrap(old: Old) -> None:
    async def withdraw() -> None:
        async with old.engine.begin() as connection:
            await old.withdraw(connection)

    async with old.engine.begin() as connection:
        await old.reseal(connection)
        withdrawing = asyncio.create_task(withdraw())
        done, _ = await asyncio.wait({withdrawing}, timeout=WAITS)
        assert not done
    await withdrawing
    assert await old.is_gone()


async def test_two_runs_at_once_erase_once(old: Old) -> None:
    await asyncio.wait_for(asyncio.gather(old.erase(), old.erase()), 20)
    assert await old.is_gone()


@pytest.mark.parametrize(
    ("state", "days", "change"),
    [("waiting", 110, "changed = now()"), ("withdrawn", 4, "kept_reason = 'danger-to-life'")],
)
async def test_what_happens_between_the_look_and_the_hold_counts(
    old: Old, database: Database, state: str, days: int, change: str
) -> None:
    async with old.engine.begin() as connection:
        mine = update(referrals).where(referrals.c.id == old.referral.id)
        await connection.execute(mine.values(state=state, changed=old.now - days * DAY))
    seen: list[str] = []

    def before(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "SKIP LOCKED" not in statement or "FROM referrals" not in statement or seen:
            return
        seen.append(statement)
        with psycopg.connect(database.owner_url) as other:
            query = f"UPDATE referrals SET {change} WHERE id = %s"  # noqa: S608
            other.execute(query.encode(), (old.referral.id,))

    event.listen(old.engine.sync_engine, "before_cursor_execute", before)
    try:
        await old.erase()
    finally:
        event.remove(old.engine.sync_engine, "before_cursor_execute", before)
    assert seen
    assert await old.rows(referrals) == 1
