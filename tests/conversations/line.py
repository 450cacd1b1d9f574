"""A person who writes through a real channel, against a server that does what a test says."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.channels.telegram import Client, Intake, Manners, Poller, Telegram, intake
from bot.clock import system_clock
from bot.conversation import Sender
from bot.jobs import Jobs, wipe
from bot.jobs.later import NotYet
from bot.privacy import pseudonym
from bot.store.jobs import JobStore
from bot.store.outbox import MessageIds, Outbox, SetAside
from bot.store.tables import channel_messages, replies, wipes
from handlers import leave
from tests.conversations.stage import Chat, Stage
from tests.telegram.bot_api import BotApi
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

    async def leaves(self, way: str = "0") -> None:
        """Let the person leave; nothing may be remembered within a second."""
        if way == "button":
            self.user.presses("leave")
        else:
            self.user.says(way)
        await self.server.until(lambda: not self.server.world.queue, AT_ONCE)
        assert not await self.stage.remembers(self.chat)

    async def wipes(self) -> bool:
        """Run the last of these jobs once, and tell whether it is done."""
        store = JobStore(self.stage.engine, self.stage.sealer, self.stage.drafts)
        jobs = Jobs(store, self.stage.dispatcher(), self.sender, self.stage.clock)  # type: ignore[call-arg,unused-ignore]
        ids = [ids for task, ids in self.stage.deferred if task == "wipe"][-1]
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


def stranger() -> int:
    """Return the number of a person whom no test has met: each server counts anew."""
    return 5_550_000_000 + secrets.randbelow(10**9)


@asynccontextmanager
async def served(stage: Stage, server: BotApi) -> AsyncIterator[Line]:
    await stage.begin()
    client = Client(server.token, server.url, HASTE)
    outbox = Outbox(stage.engine, stage.drafts)
    channel = Telegram(client, MessageIds(stage.engine), stage.clock, outbox.code_shown)
    sender = Sender({channel.name: channel}, outbox, stage.clock)
    manners = Manners(client, stage.knowledge.catalogs)
    aside = SetAside(stage.engine, stage.drafts)
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


def decoys(line: Line) -> set[str]:
    catalogs = line.stage.knowledge.catalogs
    return {catalogs.render(one, "en") for one in leave.decoys()}


def of_the_chat(line: Line) -> list[str]:
    """Return what still stands in the chat and has to do with it."""
    harmless = decoys(line)
    return [text for text in line.screen() if text not in harmless]


async def stored(line: Line) -> list[object]:
    """Return what every stored reply of the person says."""
    async with line.stage.engine.connect() as connection:
        found = await connection.execute(
            select(replies.c.body_sealed).where(
                replies.c.person == line.chat.person, replies.c.body_sealed.is_not(None)
            )
        )
        bodies = found.scalars().all()
    return [line.stage.drafts.open_json(one, "reply", line.chat.person) for one in bodies]
