"""Ten clients claim, release, pass on and close the same requests, some are killed in between.

What each of them learned must be possible in some order, one act after the other.
"""

import asyncio
import gc
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import Sealer
from bot.referrals import Action, Referral, State
from bot.store import moving
from bot.store.engine import conninfo, open_engine
from tests.conftest import Database
from tests.store.histories import OFTEN, Call, Ended, Stood, linearisable
from tests.store.pressing import Officer, assert_whole, chosen, opened, stood
from tests.store.test_referrals import removed

CLIENTS, REQUESTS, CALLS, KILLS = 10, 4, 12, 8
WAITING, HELD = Stood(), Stood(State.CLAIMED, "one")
ACCEPTED = Stood(State.ACCEPTED, "one")
OFFERED = [
    ("one", "claim", 0, 1, "done"),
    ("one", "offer", 2, 3, "done"),
    ("two", "accept", 5, 6, "done"),
]
"""A partner says yes just while the officer who offered it presses a button."""
NAME = "linear-clients"


@dataclass(slots=True)
class Recording:
    """The clients, and what they learned about each request."""

    chance: random.Random
    ticks: Iterator[int] = field(default_factory=itertools.count)
    calls: dict[str, set[Call]] = field(default_factory=dict)

    async def client(self, officer: Officer, seen: list[Referral]) -> None:
        for _ in range(CALLS):
            await self.press(officer, self.chance.choice(seen).reference, chosen(self.chance))

    async def press(self, officer: Officer, reference: str, action: Action) -> None:
        called = next(self.ticks)
        ended = await officer.press(reference, action)
        call = Call(officer.name, action, called, next(self.ticks), ended)
        self.calls.setdefault(reference, set()).add(call)

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
    engine: AsyncEngine, clients: AsyncEngine, database: Database, sealer: Sealer, seed: int
) -> None:
    recording = Recording(random.Random(seed))
    seen, opens = await opened(engine, sealer, REQUESTS)
    try:
        officers = [Officer(f"officer-{one}", clients, sealer, opens) for one in range(CLIENTS)]
        await asyncio.gather(
            recording.kills(database.app_url), *(recording.client(one, seen) for one in officers)
        )
        ended = await stood(engine, seen)
        await assert_whole(engine, sealer, seen)
        assert {one.ended for calls in recording.calls.values() for one in calls} >= OFTEN
        for one in seen:
            calls = frozenset(recording.calls.get(one.reference, ()))
            assert linearisable(calls, ended[one.reference]), sorted(
                calls, key=lambda call: call.called
            )
    finally:
        await removed(engine, seen)


@pytest.mark.parametrize("compared", [moving.COMPARED, ("id",)], ids=["compared", "not compared"])
async def test_a_claim_that_is_set_without_comparing_is_found_out(
    engine: AsyncEngine,
    sealer: Sealer,
    monkeypatch: pytest.MonkeyPatch,
    compared: tuple[str, ...],
) -> None:
    sound = compared == moving.COMPARED
    monkeypatch.setattr(moving, "COMPARED", compared)
    moving._move.cache_clear()
    recording, looked = Recording(random.Random(0)), asyncio.Barrier(2).wait
    (one,), opens = await opened(engine, sealer, 1)
    try:
        both = [Officer(name, engine, sealer, opens, looked) for name in ("one", "two")]
        await asyncio.gather(
            *(recording.press(officer, one.reference, Action.CLAIM) for officer in both)
        )
        (ended,) = (await stood(engine, [one])).values()
        assert linearisable(frozenset(recording.calls[one.reference]), ended) is sound
    finally:
        moving._move.cache_clear()
        await removed(engine, [one])


@pytest.mark.parametrize(
    ("calls", "end", "possible"),
    [
        ([("one", "claim", 0, 1, "done")], HELD, True),
        ([("one", "claim", 0, 1, "done"), ("two", "claim", 2, 3, "done")], HELD, False),
        ([("one", "claim", 0, 1, "done"), ("two", "claim", 2, 3, "refused")], HELD, True),
        ([("two", "claim", 0, 1, "refused"), ("one", "claim", 2, 3, "done")], HELD, False),
        ([("two", "claim", 0, 3, "refused"), ("one", "claim", 1, 2, "done")], HELD, True),
        ([("one", "claim", 0, 3, "done"), ("two", "claim", 1, 2, "overtaken")], HELD, True),
        ([("one", "claim", 0, 1, "done"), ("two", "claim", 2, 3, "overtaken")], HELD, False),
        ([*OFFERED, ("one", "release", 4, 7, "overtaken")], ACCEPTED, True),
        ([*OFFERED, ("one", "release", 4, 7, "refused")], ACCEPTED, False),
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
