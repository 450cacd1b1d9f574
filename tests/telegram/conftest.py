"""What the tests of the channel share: one fake server each, and a client of the library."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.channels.telegram.transport import AiohttpRequest
from tests.telegram.bot_api import BotApi


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    """Give a fake Bot API server on a free port."""
    async with BotApi() as running:
        yield running


@pytest.fixture
async def library(server: BotApi) -> AsyncIterator[Bot]:
    """Give the library's client over our own transport, connected to the fake server."""
    requests = AiohttpRequest(), AiohttpRequest()
    bot = Bot(
        server.token,
        base_url=f"{server.url}/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    for request in requests:
        await request.initialize()
    yield bot
    for request in requests:
        await request.shutdown()
