"""The fake server itself: a test that leans on it is worth what these rules are worth."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, Update

from tests.telegram.bot_api import BotApi, Limits, held, lost_answer


class Answer:
    """Status and body of one call."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status = status
        self.result = body.get("result")
        self.why = str(body.get("description", ""))
        self.body = body


async def call(server: BotApi, method: str, /, how: str = "json", **values: Any) -> Answer:
    """Call a method the way a client would."""
    async with aiohttp.ClientSession() as session:
        url = f"{server.url}/bot{server.token}/{method}"
        given: dict[str, Any] = {how: values} if values else {}
        async with session.post(url, **given) as response:
            return Answer(response.status, await response.json())


async def test_the_library_starts_against_it(library: Bot, server: BotApi) -> None:
    await library.initialize()
    assert library.username == "waypoint_test_bot"


async def test_an_unknown_token_and_an_unknown_method_are_refused(server: BotApi) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/bot1:wrong/getMe") as response:
            assert response.status == 401
        async with session.get(f"{server.url}/botnonsense/getMe") as response:
            assert response.status == 404
    assert (await call(server, "fly")).status == 404


async def test_updates_come_again_until_they_are_confirmed(server: BotApi) -> None:
    user = server.user()
    user.says("one")
    user.says("two")
    first = (await call(server, "getUpdates")).result
    again = (await call(server, "getUpdates", limit=1)).result
    assert first is not None
    assert again == first[:1]
    rest = (await call(server, "getUpdates", offset=first[1]["update_id"])).result
    assert rest == first[1:]
    assert server.world.confirmed == [first[0]["update_id"]]


async def test_a_negative_offset_keeps_only_the_last_updates(server: BotApi) -> None:
    user = server.user()
    for text in ("one", "two", "three"):
        user.says(text)
    answer = await call(server, "getUpdates", offset=-1)
    assert [raw["message"]["text"] for raw in answer.result or []] == ["three"]


async def test_a_poll_waits_and_wakes_at_the_first_update(server: BotApi) -> None:
    user = server.user()
    poll = asyncio.create_task(call(server, "getUpdates", timeout=30))
    await server.until_called("getUpdates")
    assert not poll.done()
    user.says("hello")
    answer = await asyncio.wait_for(poll, 5)
    assert len(answer.result or []) == 1


async def test_a_second_poller_ends_the_first(server: BotApi) -> None:
    first = asyncio.create_task(call(server, "getUpdates", timeout=30))
    await server.until_called("getUpdates")
    second = asyncio.create_task(call(server, "getUpdates", timeout=0))
    assert (await first).status == 409
    assert (await second).status == 200


async def test_only_the_wanted_types_are_queued(server: BotApi) -> None:
    user = server.user()
    await call(server, "getUpdates", allowed_updates=["message"])
    user.presses("x", user.says("one"))
    answer = await call(server, "getUpdates")
    assert [list(raw)[1] for raw in answer.result or []] == ["message"]


async def test_a_webhook_gets_its_secret_retries_and_order(server: BotApi) -> None:
    seen: list[tuple[str, str]] = []
    statuses = iter([500, 200, 200])

    async def hook(request: web.Request) -> web.Response:
        text = (await request.json())["message"]["text"]
        seen.append((text, request.headers["X-Telegram-Bot-Api-Secret-Token"]))
        return web.Response(status=next(statuses))

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    user = server.user()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await call(server, "setWebhook", url=url, secret_token="s3", max_connections=5)
    user.says("one")
    user.says("two")
    await server.until_confirmed(2)
    await runner.cleanup()
    assert seen == [("one", "s3"), ("one", "s3"), ("two", "s3")]
    assert (await call(server, "getUpdates")).status == 409
    await call(server, "deleteWebhook")
    assert (await call(server, "getUpdates")).status == 200


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"text": "  \n"}, "text is empty"),
        ({"text": "x" * 4097}, "too long"),
        ({"text": "😀" * 2049}, "too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<x>x</x>", "parse_mode": "HTML"}, "Unsupported start tag"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "unallowed"),
        (
            {
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 33}]]},
            },
            "BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_what_telegram_refuses_is_refused(
    server: BotApi, values: dict[str, Any], why: str
) -> None:
    answer = await call(server, "sendMessage", chat_id=server.user().id, **values)
    assert answer.status == 400
    assert why in answer.why


async def test_the_longest_text_and_the_longest_data_are_taken(server: BotApi) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 32}]]}
    answer = await call(
        server, "sendMessage", chat_id=server.user().id, text="😀" * 2048, reply_markup=keyboard
    )
    assert answer.status == 200


async def test_forms_queries_and_json_mean_the_same(server: BotApi) -> None:
    user = server.user()
    await call(server, "sendMessage", how="json", chat_id=user.id, text="json")
    await call(server, "sendMessage", how="data", chat_id=str(user.id), text="form")
    await call(server, "sendMessage", how="params", chat_id=str(user.id), text="query")
    assert [message.text for message in user.answers()] == ["json", "form", "query"]


async def test_an_edit_that_changes_nothing_is_refused(server: BotApi) -> None:
    user = server.user()
    sent = (await call(server, "sendMessage", chat_id=user.id, text="one")).result
    assert sent is not None
    same: dict[str, Any] = {"chat_id": user.id, "message_id": sent["message_id"], "text": "one"}
    assert "message is not modified" in (await call(server, "editMessageText", **same)).why
    assert (await call(server, "editMessageText", **(same | {"text": "two"}))).status == 200
    assert [message.text for message in user.answers()] == ["two"]
    own = user.says("mine")
    other: dict[str, Any] = {"chat_id": user.id, "message_id": own.id, "text": "x"}
    assert "can't be edited" in (await call(server, "editMessageText", **other)).why
    gone: dict[str, Any] = {"chat_id": user.id, "message_id": 10_000, "text": "x"}
    assert "not found" in (await call(server, "editMessageText", **gone)).why


async def test_deleted_messages_leave_the_screen_and_old_ones_cannot_be(server: BotApi) -> None:
    user = server.user()
    numbers = [user.says(str(n)).id for n in range(3)]
    await call(server, "deleteMessages", chat_id=user.id, message_ids=[*numbers[:2], 9999])
    assert [message.text for message in user.messages()] == ["2"]
    server.world.ahead = timedelta(hours=49)
    old = await call(server, "deleteMessage", chat_id=user.id, message_id=numbers[2])
    assert old.status == 400
    many = await call(server, "deleteMessages", chat_id=user.id, message_ids=list(range(101)))
    assert many.status == 400


async def test_a_query_can_be_answered_until_it_is_too_old(server: BotApi) -> None:
    user = server.user()
    query = user.presses("start", user.says("x"))
    assert (await call(server, "answerCallbackQuery", callback_query_id=query)).status == 200
    server.world.ahead = timedelta(hours=2)
    late = await call(server, "answerCallbackQuery", callback_query_id=query)
    assert "query is too old" in late.why


async def test_a_blocked_bot_cannot_write(server: BotApi) -> None:
    user = server.user()
    user.blocks_bot()
    assert (await call(server, "sendMessage", chat_id=user.id, text="x")).status == 403
    user.unblocks_bot()
    assert (await call(server, "sendMessage", chat_id=user.id, text="x")).status == 200


async def test_flood_limits_answer_with_retry_after() -> None:
    async with BotApi(limits=Limits(per_chat=1, overall=2)) as server:
        first, second, third = server.user(), server.user(), server.user()
        assert (await call(server, "sendMessage", chat_id=first.id, text="x")).status == 200
        again = await call(server, "sendMessage", chat_id=first.id, text="x")
        assert again.status == 429
        assert again.body["parameters"] == {"retry_after": 1}
        assert (await call(server, "sendMessage", chat_id=second.id, text="x")).status == 200
        assert (await call(server, "sendMessage", chat_id=third.id, text="x")).status == 429


async def test_a_lost_answer_has_had_its_effect(server: BotApi) -> None:
    user = server.user()
    server.faults.plan(lost_answer(), method="sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await call(server, "sendMessage", chat_id=user.id, text="x")
    assert len(user.answers()) == 1


async def test_a_held_answer_waits_for_its_gate(server: BotApi) -> None:
    user = server.user()
    gate = asyncio.Event()
    server.faults.plan(held(gate), method="sendMessage")
    sending = asyncio.create_task(call(server, "sendMessage", chat_id=user.id, text="x"))
    await user.sees("x")
    assert not sending.done()
    gate.set()
    assert (await sending).status == 200


async def test_a_share_of_random_faults_is_the_same_for_the_same_seed(server: BotApi) -> None:
    def lost(seed: int) -> list[bool]:
        server.faults.at_random((0.5, lost_answer()), seed=seed)
        return [server.faults.take("sendMessage") is not None for _ in range(40)]

    assert lost(1) == lost(1)
    assert 5 < sum(lost(2)) < 35


async def test_profile_and_commands_are_kept_by_language(server: BotApi) -> None:
    commands = [{"command": "start", "description": "Menu"}]
    assert (
        await call(server, "setMyCommands", commands=commands, language_code="fr")
    ).status == 200
    assert (await call(server, "getMyCommands", language_code="fr")).result == commands
    assert (await call(server, "getMyCommands")).result == []
    await call(server, "setMyShortDescription", short_description="Info")
    answer = await call(server, "getMyShortDescription")
    assert answer.result == {"short_description": "Info"}
    bad = await call(server, "setMyCommands", commands=[{"command": "Start", "description": "x"}])
    assert bad.why == "Bad Request: BOT_COMMAND_INVALID"


async def test_the_bot_leaves_groups_but_not_private_chats(server: BotApi) -> None:
    group = server.group()
    assert (await call(server, "leaveChat", chat_id=group.id)).status == 200
    assert group.left
    assert (await call(server, "leaveChat", chat_id=server.user().id)).status == 400


async def test_everything_a_user_can_do_makes_an_update_the_library_reads(
    server: BotApi,
) -> None:
    user = server.user()
    own = user.says("/start")
    user.edits(own, "changed")
    user.shares(34.7, 10.8)
    for kind in ("photo", "voice", "sticker", "document", "contact", "video", "venue"):
        user.sends(kind)
    user.presses("start", own)
    user.blocks_bot()
    for raw in list(server.world.queue.values()):
        assert Update.de_json(raw, None).update_id == raw["update_id"]
    assert len(server.world.queue) == 12


async def test_a_missing_sight_says_what_is_on_the_screen(server: BotApi) -> None:
    user = server.user()
    await call(server, "sendMessage", chat_id=user.id, text="something else")
    with pytest.raises(AssertionError, match="something else"):
        await user.sees("not there", within=0.01)
