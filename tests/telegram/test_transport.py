"""The library over aiohttp: what goes out, what comes back, and that no error tells the token."""

import io
import json
import logging
import traceback

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.transport import AiohttpRequest, TooManyRequests
from tests.telegram.bot_api import (
    TOKEN,
    BotApi,
    Fault,
    blocked_by_user,
    lost_answer,
    proxy_error,
    reset,
    server_error,
    slow,
    too_many,
    unauthorized,
)


async def test_a_text_with_a_keyboard_arrives_whole(library: Bot, server: BotApi) -> None:
    user = server.user()
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Où ? 😀", callback_data="near")]])
    sent = await library.send_message(user.id, "a & b = é\n😀", reply_markup=keyboard)
    shown = user.answers()[-1]
    assert (shown.text, shown.labels, shown.data) == ("a & b = é\n😀", ["Où ? 😀"], ["near"])
    assert sent.message_id == shown.id


async def test_a_file_is_uploaded_as_multipart(library: Bot, server: BotApi) -> None:
    user = server.user()
    await library.send_document(user.id, io.BytesIO(b"x" * 5000), filename="plan.txt")
    document = user.answers()[-1].raw["document"]
    assert (document["file_name"], document["file_size"]) == ("plan.txt", 5000)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (reset(), NetworkError),
        (lost_answer(), NetworkError),
        (proxy_error(502), NetworkError),
        (proxy_error(404), NetworkError),
        (proxy_error(403), NetworkError),
        (server_error(500), NetworkError),
        (server_error(502), NetworkError),
        (Fault(raw=(200, b"<html>hotel Wi-Fi, please sign in</html>")), NetworkError),
        (Fault(raw=(200, b"[1, 2]")), NetworkError),
        (Fault(raw=(302, b"moved")), NetworkError),
        (too_many(3), TooManyRequests),
        (unauthorized(), InvalidToken),
        (blocked_by_user(), Forbidden),
    ],
)
async def test_each_failure_has_its_class_and_tells_no_token(
    library: Bot, server: BotApi, fault: Fault, expected: type[TelegramError]
) -> None:
    user = server.user()
    server.faults.plan(fault)
    with pytest.raises(TelegramError) as caught:
        await library.send_message(user.id, "canary text")
    assert type(caught.value) is expected
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert_nothing_behind(caught.value)


async def test_a_slow_answer_times_out_without_telling_the_token(
    library: Bot, server: BotApi
) -> None:
    user = server.user()
    server.faults.plan(slow(30))
    with pytest.raises(TimedOut) as caught:
        await library.send_message(
            user.id, "hello", read_timeout=0.05, write_timeout=0, pool_timeout=0, connect_timeout=1
        )
    assert user.answers()[-1].text == "hello"
    assert_nothing_behind(caught.value)


async def test_a_server_that_is_not_there_is_a_network_error(library: Bot, server: BotApi) -> None:
    await server.stop()
    with pytest.raises(NetworkError) as caught:
        await library.get_me()
    assert type(caught.value) is NetworkError
    assert_nothing_behind(caught.value)


async def test_an_impossible_address_is_a_network_error() -> None:
    request = AiohttpRequest()
    await request.initialize()
    with pytest.raises(NetworkError) as caught:
        await Bot(TOKEN, base_url="http://bad host:x/bot", request=request).get_me()
    await request.shutdown()
    assert_nothing_behind(caught.value)


async def test_a_call_after_the_end_is_a_network_error() -> None:
    request = AiohttpRequest()
    await request.initialize()
    await request.shutdown()
    with pytest.raises(NetworkError):
        await Bot(TOKEN, base_url="http://127.0.0.1:9/bot", request=request).get_me()


async def test_a_page_that_repeats_the_address_is_not_quoted(
    server: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.Response(status=404, text=f"The page {request.path} was not found")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    request = AiohttpRequest()
    await request.initialize()
    caplog.set_level(logging.INFO)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    with pytest.raises(NetworkError) as caught:
        await Bot(TOKEN, base_url=url, request=request).get_me()
    await request.shutdown()
    await runner.cleanup()
    assert TOKEN not in str(caught.value) + caplog.text
    assert_nothing_behind(caught.value)


async def test_two_pollers_are_a_conflict_and_bad_requests_are_permanent(
    library: Bot, server: BotApi
) -> None:
    await library.set_webhook("http://127.0.0.1:9/hooks/telegram", secret_token="s")
    with pytest.raises(Conflict):
        await library.get_updates()
    with pytest.raises(BadRequest):
        await library.send_message(1, "no such chat")


async def test_starting_twice_keeps_the_session(server: BotApi) -> None:
    request = AiohttpRequest()
    await request.initialize()
    first = request._session
    await request.initialize()
    assert request._session is first
    await request.shutdown()


async def test_the_seconds_to_wait_are_kept(library: Bot, server: BotApi) -> None:
    user = server.user()
    for fault, seconds in ((too_many(7), 7), (server_error(429), 1)):
        server.faults.plan(fault)
        with pytest.raises(TooManyRequests) as caught:
            await library.send_message(user.id, "x")
        assert caught.value.seconds == seconds


def test_an_answer_is_read_and_anything_else_refused() -> None:
    assert AiohttpRequest.parse_json_payload(json.dumps({"ok": True, "result": 1}).encode())
    for body in (b"", b"\xff", b"null", b'{"ok": true}'):
        with pytest.raises(NetworkError):
            AiohttpRequest.parse_json_payload(body)


def assert_nothing_behind(error: BaseException) -> None:
    """No error hides another one that could hold the address."""
    assert error.__cause__ is None
    assert error.__context__ is None
