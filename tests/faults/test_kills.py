"""Kill -9 at twenty random moments: nothing acknowledged is lost, nothing is done twice."""

import asyncio
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from bot.store.pgprocess import processes_of
from tests.faults.people import Receipt, Visitor, telegram_intake
from tests.faults.program import STOPS_WITHIN, Program, queue
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

ROUNDS = 10
"""Kills of each of the two programs."""
ON_THE_WEB, ON_TELEGRAM = 5, 5
DATABASE_TOO = 5
"""In every so manyth round the database server is killed as well."""
WHILE_STARTING = 4
"""In every so manyth round it is killed before it serves."""


class Crowd:
    """People who come one after the other in a few seats, until nobody new is let in."""

    def __init__(self, program: Program, server: BotApi, client: aiohttp.ClientSession) -> None:
        self._program, self._server, self._client = program, server, client
        self.open = True
        self.receipts: list[Receipt] = []
        self.repeats = 0

    async def on_the_web(self, seat: int) -> None:
        while self.open:
            visitor = Visitor(self._program, self._client)
            self.receipts.append(await visitor.intake(f"Words from seat {seat}"))
            self.repeats += visitor.repeats

    async def on_telegram(self, seat: int) -> None:
        while self.open:
            user = self._server.user()
            self.receipts.append(await telegram_intake(user, f"Words from phone {seat}"))

    async def everybody(self) -> None:
        async with asyncio.TaskGroup() as group:
            for seat in range(ON_THE_WEB):
                group.create_task(self.on_the_web(seat))
            for seat in range(ON_TELEGRAM):
                group.create_task(self.on_telegram(seat))


@dataclass
class Story:
    """One program, its people, and what came of them."""

    program: Program
    server: BotApi
    dice: random.Random
    receipts: list[Receipt] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    repeats: int = 0
    first_start: float = 0.0
    stopped_in: float = 0.0

    async def run(self) -> None:
        """Serve a crowd, die again and again, serve the rest of the crowd, and stop."""
        await self.program.start()
        self.first_start = self.program.started_in.pop()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client:
            crowd = Crowd(self.program, self.server, client)
            people = asyncio.create_task(crowd.everybody())
            for number in range(1, ROUNDS + 1):
                await self._die(number, people)
            crowd.open = False
            await people
        self.receipts, self.repeats = crowd.receipts, crowd.repeats
        self.listed = [one["reference"] for one in await queue(self.program)]
        self.stopped_in = await self.program.stop()

    async def _die(self, number: int, people: asyncio.Task[None]) -> None:
        """Kill the program at a random moment and start it again."""
        done, _ = await asyncio.wait({people}, timeout=self.dice.uniform(0.02, 1.5))
        assert not done, people.result()
        await self.program.kill(database=number % DATABASE_TOO == 0)
        if number % WHILE_STARTING == 0:
            await self.program.launch()
            await asyncio.sleep(self.dice.uniform(0.3, 3.0))
            await self.program.kill()
        await self.program.start()

    def figures(self) -> str:
        """Return what was measured, as one line."""
        restarts = sorted(self.program.started_in)
        return (
            f"{ROUNDS} kills, {len(self.receipts)} requests, {self.repeats} turns sent again, "
            f"first start {self.first_start:.1f} s, restart {restarts[len(restarts) // 2]:.1f} s "
            f"(slowest {restarts[-1]:.1f} s), stop {self.stopped_in:.1f} s"
        )


@pytest.fixture
async def other(folder: Path) -> AsyncIterator[Story]:
    """Give a second program with a world of its own, so that both cores have one."""
    async with BotApi() as server:
        settings = {"TELEGRAM_TOKEN": server.token, "TELEGRAM_API_URL": server.url}
        program = Program(folder / "other", **settings)
        yield Story(program, server, random.Random())
        await program.end()


async def test_nothing_acknowledged_is_lost_or_doubled_by_twenty_kills(
    program: Program, server: BotApi, other: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    sys.stdout.write(f"seed {seed}\n")
    began = time.monotonic()
    stories = [Story(program, server, random.Random(seed)), other]
    other.dice.seed(seed + 1)
    async with asyncio.TaskGroup() as group:
        for story in stories:
            group.create_task(story.run())

    with capsys.disabled():
        sys.stdout.write(f"\nseed {seed}, {time.monotonic() - began:.0f} s\n")
        for story in stories:
            sys.stdout.write(f"{story.figures()}\n")
    for story in stories:
        assert sorted(story.listed) == sorted(one.reference for one in story.receipts)
        assert len(set(story.listed)) == len(story.listed)
        assert story.stopped_in < STOPS_WITHIN
        assert processes_of(story.program.pg) == []
