"""Leaving deletes what Telegram lets us delete, in both directions, and shows only the decoy."""

from collections.abc import Callable
from datetime import timedelta

from bot.clock import system_clock
from bot.conversation import Rendered, Turn
from tests.telegram.bot_api import (
    BotApi,
    server_error,
)
from tests.telegram.core import Core, polling, reply, say

MENU = (("one", "1 One"), ("two", "2 Two"))


def script(**answers: Rendered) -> Callable[[Turn], Rendered]:
    """Answer by what was said or pressed."""
    return lambda turn: answers[(turn.choice or turn.text or "").strip("/")]


async def test_quick_exit_deletes_both_sides_and_shows_only_the_decoy(server: BotApi) -> None:
    def answer(turn: Turn) -> Rendered:
        leaving = turn.text in {"0", "leave"} or turn.choice == "leave"
        return reply(say("Merci, gracias."), wipe=True) if leaving else reply(say("Menu.", MENU))

    user, core = server.user(), Core(answer=answer)
    async with polling(server, core):
        for text in ("hello", "help", "again"):
            user.says(text)
        user.sends_photo()
        await server.until(lambda: core.marked == {1, 2, 3, 4})
        user.says("0")
        await user.sees("Merci")
        await server.until(lambda: len(core.marked) == 5)
    assert [message.text for message in user.messages()] == ["Merci, gracias."]
    assert len(core.messages) == 1


async def test_quick_exit_deletes_more_than_a_hundred_in_several_calls(server: BotApi) -> None:
    user = server.user()
    core = Core(answer=lambda turn: reply(say("Merci."), wipe=turn.text == "0"))
    async with polling(server, core):
        for number in range(120):
            user.says(f"text {number}")
        await server.until(lambda: len(core.marked) == 120)
        user.says("0")
        await server.until(lambda: len(core.marked) == 121)
    assert [message.text for message in user.messages()] == ["Merci."]
    assert [
        len(call.values["message_ids"].split(",")) for call in server.called("deleteMessages")
    ] == [
        100,
        100,
        41,
    ]


async def test_quick_exit_deletes_what_it_can_when_telegram_refuses_some(server: BotApi) -> None:
    user = server.user()
    core = Core(answer=lambda turn: reply(say("Merci."), wipe=turn.text == "0"))
    async with polling(server, core):
        old = user.says("old")
        await server.until(lambda: len(core.marked) == 1)
        old.raw["date"] -= 3 * 86_400
        user.says("new")
        await server.until(lambda: len(core.marked) == 2)
        user.says("0")
        await server.until(lambda: len(core.marked) == 3)
    assert [message.text for message in user.messages()] == ["old", "Merci."]


async def test_a_quick_exit_that_fails_is_finished_by_the_sweep(server: BotApi) -> None:
    user = server.user()
    core = Core(answer=lambda turn: reply(say("Merci."), wipe=turn.text == "0"))
    async with polling(server, core) as program:
        user.says("secret words")
        await server.until(lambda: len(core.marked) == 1)
        server.faults.plan(server_error(502), times=7, method="deleteMessages")
        user.says("0")
        await server.until(
            lambda: core.waiting.get(2) and len(server.called("deleteMessages")) == 7
        )
        await program.intake.drain(5)
        assert [message.text for message in user.answers()] == ["Merci."]
        core.waiting[2] = system_clock() - timedelta(seconds=1)
        await program.sender.sweep()
    assert [message.text for message in user.messages()] == ["Merci."]
