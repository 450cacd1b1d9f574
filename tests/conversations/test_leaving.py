"""Quick exit while Telegram works, fails, refuses or hangs: what is remembered goes at once.

The real handlers, store and channel stand against a Bot API server that does what a test says.
"""

import asyncio
from datetime import timedelta

import pytest

from tests.conversations.line import AT_ONCE, MANY, TELLING, Line, decoys, of_the_chat, stored
from tests.telegram.bot_api import Fault, held, reset, server_error
from tests.telegram.bot_api.refusals import bad

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
