"""A person on a real channel, for tests of what a channel does."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer
from tests.conversations.line import START, TELLING, Line, Ticking, served
from tests.telegram.bot_api import BotApi


@pytest.fixture
async def line(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> AsyncIterator[Line]:
    stage = Ticking(engine, sealer, keys, knowledge, START)
    async with BotApi() as server, served(stage, server) as opened:
        await opened.writes("/person", "1", TELLING)
        assert TELLING in opened.screen()
        yield opened
