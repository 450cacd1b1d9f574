"""A real browser and pages of the web chat in it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer
from tests.web.chromium import chromium
from tests.web.visit import SMALL, Visit, Visiting, neutral, watch
from tests.web.webchat_program import Base, Program, served


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
def base(
    database: Any, engine: AsyncEngine, keys: Keys, sealer: Sealer, knowledge: Knowledge
) -> Base:
    return Base(database.app_url, engine, keys, sealer, knowledge)


@pytest.fixture
async def visit(browser: Browser, base: Base) -> AsyncIterator[Visiting]:
    """Give a function that opens a page; at the end nothing may have gone wrong in it."""
    async with AsyncExitStack() as stack:
        elsewhere = web.Application()
        elsewhere.router.add_get("/away", neutral)
        other = await stack.enter_async_context(TestServer(elsewhere, host="127.0.0.1"))
        away = f"http://localhost:{other.port}/away"
        program = await stack.enter_async_context(served(base, exit_url=away))
        made: list[Visit] = []

        async def opened(**options: Any) -> Visit:
            context = await browser.new_context(**{"viewport": SMALL, "locale": "en", **options})
            stack.push_async_callback(context.close)
            one = Visit(await context.new_page(), program, away)
            watch(one)
            made.append(one)
            return one

        yield opened
        for one in made:
            assert not one.faults
            assert all(address.startswith((program.url("/"), away)) for address in one.asked)
            assert not await one.page.context.cookies()


@pytest.fixture
async def program(base: Base) -> AsyncIterator[Program]:
    async with served(base) as running:
        yield running
