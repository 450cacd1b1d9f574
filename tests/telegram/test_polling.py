"""The poll loop: nothing is confirmed before it is committed, nothing is lost, nothing doubled."""

import asyncio

import pytest

from bot.channels.telegram import BadToken
from tests.telegram.bot_api import (
    BotApi,
    Fault,
    lost_answer,
    proxy_error,
    reset,
    server_error,
    too_many,
    unauthorized,
)
from tests.telegram.core import Core, polling, reply, say, stopped, wired


async def test_a_text_is_answered_and_then_confirmed(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello")
        await server.until_confirmed(1)
    assert core.marked == {1}


async def test_nothing_is_confirmed_before_its_turn_is_committed(server: BotApi) -> None:
    user, core = server.user(), Core()
    gate = core.gates["slow"] = asyncio.Event()
    async with polling(server, core):
        user.says("slow")
        polls = len(server.called("getUpdates"))
        await server.until_called("getUpdates", polls + 3)
        assert server.world.confirmed == []
        gate.set()
        await server.until_confirmed(1)
    assert len(core.turns) == 1


async def test_a_slow_turn_holds_up_nobody_else(server: BotApi) -> None:
    slow, quick, core = server.user(), server.user(), Core()
    gate = core.gates["slow"] = asyncio.Event()
    async with polling(server, core):
        slow.says("slow")
        quick.says("one")
        await quick.sees("You: one")
        quick.says("two")
        await quick.sees("You: two")
        assert server.world.confirmed == []
        gate.set()
        await slow.sees("You: slow")
        await server.until_confirmed(3)
    assert len(core.asked) == 3


async def test_turns_of_a_chat_keep_their_order(server: BotApi) -> None:
    users, core = [server.user() for _ in range(5)], Core()
    async with polling(server, core):
        for number in range(20):
            for user in users:
                user.says(f"{number}")
        for user in users:
            await user.sees("You: 19")
        await server.until_confirmed(100)
    for user in users:
        assert [t.text for t in core.turns if t.address == str(user.id)] == [
            f"{number}" for number in range(20)
        ]
        texts = [message.text for message in user.answers()]
        assert texts == [f"You: {number}" for number in range(20)]


async def test_more_updates_than_a_batch_are_all_handled_once(server: BotApi) -> None:
    users, core = [server.user() for _ in range(250)], Core()
    for user in users:
        user.says("hello")
    async with polling(server, core):
        await server.until_confirmed(250)
        for user in users:
            await user.sees("You: hello")
    assert len(core.turns) == 250
    assert {len(user.answers()) for user in users} == {1}


async def test_an_update_that_comes_again_has_no_second_effect(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello")
        await server.until_confirmed(1)
    first = server.world.messages[1].raw
    server.world.queue[server.world.next_update - 1] = {
        "update_id": server.world.next_update - 1,
        "message": first,
    }
    async with polling(server, core):
        await server.until_confirmed(2)
    assert len(core.turns) == 1
    assert len(user.answers()) == 1


async def test_a_repeat_whose_reply_is_not_sent_is_left_to_the_sweep(server: BotApi) -> None:
    user, core = server.user(), Core()
    server.faults.plan(server_error(502), times=7, method="sendMessage")
    async with polling(server, core) as program:
        said = user.says("hello")
        await server.until_called("sendMessage", 7)
        await program.intake.drain(5)
        await server.until_confirmed(1)
        first = server.world.next_update - 1
        server.world.queue[first] = {"update_id": first, "message": said.raw}
        server.world.changes.happened()
        await server.until_confirmed(2)
        await program.intake.drain(5)
    assert len(core.asked) == 2
    assert user.answers() == []


async def test_a_failed_turn_is_tried_again_in_its_place(server: BotApi) -> None:
    user, core = server.user(), Core(failing=[OSError(), OSError()])
    async with polling(server, core):
        user.says("one")
        user.says("two")
        await user.sees("You: two")
    assert [turn.text for turn in core.turns] == ["one", "two"]


async def test_a_turn_that_always_fails_is_set_aside_and_does_not_block(server: BotApi) -> None:
    user, core = server.user(), Core(failing=[KeyError("canary text")] * 6)
    async with polling(server, core):
        user.says("poison")
        user.says("two")
        await user.sees("You: two", within=15)
        await server.until_confirmed(2)
    assert b"poison" in core.aside[0]
    assert [turn.text for turn in core.turns] == ["two"]


async def test_an_unreadable_update_is_set_aside_and_the_next_is_read(server: BotApi) -> None:
    user, core = server.user(), Core()
    server.world.push("message", {"message_id": "x", "chat": {"id": user.id, "type": "private"}})
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello")
        await server.until_confirmed(2)
    assert len(core.aside) == 1


@pytest.mark.parametrize(
    "fault", [reset(), lost_answer(), proxy_error(502), server_error(500), too_many(1)]
)
async def test_polling_goes_on_after_each_fault(server: BotApi, fault: Fault) -> None:
    user, core = server.user(), Core()
    server.faults.plan(fault, times=2, method="getUpdates")
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello", within=15)
    assert len(core.turns) == 1


async def test_a_bad_token_ends_the_run_with_its_own_error(server: BotApi) -> None:
    program = wired(server, Core(), token="110201543:wrong")
    await program.client.open()
    with pytest.raises(BadToken):
        await asyncio.wait_for(program.poller.run(), 5)
    await stopped(program)


async def test_a_token_that_is_revoked_later_ends_the_run_too(server: BotApi) -> None:
    program = wired(server, Core())
    await program.client.open()
    running = asyncio.create_task(program.poller.run())
    await server.until_called("getUpdates")
    server.faults.plan(unauthorized(), times=9)
    server.user().says("wake up")
    with pytest.raises(BadToken):
        await asyncio.wait_for(running, 5)
    await stopped(program)


async def test_a_webhook_left_over_is_removed_without_losing_updates(server: BotApi) -> None:
    user, core = server.user(), Core()
    server.world.webhook = {"url": "http://127.0.0.1:9/x", "secret_token": "", "max_connections": 1}
    user.says("hello")
    async with polling(server, core):
        await user.sees("You: hello")


async def test_a_stop_finishes_and_confirms_the_turns_under_way(server: BotApi) -> None:
    user, core = server.user(), Core()
    gate = core.gates["slow"] = asyncio.Event()
    async with polling(server, core) as program:
        user.says("slow")
        await server.until_called("getUpdates", 3)
        program.poller.stop()
        gate.set()
    assert len(server.world.confirmed) == 1
    assert user.answers()[-1].text == "You: slow"


async def test_a_stop_does_not_wait_for_an_empty_poll(server: BotApi) -> None:
    async with polling(server, Core()):
        await server.until_called("getUpdates")


async def test_after_everything_is_confirmed_lower_numbers_are_fetched_too(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with polling(server, core) as program:
        user.says("one")
        await server.until_confirmed(1)
        server.world.next_update = 1_000
        user.says("two")
        await user.sees("You: two")
        assert program.poller.offset in {None, 1_000, 1_001}
    assert len(core.turns) == 2


async def test_every_kind_of_bad_input_is_answered(server: BotApi) -> None:
    user, core = server.user(), Core()
    kinds = "photo voice sticker document contact video future_message_kind".split()
    async with polling(server, core):
        for kind in kinds:
            user.sends(kind)
        user.edits(user.says("first"), "second")
        user.says("x" * 5000)
        await server.until(lambda: len(user.answers()) == len(kinds) + 3)
    said = [turn.unreadable or turn.text for turn in core.turns]
    assert said == ["media"] * 4 + ["contact", "media", "media", "first", "edit", "too-long"]


async def test_a_group_hears_one_sentence_and_is_left(server: BotApi) -> None:
    group, user, core = server.group(), server.user(), Core()
    async with polling(server, core):
        user.says("/start", chat=group)
        user.says("hello", chat=group)
        await server.until(lambda: group.left)
        await server.until_confirmed(2)
    farewell = [m for m in server.world.messages.values() if m.chat_id == group.id and m.from_bot]
    assert len(farewell) == 1
    assert core.turns == []


async def test_one_blocks_the_bot_and_nothing_is_tried_for_ever(server: BotApi) -> None:
    user, core = server.user(), Core(answer=lambda _turn: reply(say("Bye.")))
    async with polling(server, core):
        user.blocks_bot()
        await server.until(lambda: core.marked == {1})
    assert [turn.unreadable for turn in core.turns] == ["blocked"]


async def test_nobody_is_stuck_with_five_percent_failures_and_five_percent_resets(
    server: BotApi,
) -> None:
    users, core = [server.user() for _ in range(50)], Core()
    server.faults.at_random((0.05, server_error(502)), (0.05, reset()), seed=20261124)
    async with polling(server, core):
        for step in range(8):
            for user in users:
                user.says(f"step {step}")
            for user in users:
                await user.sees(f"You: step {step}", within=30)
    for user in users:
        assert [message.text for message in user.answers()] == [f"You: step {s}" for s in range(8)]


async def test_a_turn_that_failed_while_the_database_was_away_is_not_set_aside_for_good(
    server: BotApi,
) -> None:
    user, core = server.user(), Core(failing=[OSError()] * 5)
    async with polling(server, core):
        user.says("hello")
        await user.sees("You: hello", within=15)
    assert [turn.text for turn in core.turns] == ["hello"]


async def test_a_server_that_never_holds_a_poll_is_not_asked_without_a_pause(
    server: BotApi,
) -> None:
    server.faults.plan(
        Fault(raw=(200, b'{"ok": true, "result": []}')), times=99, method="getUpdates"
    )
    async with polling(server, Core()):
        await server.until_called("getUpdates", 2)
        await asyncio.sleep(0.6)
    assert len(server.called("getUpdates")) <= 5
