"""Several processes on one database: what one does reaches the others, also when one dies."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import psycopg
import pytest

from bot.jobs import open_queue
from bot.jobs.stalled import requeue
from bot.privacy import pseudonym
from bot.store.engine import conninfo
from bot.store.pgprocess import processes_of, server_of
from tests.faults.events import events
from tests.faults.officer import signed_in
from tests.faults.people import Visitor, texts
from tests.faults.program import STOPS_WITHIN, Program
from tests.faults.waiting import until, until_found

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

NEWS = "There is something new for you."


@pytest.fixture
async def web(program: Program) -> Program:
    """Give a process that serves pages and works on no job."""
    program.settings |= {"TELEGRAM_TOKEN": ""}
    await program.start("web")
    return program


@pytest.fixture
async def workers(web: Program) -> AsyncIterator[list[Program]]:
    """Give two processes on the same data that only work, neither of them started."""
    made = [Program(web.data, **web.settings) for _ in range(2)]
    yield made
    for one in made:
        if not one.ended:
            await one.kill()


async def test_an_officers_act_in_one_process_reaches_the_page_in_the_other(
    web: Program, workers: list[Program], client: aiohttp.ClientSession
) -> None:
    worker, second = workers
    visitor = Visitor(web, client)
    receipt = await visitor.intake("Words for the officer", contact="here")
    officer = await signed_in(web)
    await officer.claims(receipt.reference)
    listening = asyncio.create_task(events(web, client, visitor.token, number=1))
    person = pseudonym(web.keys(), "web", visitor.token)

    # The first worker dies in the middle of the job, held up there by a lock of the test's own.
    with psycopg.connect(web.owner_url, autocommit=True) as holding:
        holding.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (person,))
        await worker.start("worker")
        await officer.answers(receipt.reference, "Come on Monday")
        await until_found(web, "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'")
        await worker.kill()
        await second.start("worker")
        queue = open_queue(conninfo(web.app_url))
        async with queue.open_async():
            # Not at once: the last heartbeat must first be older than this.
            await until(lambda: requeue(queue, silent_seconds=0.5))
        assert not listening.done()
    async with asyncio.timeout(20):
        told = await listening
    assert [one["text"] for one in told] == [NEWS]

    # The job that looks at the request in its time stays; that of the line is done and gone.
    news = "SELECT FROM procrastinate_jobs WHERE task_name = 'news'"
    await until_found(web, f"SELECT 1 WHERE NOT EXISTS ({news})")
    with psycopg.connect(web.owner_url) as connection:
        counted = connection.execute("SELECT count(*) FROM replies WHERE unasked").fetchone()
    assert counted == (1,)
    assert "The code, please." in texts(await visitor.turn(choice="receipt"))
    status = await visitor.turn(text=receipt.code)
    assert "An officer has answered." in texts(status)

    await officer.client.close()
    # The first to leave leaves the database to the other, the last takes it along.
    assert await second.stop() < STOPS_WITHIN
    assert server_of(web.pg) is not None
    assert await web.stop() < STOPS_WITHIN
    assert processes_of(web.pg) == []
