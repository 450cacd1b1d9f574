"""Ten clients claim, release, pass on and close the same requests, some are killed in between.

What each of them learned must be possible in some order, one act after the other.
"""

import asyncio
import gc
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Knowledge
from bot.errors import Unavailable
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
    Action,
    Event,
    MoveRefused,
    Outcome,
    Referral,
    Referrals,
    Rung,
    State,
    TakenByAnother,
    after,
)
from bot.store.engine import conninfo, open_engine
from bot.store.referrals import Referrals as Store
from bot.store.tables import offices, referrals
from tests.conftest import Database
from tests.sealing import given_key
from tests.store.histories import Call, Ended, Stood, linearisable
from tests.store.making import AT, Deferred, a_request
from tests.store.office import SFAX
from tests.store.test_referrals import removed

CLIENTS, REQUESTS, CALLS, KILLS = 10, 4, 12, 8
ACTIONS = (Action.CLAIM, Action.CLAIM, Action.RELEASE, Action.PASS_ON, Action.CLOSE)
WEIGHTS = (6, 6, 4, 3, 1)
WAITING, HELD = Stood(), Stood(State.CLAIMED, "one")
NAME = "linear-clients"


@dataclass(slots=True)
class Recording:
    """The clients, and what they learned about each request."""

    engine: AsyncEngine
    knowledge: Knowledge
    sealer: Sealer
    chance: random.Random
    ticks: Iterator[int] = field(default_factory=itertools.count)
    calls: dict[str, set[Call]] = field(default_factory=dict)

    async def client(self, name: str, seen: list[Referral]) -> None:
        for _ in range(CALLS):
            reference = self.chance.choice(seen).reference
            (action,) = self.chance.choices(ACTIONS, WEIGHTS)
            called = next(self.ticks)
            ended = await self._tried(name, reference, action)
            call = Call(name, action, called, next(self.ticks), ended)
            self.calls.setdefault(reference, set()).add(call)

    async def _tried(self, name: str, reference: str, action: Action) -> Ended:
        try:
            async with self.engine.begin() as connection:
                store = Store(connection, self.sealer, Deferred())
                rules = Referrals(store, self.knowledge.directory, AT)
                referral = await store.by_reference(reference)
                assert referral is not None
                await asyncio.sleep(0)
                await _done(rules, referral, name, action)
        except (MoveRefused, TakenByAnother):
            return Ended.REFUSED
        except (Unavailable, DBAPIError):
            return Ended.UNKNOWN
        return Ended.DONE

    async def kills(self, address: str) -> None:
        """End the connection of one client after the other, wherever it is."""
        async with await psycopg.AsyncConnection.connect(
            conninfo(address), autocommit=True
        ) as connection:
            for _ in range(KILLS):
                await asyncio.sleep(0.05)
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = %s ORDER BY random() LIMIT 1",
                    (NAME,),
                )


async def _done(rules: Referrals, referral: Referral, name: str, action: Action) -> None:
    """Do what an officer's button does; passing on goes between the two desks of the request."""
    match action:
        case Action.CLAIM:
            if referral.claimed_by == name:
                raise TakenByAnother("taken again")
            await rules.claim(referral, name)
        case Action.RELEASE:
            await rules.release(referral, name)
        case Action.CLOSE:
            await rules.close(referral, name, Outcome.HELPED)
        case _:
            if referral.claimed_by not in (None, name):
                raise TakenByAnother("another officer has it")
            other = DUTY_DESK if referral.office == SFAX else SFAX
            stand = replace(referral.stand, office=other, rung=Rung.OFFICE)
            event = Event(AT, action, after(referral.state, action), name)
            if await rules.store.move(referral, event, stand) is None:
                raise TakenByAnother("changed meanwhile")


@pytest.fixture
async def clients(database: Database) -> AsyncIterator[AsyncEngine]:
    """Give an engine whose connections can be told from others, and killed."""
    engine = open_engine(f"{database.app_url}&application_name={NAME}")
    yield engine
    await engine.dispose()
    del engine
    gc.collect()  # what was killed is not closed, and warns now rather than in another test


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", range(3))
async def test_what_ten_clients_learn_is_possible_in_some_order(
    engine: AsyncEngine,
    clients: AsyncEngine,
    database: Database,
    knowledge: Knowledge,
    sealer: Sealer,
    seed: int,
) -> None:
    recording = Recording(clients, knowledge, sealer, random.Random(seed))
    seen = await opened(engine, knowledge, sealer)
    try:
        names = [f"officer-{number}" for number in range(CLIENTS)]
        await asyncio.gather(
            recording.kills(database.app_url), *(recording.client(one, seen) for one in names)
        )
        ended = await stood(engine, seen)
        assert {one.ended for calls in recording.calls.values() for one in calls} == set(Ended)
        for one in seen:
            calls = frozenset(recording.calls.get(one.reference, ()))
            assert linearisable(calls, ended[one.reference]), sorted(
                calls, key=lambda call: call.called
            )
    finally:
        await removed(engine, seen)


async def opened(engine: AsyncEngine, knowledge: Knowledge, sealer: Sealer) -> list[Referral]:
    """Make requests that every client sees, for Sfax and the duty desk."""
    async with engine.begin() as connection:
        known = insert(offices).values(id=SFAX, created=AT).on_conflict_do_nothing()
        await connection.execute(known)
        await given_key(connection)
        store = Store(connection, sealer, Deferred())
        rules = Referrals(store, knowledge.directory, AT)
        receipts = [await rules.open(a_request(), SFAX, None) for _ in range(REQUESTS)]
        found = [await store.by_reference(one.reference) for one in receipts]
        return [one for one in found if one is not None]


async def stood(engine: AsyncEngine, seen: list[Referral]) -> dict[str, Stood]:
    """Return where each request stands in the end; who closed it is not asked for."""
    numbers = [one.reference for one in seen]
    async with engine.connect() as connection:
        rows = await connection.execute(select(referrals).where(referrals.c.reference.in_(numbers)))
        return {row.reference: Stood(State(row.state), row.claimed_by) for row in rows}


@pytest.mark.parametrize(
    ("calls", "end", "possible"),
    [
        ([("one", "claim", 0, 1, "done")], HELD, True),
        ([("one", "claim", 0, 1, "done"), ("two", "claim", 2, 3, "done")], HELD, False),
        ([("one", "claim", 0, 1, "done"), ("two", "claim", 2, 3, "refused")], HELD, True),
        ([("two", "claim", 0, 1, "refused"), ("one", "claim", 2, 3, "done")], HELD, False),
        ([("two", "claim", 0, 3, "refused"), ("one", "claim", 1, 2, "done")], HELD, True),
        ([("one", "claim", 0, 1, "unknown")], WAITING, True),
        ([("one", "claim", 0, 1, "unknown")], HELD, True),
        ([("one", "claim", 0, 1, "done")], WAITING, False),
        ([("one", "claim", 0, 1, "done"), ("two", "release", 2, 3, "done")], WAITING, False),
    ],
)
def test_the_checker_tells_what_is_possible(
    calls: list[tuple[str, str, int, int, str]], end: Stood, *, possible: bool
) -> None:
    made = {Call(who, Action(act), at, to, Ended(how)) for who, act, at, to, how in calls}
    assert linearisable(frozenset(made), end) is possible
