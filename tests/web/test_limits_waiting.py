"""The web server under many callers and slow ones: who is waited for, and for how long."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import ClientSession, web

from bot.serving.metrics import Metrics
from bot.serving.patience import Patience
from bot.serving.web import PAGES_AT_ONCE, application, bound, serving
from tests.web.test_limits_server import reads


async def test_pages_come_some_at_a_time_and_hold_up_no_turn() -> None:
    here, go = 0, asyncio.Event()

    async def waits(_request: web.Request) -> web.Response:
        nonlocal here
        here += 1
        await go.wait()
        return web.Response()

    async def turn(_request: web.Request) -> web.Response:
        return web.Response()

    routes = [web.get("/page", waits), web.post("/chat/turns", turn), web.get("/healthz", turn)]
    listening = bound("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with serving(application(routes, Metrics()), listening), ClientSession() as client:
        pages = [asyncio.create_task(client.get(f"{url}/page")) for _ in range(40)]
        async with asyncio.timeout(10):
            await until(lambda: here == PAGES_AT_ONCE)
            assert (await client.post(f"{url}/chat/turns", data=b"{}")).status == 200
            assert (await client.get(f"{url}/healthz")).status == 200
            assert here == PAGES_AT_ONCE
            go.set()
            assert {one.status for one in await asyncio.gather(*pages)} == {200}
    assert here == 40


# --- who is slow ----------------------------------------------------------------------------------


@asynccontextmanager
async def patient(patience: Patience) -> AsyncIterator[tuple[int, web.AppRunner]]:
    """Serve one route with little patience."""

    @web.middleware
    async def watched(request: web.Request, handler: Any) -> web.StreamResponse:
        with patience.reading(request):
            return await handler(request)  # type: ignore[no-any-return]

    app = web.Application(middlewares=[watched])
    app.router.add_post("/reads", reads)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, lingering_time=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1], runner
    finally:
        await runner.cleanup()


async def test_a_body_that_comes_byte_by_byte_is_given_up() -> None:
    async with patient(Patience(body_seconds=0.2)) as (port, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /reads HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na")
        async with asyncio.timeout(10):
            assert b" 408 " in await reader.readline()
            assert await reader.read()
        writer.close()


async def test_a_body_in_time_is_read_whole() -> None:
    async with (
        patient(Patience(body_seconds=10)) as (port, _),
        ClientSession() as client,
        client.post(f"http://127.0.0.1:{port}/reads", data=b"a" * 1000) as answer,
    ):
        assert await answer.json() == {"bytes": 1000}


async def until(reached: Callable[[], bool]) -> None:
    """Wait for what a server does by itself and tells nobody."""
    while not reached():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def lines(runner: web.AppRunner) -> list[Any]:
    assert runner.server is not None
    return list(runner.server.connections)


async def test_lines_without_a_request_are_shut_and_those_in_use_are_not() -> None:
    patience = Patience(head_seconds=0.0)
    async with patient(patience) as (port, runner), ClientSession() as client:
        async with client.post(f"http://127.0.0.1:{port}/reads", data=b"a"):
            pass
        silent = await asyncio.open_connection("127.0.0.1", port)
        dribbling = await asyncio.open_connection("127.0.0.1", port)
        dribbling[1].write(b"GET / HTTP/1.1\r\nX: ")
        await dribbling[1].drain()
        async with asyncio.timeout(10):
            await until(lambda: len(lines(runner)) == 3)
            assert patience.sweep(runner) == 2
            for reader, writer in (silent, dribbling):
                with suppress(ConnectionResetError):
                    assert await reader.read() == b""
                writer.close()
            await until(lambda: len(lines(runner)) == 1)
        assert patience.sweep(runner) == 0
        async with client.post(f"http://127.0.0.1:{port}/reads", data=b"ab") as answer:
            assert await answer.json() == {"bytes": 2}


async def test_a_line_has_some_time_for_its_first_request() -> None:
    patience = Patience(head_seconds=60.0)
    async with patient(patience) as (port, runner):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        assert [patience.sweep(runner), patience.sweep(runner)] == [0, 0]
        writer.close()
