"""The real program when something around it goes wrong while it serves."""

import asyncio
import os
import signal
import time

import aiohttp
import psycopg
import pytest

from bot.privacy import pseudonym
from bot.store.pgprocess import processes_of, server_of
from tests.faults.events import events
from tests.faults.people import Visitor, buttons
from tests.faults.program import STOPS_WITHIN, Program
from tests.faults.waiting import until, until_found
from tests.telegram.bot_api import BotApi, held, lost_answer

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

HOLD = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"


def person_of(program: Program, visitor: Visitor) -> str:
    """Return the pseudonym of a person on the web."""
    return pseudonym(program.keys(), "web", visitor.token)


async def test_one_program_through_a_bad_day(
    program: Program, server: BotApi, client: aiohttp.ClientSession
) -> None:
    await program.start()
    await _an_update_that_comes_twice(program, server)
    await _the_same_key_at_the_same_time(program, client)
    await _a_crowd_of_one(program, client)
    await _cut_connections(program, client)
    await _a_database_that_dies(program, client)
    await _an_end_while_everything_hangs(program, server, client)


async def _an_update_that_comes_twice(program: Program, server: BotApi) -> None:
    """The answer to a poll is lost after Telegram gave the update: it comes again."""
    user = server.user()
    server.faults.plan(lost_answer(), times=3, method="getUpdates")
    user.says("/start")
    await user.sees(lambda m: "lang:en" in m.data, within=10)
    update = max(server.world.confirmed, default=0)
    user.presses("lang:en")
    await user.sees(lambda m: m.edits == 1, within=10)
    await server.until(lambda: max(server.world.confirmed, default=0) > update, 10)
    assert len(user.answers()) == 1


async def _the_same_key_at_the_same_time(program: Program, client: aiohttp.ClientSession) -> None:
    visitor = Visitor(program, client)
    await visitor.open()
    taken = await asyncio.gather(*(visitor.turn("same", choice="refer") for _ in range(8)))
    assert all(one == taken[0] for one in taken)
    with psycopg.connect(program.owner_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM replies WHERE person = %s", (person_of(program, visitor),)
        ).fetchone()
    assert row == (2,)


async def _a_crowd_of_one(program: Program, client: aiohttp.ClientSession) -> None:
    """One person with fifty turns under way takes neither the others' time nor connections."""
    greedy, modest = Visitor(program, client), Visitor(program, client)
    await greedy.open()
    with psycopg.connect(program.owner_url, autocommit=True) as connection:
        connection.execute(HOLD, (person_of(program, greedy),))
        turns = [asyncio.create_task(greedy.turn(choice="start")) for _ in range(50)]
        async with asyncio.timeout(8):
            await modest.open()
            for _ in range(10):
                await modest.turn(choice="refer")
        assert not any(one.done() for one in turns)
    assert all("lang:en" in buttons(one) for one in await asyncio.gather(*turns))


async def _cut_connections(program: Program, client: aiohttp.ClientSession) -> None:
    """A database that restarts costs a turn its first try, and the queue nothing."""
    visitor = Visitor(program, client)
    await visitor.open()
    with psycopg.connect(program.app_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'waypoint_app' AND pid <> pg_backend_pid()"
        )
    assert "refer:safe:yes" in buttons(await visitor.turn(choice="refer"))


async def _a_database_that_dies(program: Program, client: aiohttp.ClientSession) -> None:
    """The server is killed under the program, which starts it again and goes on."""
    visitor = Visitor(program, client)
    await visitor.open()
    before = server_of(program.pg)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    reply = await visitor.turn(choice="refer")
    assert "refer:safe:yes" in buttons(reply)
    # A process of the old server may have answered: they outlive it for a moment.
    await until(lambda: _served_by_another(program, before))
    assert not program.ended
    # Jobs are worked on again: the alert of a request that is sent now is done.
    receipt = await Visitor(program, client).intake("After the crash")
    query = "SELECT 1 FROM alerts a JOIN referrals r ON r.id = a.referral WHERE r.reference = %s"
    await until_found(program, query, receipt.reference)


async def _served_by_another(program: Program, before: int) -> bool:
    return server_of(program.pg) not in (None, before)


async def _an_end_while_everything_hangs(
    program: Program, server: BotApi, client: aiohttp.ClientSession
) -> None:
    """SIGTERM while Telegram answers nothing, a page listens and a turn waits for its lock."""
    gate, user, visitor = asyncio.Event(), server.user(), Visitor(program, client)
    await visitor.open()
    listening = asyncio.create_task(events(program, client, visitor.token))
    server.faults.plan(held(gate), times=1000)
    user.says("/start")
    await server.until_called("sendMessage", len(server.called("sendMessage")) + 1, within=10)
    # In a session of its own, so that the end of the test's own lock is not what frees it.
    connection = psycopg.connect(program.owner_url, autocommit=True)
    connection.execute(HOLD, (person_of(program, visitor),))
    waiting = asyncio.create_task(_status(program, client, visitor))
    began = time.monotonic()
    took = await program.stop()
    gate.set()
    connection.close()
    await asyncio.wait({listening, waiting})
    assert took < STOPS_WITHIN, f"{took:.1f} s"
    assert time.monotonic() - began < STOPS_WITHIN + 1
    assert processes_of(program.pg) == []


async def _status(program: Program, client: aiohttp.ClientSession, visitor: Visitor) -> int:
    """Return what becomes of a turn that must wait: 0 for a broken connection."""
    headers = {"Authorization": f"Bearer {visitor.token}"}
    turn = {"key": "waits", "choice": "start"}
    try:
        async with client.post(f"{program.url}/chat/turns", json=turn, headers=headers) as answer:
            return answer.status
    except aiohttp.ClientError:
        return 0
