"""At the lowest log level, through every failure: no token, text, name or chat id in any record."""

import asyncio
import json
import logging

import pytest

from bot.privacy.logs import JsonFormatter
from tests.telegram.bot_api import (
    BotApi,
    blocked_by_user,
    lost_answer,
    proxy_error,
    reset,
    server_error,
    too_many,
    unauthorized,
)
from tests.telegram.core import Core, polling, reply, say, stopped, wired

FAILURES = {
    "turn-failed",
    "update-set-aside",
    "not-sent-yet",
    "not-reachable",
    "telegram-does-not-answer",
}
CANARIES = ("CANARY", "canary", "Canary", "+49302312500", "34.7398")


async def test_no_record_holds_anything_of_a_person_or_the_token(
    server: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = server.user()
    core = Core(
        answer=lambda turn: reply(
            say(f"canary {turn.text}", (("canary:one", "1 Canary"),)), wipe=turn.text == "0"
        ),
        failing=[KeyError("canary text")],
    )
    async with polling(server, core) as program:
        server.faults.plan(server_error(), times=2, method="setMyCommands")
        await program.manners.introduce()
        user.says("canary text")
        user.shares(34.7398, 10.76)
        user.sends("contact")
        user.sends("photo")
        server.world.push("message", {"message_id": "x", "text": "canary text"})
        await server.until(lambda: len(core.marked) == 4)
        for fault in (reset(), lost_answer(), proxy_error(), server_error(), too_many(1)):
            server.faults.plan(fault, method="sendMessage")
            user.says("canary text")
            user.presses("1 Canary")
        await server.until(lambda: len(core.marked) == 14, within=20)
        server.faults.plan(too_many(900), method="sendMessage")
        user.says("canary text")
        await server.until(lambda: core.waiting)
        server.faults.plan(server_error(), times=2, method="answerCallbackQuery")
        user.presses("canary:one", user.answers()[-1])
        server.faults.plan(proxy_error(), times=3, method="getUpdates")
        user.says("0")
        await server.until(lambda: len(core.marked) == 16, within=20)
        server.faults.plan(blocked_by_user(), method="sendMessage")
        user.blocks_bot()
        await server.until(lambda: len(core.marked) == 17)
        server.faults.plan(unauthorized(), method="sendMessage")
    await _bad_starts(server)
    assert {str(record.msg) for record in caplog.records} >= FAILURES
    _assert_clean(caplog.records, str(user.id))


async def _bad_starts(server: BotApi) -> None:
    """Start with a token that is not known, and without a server."""
    wrong = wired(server, Core(), token=f"{server.token}-wrong")
    await wrong.client.open()
    await asyncio.gather(wrong.poller.run(), return_exceptions=True)
    await server.stop()
    running = asyncio.create_task(wrong.poller.run())
    await asyncio.sleep(0.3)
    wrong.poller.stop()
    await running
    await stopped(wrong)


def _assert_clean(records: list[logging.LogRecord], chat: str) -> None:
    formatter = JsonFormatter()
    for record in records:
        line = formatter.format(record)
        assert json.loads(line)["logger"]
        for word in (*CANARIES, chat):
            assert word not in record.getMessage(), (record.name, record.levelname)
            assert word not in str(record.args), (record.name, record.levelname)
            # Only the name of a test file may hold such a word.
            assert word not in line.replace("test_canaries.py", ""), (record.name, record.levelname)
