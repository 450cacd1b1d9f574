"""How replies reach the screen: edited, sent, split, protected, wiped, and once only."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.channels.telegram.render import Screen
from bot.channels.telegram.screens import Screens
from bot.clock import system_clock
from bot.conversation import NotNow, NotReached, Rendered, Shown, Turn
from tests.telegram.bot_api import (
    BotApi,
    Fault,
    blocked_by_user,
    held,
    lost_answer,
    proxy_error,
    reset,
    server_error,
    too_many,
    unauthorized,
)
from tests.telegram.core import Core, polling, reply, say, stopped, wired

MENU = (("one", "1 One"), ("two", "2 Two"))


def script(**answers: Rendered) -> Callable[[Turn], Rendered]:
    """Answer by what was said or pressed."""
    return lambda turn: answers[(turn.choice or turn.text or "").strip("/")]


async def test_a_menu_is_edited_in_place_and_its_query_answered(server: BotApi) -> None:
    user = server.user()
    core = Core(answer=script(start=reply(say("Menu.", MENU)), two=reply(say("Second.", MENU))))
    async with polling(server, core):
        user.says("/start")
        await user.sees("Menu.")
        query = user.presses("2 Two")
        await user.sees("Second.")
        await server.until(lambda: query in server.world.answered)
        await server.until(lambda: core.marked == {1, 2})
    assert [message.text for message in user.answers()] == ["Second."]
    assert user.answers()[0].edits == 1


async def test_menus_do_not_pile_up(server: BotApi) -> None:
    user = server.user()
    core = Core(answer=lambda turn: reply(say(f"Menu {turn.number}.", MENU)))
    async with polling(server, core):
        for _ in range(3):
            user.says("/start")
        await server.until(lambda: core.marked == {1, 2, 3})
    assert [bool(message.labels) for message in user.answers()] == [False, False, True]


async def test_a_press_on_an_old_menu_is_answered_below(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core):
        user.says("first")
        old = await user.sees("You: first")
        user.says("second")
        await user.sees("You: second")
        user.presses("two", old)
        await user.sees("You: two")
        await server.until(lambda: core.marked == {1, 2, 3})
    assert [m.text for m in user.answers()] == ["You: first", "You: second", "You: two"]
    assert [bool(m.labels) for m in user.answers()] == [False, False, True]


async def test_pressing_the_same_button_twice_is_no_error(server: BotApi) -> None:
    user, core = server.user(), Core(answer=lambda _turn: reply(say("Menu.", MENU)))
    async with polling(server, core):
        user.says("/start")
        menu = await user.sees("Menu.")
        user.presses("one", menu)
        user.presses("one", menu)
        await server.until(lambda: core.marked == {1, 2, 3})
    assert len(user.answers()) == 1


async def test_a_menu_that_was_deleted_meanwhile_is_sent_anew(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core):
        user.says("hello")
        menu = await user.sees("You: hello")
        await server.until_confirmed(1)
        user.presses("two", menu)
        menu.deleted = True
        await user.sees("You: two")
    assert len(user.answers()) == 1


async def test_a_query_that_is_too_old_does_not_matter(server: BotApi) -> None:
    user, core = server.user(), Core()
    server.world.callback_seconds = -1
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello")
        user.presses("2 Two")
        await user.sees("You: two")
        await server.until(lambda: core.marked == {1, 2})
    assert server.world.answered == []


async def test_a_long_answer_comes_in_pieces_in_order(server: BotApi) -> None:
    text = "\n\n".join(f"{n}" * 3000 for n in (1, 2, 3))
    user, core = server.user(), Core(answer=lambda _turn: reply(say(text, MENU), say("End.")))
    async with polling(server, core):
        user.says("hello")
        await user.sees("End.")
    assert [message.text[0] for message in user.answers()] == ["1", "2", "3", "E"]
    assert [bool(message.labels) for message in user.answers()] == [False, False, True, False]


async def test_a_code_is_protected_and_vanishes(server: BotApi) -> None:
    user = server.user()
    core = Core(answer=lambda _turn: reply(say("Code: 1", (("ok", "1 I have them"),), code="1")))
    program = wired(server, core, secret_seconds=0.05)
    await program.client.open()
    running = asyncio.create_task(program.poller.run())
    user.says("go")
    shown = await user.sees("Code: 1")
    assert shown.protected
    await user.no_longer_sees("Code: 1")
    await server.until(lambda: core.marked == {1})
    program.poller.stop()
    await running
    await stopped(program)
    assert [number for _who, number in core.messages] == [1]


async def test_a_code_replaced_by_a_menu_does_not_take_the_menu_away(server: BotApi) -> None:
    user = server.user()
    core = Core(
        answer=script(
            go=reply(say("Code: 1", (("ok", "1 I have them"),), code="1")),
            ok=reply(say("Menu.", MENU)),
        )
    )
    program = wired(server, core)
    await program.client.open()
    running = asyncio.create_task(program.poller.run())
    user.says("go")
    await user.sees("Code: 1")
    user.presses("ok")
    menu = await user.sees("Menu.")
    assert menu.edits == 1
    assert not program.channel._vanishing
    program.poller.stop()
    await running
    await stopped(program)


@pytest.mark.parametrize(
    "fault", [reset(), proxy_error(502), server_error(500), too_many(1), server_error(429)]
)
async def test_a_send_that_fails_is_tried_again_and_shown_once(
    server: BotApi, fault: Fault
) -> None:
    user, core = server.user(), Core()
    server.faults.plan(fault, times=2, method="sendMessage")
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello", within=10)
        await server.until(lambda: core.marked == {1})
    assert len(user.answers()) == 1


async def test_a_lost_answer_may_double_a_message_but_never_loses_it(server: BotApi) -> None:
    user, core = server.user(), Core()
    server.faults.plan(lost_answer(), method="sendMessage")
    async with polling(server, core):
        user.says("hello")
        await server.until(lambda: core.marked == {1})
    assert [message.text for message in user.answers()] == ["You: hello"] * 2


async def test_a_lost_answer_to_an_edit_doubles_nothing(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello")
        server.faults.plan(lost_answer(), method="editMessageText")
        user.presses("2 Two")
        await server.until(lambda: core.marked == {1, 2})
    assert [message.text for message in user.answers()] == ["You: two"]


async def test_what_cannot_be_sent_is_left_to_the_sweep(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core) as program:
        server.faults.plan(server_error(502), times=7, method="sendMessage")
        user.says("hello")
        await server.until_called("sendMessage", 7)
        await program.intake.drain(5)
        assert core.marked == set()
        core.waiting[1] = system_clock() - timedelta(seconds=1)
        await program.sender.sweep()
        assert core.marked == {1}
    assert [message.text.split("\n\n")[-1] for message in user.answers()] == ["You: hello"]


async def test_a_long_flood_wait_is_left_to_the_sweep_for_as_long(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core) as program:
        server.faults.plan(too_many(300), method="sendMessage")
        user.says("hello")
        await server.until_called("sendMessage")
        await program.intake.drain(5)
    assert core.waiting[1] > system_clock() + timedelta(seconds=250)
    assert len(server.called("sendMessage")) == 1


async def test_a_sweep_that_comes_too_early_shows_nothing_twice(server: BotApi) -> None:
    user, core = server.user(), Core()
    gate = asyncio.Event()
    async with polling(server, core) as program:
        server.faults.plan(held(gate), method="sendMessage")
        user.says("hello")
        await user.sees("You: hello")
        core.waiting[1] = system_clock() - timedelta(seconds=1)
        await program.sender.sweep()
        gate.set()
        await server.until(lambda: core.marked == {1})
        await program.sender.send(core.deliveries[next(iter(core.deliveries))])
    assert len(user.answers()) == 1


async def test_a_second_try_goes_on_where_the_first_one_stopped(server: BotApi) -> None:
    user, core = server.user(), Core(answer=lambda _turn: reply(say("One."), say("Two.", MENU)))
    async with polling(server, core) as program:
        user.says("hello")
        await user.sees("Two.")
        server.faults.plan(server_error(502), times=8, method="editMessageReplyMarkup")
        user.says("again")
        await server.until_called("editMessageReplyMarkup", 7)
        await program.intake.drain(5)
        core.waiting[2] = system_clock() - timedelta(seconds=1)
        await program.sender.sweep()
        assert core.marked == {1, 2}
    texts = [message.text for message in user.answers()]
    assert texts == ["One.", "Two.", "One.", "Two."]
    assert [bool(message.labels) for message in user.answers()] == [False, False, False, True]


async def test_a_reply_to_somebody_who_blocked_the_bot_is_not_tried_again(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core):
        server.faults.plan(blocked_by_user(), method="sendMessage")
        user.says("hello")
        await server.until(lambda: core.marked == {1})
    assert len(server.called("sendMessage")) == 1


async def test_a_reply_without_address_or_to_nobody_is_never_reached(server: BotApi) -> None:
    core = Core()
    program = wired(server, core)
    await program.client.open()
    turn = Turn("k", "telegram", "p", system_clock(), text="x", address=None)
    with pytest.raises(NotReached):
        await program.channel.deliver(await core.handle(turn))
    turn = Turn("l", "telegram", "p", system_clock(), text="x", address="404")
    with pytest.raises(NotReached):
        await program.channel.deliver(await core.handle(turn))
    await stopped(program)


async def test_a_server_that_is_away_says_not_now(server: BotApi) -> None:
    core = Core()
    program = wired(server, core)
    await program.client.open()
    await server.stop()
    turn = Turn("k", "telegram", "p", system_clock(), text="x", address="5")
    with pytest.raises(NotNow):
        await program.channel.deliver(await core.handle(turn))
    await stopped(program)


async def test_what_comes_unasked_is_sent_below(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core) as program:
        user.says("hello")
        await user.sees("You: hello")
        await server.until(lambda: core.marked == {1})
        person = core.turns[0].person
        news = Turn("news:1", "telegram", person, system_clock(), text="n", address=str(user.id))
        await program.sender.send(await core.handle(news))
    assert [message.text for message in user.answers()] == ["You: hello", "You: n"]


async def test_an_answer_the_library_cannot_read_is_not_sent_again(server: BotApi) -> None:
    user, core = server.user(), Core()
    odd = b'{"ok": true, "result": {"message_id": 1, "date": 58866000000000}}'
    async with polling(server, core):
        server.faults.plan(Fault(raw=(200, odd)), method="sendMessage")
        user.says("hello")
        await server.until(lambda: core.marked == {1})
    assert len(server.called("sendMessage")) == 1


async def test_a_token_revoked_while_sending_leaves_the_reply_to_the_sweep(server: BotApi) -> None:
    core = Core()
    program = wired(server, core)
    await program.client.open()
    server.faults.plan(unauthorized(), method="sendMessage")
    turn = Turn("k", "telegram", "p", system_clock(), text="x", address=str(server.user().id))
    with pytest.raises(NotNow) as caught:
        await program.channel.deliver(await core.handle(turn))
    assert caught.value.after == 60
    await stopped(program)


async def test_pressing_through_menus_reads_the_store_once(server: BotApi) -> None:
    class Counting(Core):
        reads = 0

        async def known(self, person: str, at: datetime) -> tuple[int, ...]:
            self.reads += 1
            return await super().known(person, at)

    user, core = server.user(), Counting()
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello")
        for _ in range(3):
            for label, data in (("2 Two", "two"), ("1 One", "one")):
                user.presses(label)
                await user.sees(f"You: {data}")
    assert core.reads == 1
    assert len(user.answers()) == 1


async def test_after_a_minute_the_store_is_read_again(server: BotApi) -> None:
    core = Core()
    screens = Screens(core)
    now = system_clock()
    await screens.keep("p", (5,), now, Shown(keyboard=True))
    assert await screens.of("p", now) == Screen(5, (5,))
    await core.keep("p", (9,), now, Shown(keyboard=True))
    assert await screens.of("p", now + timedelta(seconds=59)) == Screen(5, (5,))
    assert await screens.of("p", now + timedelta(seconds=61)) == Screen(9, (5, 9))


async def test_a_reply_shown_before_touches_nothing_when_it_is_sent_again(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core) as program:
        user.says("one")
        user.says("two")
        await server.until(lambda: core.marked == {1, 2})
        stripped = len(server.called("editMessageReplyMarkup"))
        for delivery in core.deliveries.values():
            await program.sender.send(delivery)
    assert stripped == 1
    assert len(server.called("editMessageReplyMarkup")) == 1
    assert len(user.answers()) == 2


async def test_an_edit_that_comes_late_is_sent_below_instead(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core):
        user.says("hello")
        menu = await user.sees("You: hello")
        await server.until(lambda: core.marked == {1})
        server.faults.plan(server_error(502), times=7, method="editMessageText")
        user.presses("2 Two")
        await server.until(
            lambda: core.waiting.get(2) and len(server.called("editMessageText")) == 7
        )
    core.waiting[2] = system_clock() - timedelta(seconds=1)
    next_process = wired(server, core)
    await next_process.client.open()
    await next_process.sender.sweep()
    await stopped(next_process)
    texts = [message.text.split("\n\n")[-1] for message in user.answers()]
    assert texts == ["You: hello", "You: two"]
    assert menu.labels == []
