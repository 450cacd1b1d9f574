"""Quick exit while Telegram works, fails, refuses or hangs: what is remembered goes at once.

The real handlers, store and channel stand against a Bot API server that does what a test says.
"""

import asyncio
import re
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
from bot.store.tables import channel_messages, replies, wipes
from handlers import leave
from tests.conversations.stage import Chat, Stage
from tests.telegram.bot_api import BotApi, Fault, held, reset, server_error
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


ANSWERED = ("sendMessage", "deleteMessages", "editMessageText", "answerCallbackQuery")
"""Everything that is asked of Telegram when somebody leaves."""


def broken(trouble: str) -> Fault:
    """Return what goes wrong with every call."""
    match trouble:
        case "down":
            return reset()
        case "failing":
            return server_error(502)
        case "refusing":
            return Fault(refusal=bad("MESSAGE_DELETE_FORBIDDEN"))
        case _:
            return held(asyncio.Event())


@pytest.mark.parametrize(
    ("trouble", "way"),
    [
        ("down", "0"),
        ("failing", "button"),
        ("refusing", "/clear"),
        ("slow", "خروج"),
    ],
)
async def test_whatever_telegram_does_nothing_is_remembered_after_a_second(
    line: Line, trouble: str, way: str
) -> None:
    for method in ANSWERED:
        line.server.faults.plan(broken(trouble), times=MANY, method=method)
    await line.leaves(way)
    assert TELLING not in str(await stored(line))


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


# --- replies that are on their way ---------------------------------------------------------------


async def test_deleting_begins_before_a_reply_that_hangs_is_through(line: Line) -> None:
    gate = asyncio.Event()
    line.server.faults.plan(held(gate), method="sendMessage")
    line.user.says("where is an office")
    await line.server.until(lambda: not line.server.world.queue)
    await line.leaves()
    await line.server.until_called("deleteMessages", 1, within=AT_ONCE)
    await line.server.until(lambda: TELLING not in line.screen(), AT_ONCE)
    gate.set()
    await line.intake.drain(5)
    assert of_the_chat(line) == []
    assert len(line.screen()) == 1


async def test_a_reply_that_waits_behind_another_is_not_shown_after_leaving(line: Line) -> None:
    gate = asyncio.Event()
    line.server.faults.plan(held(gate), method="sendMessage")
    for text in ("where is an office", "how do i get a passport"):
        line.user.says(text)
        await line.server.until(lambda: not line.server.world.queue)
    sent = len(line.server.called("sendMessage"))
    await line.leaves()
    gate.set()
    await line.intake.drain(5)
    assert len(line.server.called("sendMessage")) == sent + 1
    assert of_the_chat(line) == []


async def test_a_reply_that_came_through_after_leaving_is_deleted_by_the_job(line: Line) -> None:
    gate = asyncio.Event()
    line.server.faults.plan(held(gate), method="sendMessage")
    line.server.faults.plan(server_error(502), times=MANY, method="deleteMessages")
    line.user.says("where is an office")
    await line.server.until(lambda: not line.server.world.queue)
    await line.leaves()
    line.stage.later(timedelta(seconds=5))
    gate.set()
    await line.intake.drain(15)
    line.server.faults.clear()
    line.stage.later(timedelta(minutes=2))
    assert await line.wipes()
    assert of_the_chat(line) == []
    assert len(line.screen()) == 1


# --- the code ------------------------------------------------------------------------------------


async def asked(line: Line) -> None:
    """Let the person ask for help, up to the summary."""
    for choice in ("refer", "refer:safe:yes", "refer:for:skip", "refer:about:skip"):
        await press(line, choice)
    for step in ("place", "urgent", "contact", "words"):
        await press(line, f"refer:{step}:skip")
    for choice in ("refer:consent:yes", "refer:share:no", "refer:code:show"):
        await press(line, choice)


async def press(line: Line, choice: str) -> None:
    """Press a button that may no longer be in sight, and wait until it is answered."""
    line.user.presses(choice, line.user.answers()[-1])
    await line.server.until(lambda: not line.server.world.queue)
    await line.intake.drain(5)


def code_on(screen: list[str]) -> str | None:
    """Return the code that stands on a screen."""
    found = re.search(r"(?:\d{3} ){3}\d{3}", "\n".join(screen))
    return found[0] if found else None


async def test_a_code_goes_after_a_minute_even_if_the_program_has_ended_meanwhile(
    line: Line,
) -> None:
    await asked(line)
    await press(line, "refer:send")
    assert code_on(line.screen())
    await line.channel.close()
    assert not await line.wipes()
    line.stage.later(timedelta(minutes=2))
    assert await line.wipes()
    assert code_on(line.screen()) is None
    assert any("you can call" in text or "ask here" in text for text in line.screen())


async def test_a_code_that_telegram_does_not_let_go_of_is_tried_again(line: Line) -> None:
    await asked(line)
    await press(line, "refer:send")
    line.server.faults.plan(server_error(502), times=MANY, method="deleteMessages")
    line.stage.later(timedelta(minutes=2))
    assert not await line.wipes()
    line.server.faults.clear()
    line.stage.later(timedelta(minutes=5))
    assert await line.wipes()
    assert code_on(line.screen()) is None


async def test_a_code_that_has_not_come_through_is_waited_for(line: Line) -> None:
    await asked(line)
    line.server.faults.plan(server_error(502), times=MANY, method="sendMessage")
    await press(line, "refer:send")
    line.stage.later(timedelta(minutes=2))
    assert not await line.wipes()
    line.server.faults.clear()
    await line.sender.sweep()
    assert code_on(line.screen())
    assert not await line.wipes()
    line.stage.later(timedelta(minutes=2))
    assert await line.wipes()
    assert code_on(line.screen()) is None


async def test_once_telegram_has_taken_the_code_it_is_in_no_reply_any_more(line: Line) -> None:
    await asked(line)
    taken = len(line.server.called("sendMessage"))
    line.server.faults.plan(Fault(), method="sendMessage")
    line.server.faults.plan(server_error(502), times=MANY, method="sendMessage")
    await press(line, "refer:send")
    assert len(line.server.called("sendMessage")) > taken + 1
    code = code_on(line.screen())
    assert code is not None
    assert code not in str(await stored(line))
    line.server.faults.clear()
    line.stage.later(timedelta(minutes=2))
    await line.sender.sweep()
    assert len([text for text in line.screen() if "Your code" in text]) == 1
    assert await stored(line) == []


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


# --- who has put the phone away ------------------------------------------------------------------


async def test_the_reply_to_what_was_said_long_ago_begins_with_a_line_that_says_nothing(
    line: Line,
) -> None:
    line.server.world.ahead = -timedelta(hours=5)
    await line.writes("where can i find the police")
    late = line.screen()[-1]
    assert late.startswith("This is the reply to a message of yours.")
    assert "\n\n" in late[80:]
    line.server.world.ahead = timedelta()
    await line.writes("where can i find the police")
    assert not line.screen()[-1].startswith("This is the reply")
