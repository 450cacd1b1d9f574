"""The webhook: 200 only after the commit, and nothing for those who do not know the secret."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.channels.telegram import PATH, BadToken, hook_secret
from bot.channels.telegram.hook import LARGEST, SECRET_HEADER
from bot.channels.telegram.inbound import WANTED
from tests.telegram.bot_api import BotApi, payload, server_error
from tests.telegram.core import KEYS, Core, Program, stopped, wired

SECRET = hook_secret(KEYS)


@asynccontextmanager
async def listening(server: BotApi, core: Core) -> AsyncIterator[tuple[Program, str]]:
    """Serve the hook on a free port; its address is the second value."""
    program = wired(server, core)
    await program.client.open()
    app = web.Application(client_max_size=1000)
    app.router.add_post(PATH, program.hook.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield program, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await server.delivery.stop()
        await runner.cleanup()
        await stopped(program)


async def post(url: str, body: bytes, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url + PATH, data=io.BytesIO(body), headers=headers) as response,
    ):
        text = await response.text()
        assert "Traceback" not in text
        return response.status


async def test_a_text_is_answered_through_the_webhook(server: BotApi) -> None:
    user, core = server.user(), Core()
    async with listening(server, core) as (program, url):
        await program.hook.register(url)
        user.says("hello")
        await user.sees("You: hello")
        user.presses("2 Two")
        await user.sees("You: two")
        await server.until_confirmed(2)
    assert server.delivery.statuses == [200, 200]
    assert len(server.world.answered) == 1


async def test_the_answer_comes_only_after_the_commit(server: BotApi) -> None:
    user, core = server.user(), Core()
    gate = core.gates["slow"] = asyncio.Event()
    async with listening(server, core) as (program, url):
        await program.hook.register(url)
        user.says("slow")
        other = server.user()
        other.says("quick")
        await other.sees("You: quick")
        await server.until_confirmed(1)
        assert server.delivery.statuses == [200]
        gate.set()
        await server.until_confirmed(2)


async def test_a_failed_turn_is_delivered_again(server: BotApi) -> None:
    user, core = server.user(), Core(failing=[OSError(), OSError()])
    async with listening(server, core) as (program, url):
        await program.hook.register(url)
        user.says("hello")
        await user.sees("You: hello")
        await server.until_confirmed(1)
    assert server.delivery.statuses == [503, 503, 200]
    assert len(core.turns) == 1


async def test_a_turn_that_always_fails_is_set_aside(server: BotApi) -> None:
    user, core = server.user(), Core(failing=[KeyError()] * 6)
    async with listening(server, core) as (program, url):
        await program.hook.register(url)
        user.says("poison")
        user.says("two")
        await user.sees("You: two")
    assert b"poison" in core.aside[0]


async def test_an_unreadable_update_is_set_aside_and_confirmed(server: BotApi) -> None:
    core = Core()
    async with listening(server, core) as (_program, url):
        body = b'{"update_id": 7, "message": {"text": "canary"}}'
        assert await post(url, body) == 200
    assert b"canary" in core.aside[0]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "é"])
async def test_without_the_secret_nothing_is_read(server: BotApi, secret: str | None) -> None:
    core = Core()
    async with listening(server, core) as (_program, url):
        assert await post(url, b'{"update_id": 7}', secret) == 403
    assert core.turns == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[]", b"7", b"{}", b'{"update_id": "x"}', b"[" * 100_000],
)
async def test_a_malformed_body_is_a_plain_400(server: BotApi, body: bytes) -> None:
    core = Core()
    async with listening(server, core) as (_program, url):
        assert await post(url, body) == 400
    assert core.turns == []


async def test_a_body_may_be_as_large_as_its_own_limit(server: BotApi) -> None:
    async with listening(server, Core()) as (_program, url):
        fits = b'{"update_id": 7, "x": "' + b"x" * (LARGEST - 25) + b'"}'
        assert len(fits) == LARGEST
        assert await post(url, fits) == 200
        assert await post(url, fits + b" ") == 413


async def test_an_update_of_an_unknown_type_is_confirmed(server: BotApi) -> None:
    async with listening(server, Core()) as (_program, url):
        assert await post(url, json.dumps(payload("future_update")).encode()) == 200


async def test_of_updates_that_wait_the_lower_number_goes_first(server: BotApi) -> None:
    core = Core()
    gate = core.gates["canary text: où est le bureau"] = asyncio.Event()
    first, second, third = payload("text"), payload("command"), payload("callback")
    first["update_id"], second["update_id"], third["update_id"] = 1, 2, 3
    async with listening(server, core) as (program, url):
        posts = []
        for number, raw in enumerate((first, third, second), start=1):
            posts.append(asyncio.create_task(post(url, json.dumps(raw).encode())))
            while program.intake.under_way < number:  # noqa: ASYNC110  # nobody is told that an update waits
                await asyncio.sleep(0.001)
        gate.set()
        assert await asyncio.gather(*posts) == [200, 200, 200]
    assert [turn.number for turn in core.turns] == [1, 2, 3]


async def test_registering_outlasts_a_failing_server_and_names_a_bad_token(server: BotApi) -> None:
    async with listening(server, Core()) as (program, url):
        server.faults.plan(server_error(502), times=3, method="setWebhook")
        await program.hook.register(url)
    hook = server.world.webhook
    assert hook is not None
    assert (hook["url"], hook["secret_token"]) == (url + PATH, SECRET)
    assert server.world.allowed == frozenset(WANTED)
    wrong = wired(server, Core(), token="1:wrong")
    await wrong.client.open()
    with pytest.raises(BadToken):
        await wrong.hook.register("http://127.0.0.1:9")
    await stopped(wrong)


def test_the_secret_has_only_what_telegram_allows() -> None:
    assert len(SECRET) == 43
    assert all(char.isalnum() or char in "-_" for char in SECRET)
