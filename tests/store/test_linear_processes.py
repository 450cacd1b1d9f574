"""Ten officers in processes of their own: some are killed, and the server dies once and comes back.

What each of them learned must be possible in some order, as if nothing had died, and what was said
to be done is still done after the crash.
"""

import asyncio
import random
import signal
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import Keys, Sealer
from bot.store.embedded import EmbeddedDatabase, Server
from bot.store.engine import open_engine
from bot.store.migrate import migrate
from bot.store.pgprocess import end, server_of
from tests.store.histories import OFTEN, Call, Ended, linearisable
from tests.store.pressing import Shift, assert_whole, noted, opened, stood, works

CLIENTS, REQUESTS, KILLS, MOST_KILLS = 10, 12, 8, 60
LONGEST = 30.0
"""Seconds that anything may take."""
AFTERWARDS = 1.0
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid != pg_backend_pid()
"""


@dataclass(slots=True)
class Machine:
    """A server of its own on a disk that is written through, and the processes of officers."""

    data: Path
    database: EmbeddedDatabase
    server: Server
    running: list[tuple[ForkServerProcess, Shift]] = field(default_factory=list)
    over: list[Shift] = field(default_factory=list)

    def begin(self, shift: Shift) -> None:
        """Let an officer press buttons in a process of their own."""
        context = get_context("forkserver")
        context.set_forkserver_preload([works.__module__])
        process = context.Process(target=works, args=(shift,))
        process.start()
        self.running.append((process, shift))

    def kill(self, chance: random.Random) -> bool:
        """Kill somebody, who then sits down anew; tell whether it was in the middle of a press."""
        process, shift = self.running.pop(chance.randrange(len(self.running)))
        deadline = time.monotonic() + LONGEST
        while not is_pressing(shift) and time.monotonic() < deadline:
            time.sleep(0.0005)
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        self.over.append(shift)
        number = len(self.over)
        self.begin(replace(shift, notes=self.data / f"again-{number}", seed=100 + number))
        return is_pressing(shift)

    def crash(self) -> int:
        """Stop the server as a failing machine would, start it again, and return when it did."""
        pg = self.data / "pg"
        server = server_of(pg)
        assert server is not None
        assert end([server], pg, how=signal.SIGQUIT, seconds=10)
        assert self.database.start().started
        return time.monotonic_ns()

    def finish(self) -> None:
        """Wait until everybody went home, and nothing that a killed one began is under way."""
        for process, shift in self.running:
            process.join(LONGEST)
            assert process.exitcode == 0
            self.over.append(shift)
        deadline = time.monotonic() + LONGEST
        with psycopg.connect(self.server.app_url, autocommit=True) as connection:
            while connection.execute(OTHERS).fetchone() != (0,):
                assert time.monotonic() < deadline
                time.sleep(0.02)

    def calls(self) -> dict[str, set[Call]]:
        """Return what everybody wrote down, by request."""
        found = defaultdict[str, set[Call]](set)
        for shift in self.over:
            for reference, call in noted(shift.notes, shift.name):
                found[reference].add(call)
        return found


def is_pressing(shift: Shift) -> bool:
    """Tell whether an officer's notes end in a press of which they have not heard."""
    return shift.notes.exists() and not shift.notes.read_bytes().endswith(b"\n")


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="waypoint-processes-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        database = EmbeddedDatabase(data)
        made = Machine(data, database, database.start())
        migrate(made.server.owner_url)
        yield made
        for process, _ in made.running:
            process.kill()
            process.join()
        database.stop()


@asynccontextmanager
async def engine_of(machine: Machine) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(machine.server.app_url)
    yield engine
    await engine.dispose()


async def test_what_killed_processes_and_a_crashed_server_leave_is_possible_in_some_order(
    machine: Machine, keys: Keys, sealer: Sealer
) -> None:
    chance = random.Random(0)
    async with engine_of(machine) as engine:
        seen, opens = await opened(engine, sealer, REQUESTS)
    numbers = tuple(one.reference for one in seen)
    for number in range(CLIENTS):
        notes, over = machine.data / f"officer-{number}", machine.data / "over"
        known = Shift(notes.name, machine.server.app_url, keys, opens, numbers, notes, over, number)
        machine.begin(known)
    killed, tried = 0, 0
    while killed < KILLS and tried < MOST_KILLS:
        killed, tried = killed + machine.kill(chance), tried + 1
        if tried == KILLS // 2:
            back = machine.crash()
    await asyncio.sleep(AFTERWARDS)
    over.touch()
    machine.finish()

    calls = machine.calls()
    every = [call for mine in calls.values() for call in mine]
    assert killed == KILLS
    assert {call.ended for call in every} >= OFTEN
    assert any(call.called > back and call.ended is Ended.DONE for call in every)
    async with engine_of(machine) as engine:
        await assert_whole(engine, sealer, seen)
        ended = await stood(engine, seen)
    for one in seen:
        assert linearisable(frozenset(calls[one.reference]), ended[one.reference])
