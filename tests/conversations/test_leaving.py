"""Quick exit while Telegram works, fails, refuses or hangs: what is remembered goes at once.

The real handlers, store and channel stand against a Bot API server that does what a test says.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.telegram import Client, Intake, Manners, Poller, Telegram, intake
from bot.clock import system_clock
from bot.conversation import Knowledge, Sender
from bot.jobs import Jobs, wipe
from bot.jobs.later import NotYet
from bot.privacy import Keys, Sealer, pseudonym
from bot.store.jobs import JobStore
from bot.store.outbox import MessageIds, Outbox, SetAside
from bot.store.tables import channel_messages, wipes
from handlers import leave
from tests.conversations.stage import Chat, Stage
from tests.telegram.bot_api import BotApi, Fault, held, server_error
from tests.telegram.bot_api.refusals import bad
from tests.telegram.bot_api.user import User
from tests.telegram.core import HASTE

AT_ONCE = 1.0
"""Seconds within which nothing may be remembered any more."""
MANY = 500
START = system_clock()
TELLING = "my boss has my papers"


@dataclass
class Line:
    """A stage whose people write through a real channel."""

    stage: Stage
    server: BotApi
    channel: Telegram
    sender: Sender
    intake: Intake
    user: User

    @property
    def chat(self) -> Chat:
        """The person as the program knows them."""
        address = str(self.user.id)
        return Chat("telegram", address, pseudonym(self.stage.keys, "telegram", address))

    async def writes(self, *texts: str) -> None:
        """Let the person write, each once the one before is committed and answered."""
        for text in texts:
            self.user.says(text)
            await self.server.until(lambda: not self.server.world.queue)
            await self.intake.drain(5)

    async def leaves(self) -> None:
        """Let the person leave; nothing may be remembered within a second."""
        self.user.says("0")
        await self.server.until(lambda: not self.server.world.queue, AT_ONCE)
        assert not await self.stage.remembers(self.chat)

    async def wipes(self) -> bool:
        """Run the job once, and tell whether it is done."""
        store = JobStore(self.stage.engine, self.stage.sealer, self.stage.drafts)
        jobs = Jobs(store, self.stage.dispatcher(), self.sender, self.stage.clock)  # type: ignore[call-arg,unused-ignore]
        (ids,) = [ids for task, ids in self.stage.deferred if task == "wipe"]
        assert list(ids) == ["wipe"]
        try:
            await wipe.task(jobs)(int(ids["wipe"]))
        except NotYet:
            return False
        return True

    async def left(self) -> tuple[int, int]:
        """Return how many message ids and how many chats to delete are kept of this person."""
        async with self.stage.engine.connect() as connection:
            counts = [
                (
                    await connection.execute(
                        select(func.count()).where(table.c.person == self.chat.person)
                    )
                ).scalar_one()
                for table in (channel_messages, wipes)
            ]
        return counts[0], counts[1]

    def screen(self) -> list[str]:
        """Return what stands in the chat."""
        return [one.text for one in self.user.messages()]


class Ticking(Stage):
    """A stage whose clock runs: what comes later is later."""

    def clock(self) -> datetime:
        """Return the time, as far ahead as the stage was moved."""
        return self.now + (system_clock() - START)


@pytest.fixture
def stage(engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge) -> Stage:
    return Ticking(engine, sealer, keys, knowledge, START)


def stranger() -> int:
    """Return the number of a person whom no test has met: each server counts anew."""
    return 5_550_000_000 + secrets.randbelow(10**9)


@asynccontextmanager
async def served(stage: Stage, server: BotApi) -> AsyncIterator[Line]:
    await stage.begin()
    client = Client(server.token, server.url, HASTE)
    channel = Telegram(client, MessageIds(stage.engine), stage.clock)
    sender = Sender({channel.name: channel}, Outbox(stage.engine, stage.drafts), stage.clock)
    manners = Manners(client, stage.knowledge.catalogs)
    aside = SetAside(stage.engine, stage.sealer)
    taking = intake(channel, manners, stage.dispatcher().handle, sender.send, aside, stage.keys)
    poller = Poller(client, taking)
    await client.open()
    running = asyncio.create_task(poller.run())
    try:
        yield Line(stage, server, channel, sender, taking, server.user(stranger()))
    finally:
        server.faults.clear()
        poller.stop()
        await running
        await taking.drain(5)
        await channel.close()
        await client.close()


@pytest.fixture
async def line(stage: Stage) -> AsyncIterator[Line]:
    async with BotApi() as server, served(stage, server) as opened:
        await opened.writes("/person", "1", TELLING)
        assert TELLING in opened.screen()
        yield opened


def decoys(line: Line) -> set[str]:
    catalogs = line.stage.knowledge.catalogs
    return {catalogs.render(one, "en") for one in leave.decoys()}


def of_the_chat(line: Line) -> list[str]:
    """Return what still stands in the chat and has to do with it."""
    harmless = decoys(line)
    return [text for text in line.screen() if text not in harmless]


async def test_where_all_works_one_harmless_line_stays(line: Line) -> None:
    await line.leaves()
    await line.intake.drain(5)
    assert of_the_chat(line) == []
    assert len(line.screen()) == 1
    line.stage.later(timedelta(minutes=2))
    assert await line.wipes()
    assert await line.left() == (1, 0)


async def test_a_chat_is_deleted_in_calls_of_a_hundred_at_most(line: Line) -> None:
    await line.leaves()
    await line.intake.drain(5)
    calls = [call.values["message_ids"] for call in line.server.called("deleteMessages")]
    assert calls
    assert all(len(one.split(",")) <= 100 for one in calls)


async def test_while_telegram_fails_the_state_goes_and_the_job_deletes_later(line: Line) -> None:
    for method in ("sendMessage", "deleteMessages", "deleteMessage", "editMessageText"):
        line.server.faults.plan(server_error(502), times=MANY, method=method)
    await line.leaves()
    await line.intake.drain(10)
    assert TELLING in line.screen()
    line.stage.later(timedelta(minutes=2))
    assert not await line.wipes()
    line.server.faults.clear()
    line.stage.later(timedelta(minutes=5))
    assert await line.wipes()
    await line.sender.sweep()
    assert of_the_chat(line) == []
    assert len(line.screen()) == 1


async def test_while_telegram_refuses_to_delete_the_harmless_line_stands_last(line: Line) -> None:
    for method in ("deleteMessages", "deleteMessage"):
        fault = Fault(refusal=bad("MESSAGE_DELETE_FORBIDDEN"))
        line.server.faults.plan(fault, times=MANY, method=method)
    await line.leaves()
    await line.intake.drain(10)
    assert line.screen()[-1] in decoys(line)
    assert TELLING in line.screen()
    for _ in range(3):
        line.stage.later(timedelta(hours=2))
        assert not await line.wipes()
    line.server.faults.clear()
    line.stage.later(timedelta(hours=4))
    assert await line.wipes()
    assert of_the_chat(line) == []


async def test_while_telegram_hangs_the_state_goes_all_the_same(line: Line) -> None:
    gate = asyncio.Event()
    for method in ("deleteMessages", "sendMessage"):
        line.server.faults.plan(held(gate), times=MANY, method=method)
    await line.leaves()
    gate.set()
    await line.intake.drain(10)
    assert of_the_chat(line) == []


async def test_after_48_hours_nobody_tries_any_more_and_nothing_is_kept(line: Line) -> None:
    line.server.faults.plan(server_error(502), times=MANY, method="deleteMessages")
    await line.leaves()
    await line.intake.drain(10)
    line.stage.later(timedelta(hours=49))
    calls = len(line.server.called("deleteMessages"))
    assert await line.wipes()
    assert len(line.server.called("deleteMessages")) == calls
    assert (await line.left())[1] == 0


async def test_a_person_who_blocked_the_bot_is_not_tried_for_ever(line: Line) -> None:
    line.server.faults.plan(server_error(502), times=MANY, method="deleteMessages")
    await line.leaves()
    await line.intake.drain(10)
    line.server.faults.clear()
    line.user.blocks_bot()
    await line.intake.drain(5)
    line.stage.later(timedelta(minutes=2))
    assert await line.wipes()
    assert (await line.left())[1] == 0


async def test_what_is_written_after_leaving_is_left_alone(line: Line) -> None:
    line.server.faults.plan(server_error(502), times=MANY, method="deleteMessages")
    await line.leaves()
    await line.intake.drain(10)
    line.server.faults.clear()
    line.stage.later(timedelta(minutes=2))
    await line.writes("/start")
    assert await line.wipes()
    assert "/start" in line.screen()
    assert TELLING not in line.screen()
    assert any("Choose a language" in text for text in line.screen())
