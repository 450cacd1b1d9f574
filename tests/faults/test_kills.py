"""Kill -9 at twenty random moments: nothing acknowledged is lost, nothing is done twice."""

import asyncio
import os
import random
import sys
import time

import aiohttp
import pytest

from bot.store.pgprocess import processes_of
from tests.faults.people import Receipt, Visitor, telegram_intake
from tests.faults.program import STOPS_WITHIN, Program, queue
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

ROUNDS = 20
ON_THE_WEB, ON_TELEGRAM = 5, 5
DATABASE_TOO = 5
"""In every so manyth round the database server is killed as well."""
WHILE_STARTING = 6
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


async def test_nothing_acknowledged_is_lost_or_doubled_by_twenty_kills(
    program: Program, server: BotApi, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    sys.stdout.write(f"seed {seed}\n")
    dice = random.Random(seed)
    began = time.monotonic()
    await program.start()
    first = program.started_in.pop()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client:
        crowd = Crowd(program, server, client)
        people = asyncio.create_task(crowd.everybody())
        for number in range(1, ROUNDS + 1):
            await _killed_once(program, dice, number, people)
        crowd.open = False
        await people
    listed = [one["reference"] for one in await queue(program)]
    stopped_in = await program.stop()

    restarts = sorted(program.started_in)
    with capsys.disabled():
        sys.stdout.write(
            f"\nseed {seed}: {ROUNDS} kills, {len(crowd.receipts)} requests, "
            f"{crowd.repeats} turns sent again, first start {first:.1f} s, "
            f"restart {restarts[len(restarts) // 2]:.1f} s (slowest {restarts[-1]:.1f} s), "
            f"stop {stopped_in:.1f} s, all {time.monotonic() - began:.0f} s\n"
        )
    acknowledged = [one.reference for one in crowd.receipts]
    assert sorted(listed) == sorted(acknowledged)
    assert len(set(listed)) == len(listed)
    assert stopped_in < STOPS_WITHIN
    assert processes_of(program.pg) == []


async def _killed_once(
    program: Program, dice: random.Random, number: int, people: asyncio.Task[None]
) -> None:
    """Kill the program at a random moment and start it again."""
    moment = dice.uniform(0.02, 1.5)
    done, _ = await asyncio.wait({people}, timeout=moment)
    assert not done, people.result()
    await program.kill(database=number % DATABASE_TOO == 0)
    if number % WHILE_STARTING == 0:
        await program.launch()
        await asyncio.sleep(dice.uniform(0.3, 3.0))
        await program.kill()
    await program.start()
