"""What the fault tests share: a data folder, a fake Bot API, and a program on both."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.faults.program import Program
from tests.telegram.bot_api import BotApi


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that whoever the database runs as may enter."""
    with tempfile.TemporaryDirectory(prefix="waypoint-faults-") as name:
        yield Path(name)


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    """Give a Bot API server."""
    async with BotApi() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of the web chat, as patient as the page."""
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield session


@pytest.fixture
async def program(folder: Path, server: BotApi) -> AsyncIterator[Program]:
    """Give a program with web chat and Telegram, not started yet."""
    made = Program(folder / "data", TELEGRAM_TOKEN=server.token, TELEGRAM_API_URL=server.url)
    yield made
    await made.end()
