"""The real program, started as an operator starts it, between a person and a Bot API server."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.telegram.bot_api import BotApi, Message, User, server_error

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
PRIVATE = re.compile(rb"CANARY|[Cc]anary|55501\d\d|refused my asylum")


@asynccontextmanager
async def program(folder: Path, server: BotApi, **settings: str) -> AsyncIterator[Process]:
    """Run the program on a data folder; it must end by itself when told to."""
    given = {
        "DATA_DIR": str(folder / "var"),
        "PORT": "0",
        "TELEGRAM_TOKEN": server.token,
        "TELEGRAM_API_URL": server.url,
        "LOG_LEVEL": "DEBUG",
        **settings,
    }
    environ = {**os.environ, **{f"WAYPOINT_{name}": value for name, value in given.items()}}
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environ, stdout=PIPE, stderr=PIPE
    )
    logs = asyncio.create_task(running.communicate())
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
        try:
            _lines, log = await asyncio.wait_for(logs, 20)
        except TimeoutError:
            running.kill()
            raise
    found = PRIVATE.search(log)
    assert found is None, found


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder which the database server, an ordinary user, may enter."""
    made = tmp_path_factory.mktemp("telegram")
    for one in (made, *made.parents):
        if one.stat().st_uid == os.geteuid() and one.name.startswith(("pytest-", "telegram")):
            one.chmod(0o755)
    return made


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_person_reads_asks_and_leaves(server: BotApi, folder: Path, mode: str) -> None:
    user = server.user(language_code="es")
    user.says("/start")
    async with program(folder, server, TELEGRAM_MODE=mode) as running:
        welcome = await user.sees(lambda m: "lang:en" in m.data, within=START_SECONDS)
        user.presses("lang:en")
        await user.sees(lambda m: m.id == welcome.id and m.edits == 1)
        await answered(user, "they refused my asylum what now")
        await answered(user, "/office sfax")
        await answered(user, "x" * 5000)
        await answered(user)
        await server.until(lambda: len([m for m in user.answers() if m.labels]) == 1)
        user.says("0")
        await server.until(lambda: len(user.messages()) == 1)
        assert running.returncode is None
    assert running.returncode == 0
    assert server.world.queue == {}
    assert not user.answers()[0].labels


@pytest.mark.faults
async def test_a_reply_not_sent_before_the_end_is_sent_after_the_next_start(
    server: BotApi, folder: Path
) -> None:
    user = server.user()
    server.faults.plan(server_error(502), times=10_000, method="sendMessage")
    user.says("/start")
    async with program(folder, server) as running:
        await server.until_called("sendMessage", 1, within=START_SECONDS)
        await server.until_confirmed(1)
        running.kill()
    server.faults.clear()
    async with program(folder, server):
        await user.sees(lambda m: "lang:en" in m.data, within=START_SECONDS)
    assert len(user.answers()) == 1


async def test_a_bad_token_is_one_line_and_exit_code_2(server: BotApi, folder: Path) -> None:
    async with program(folder, server, TELEGRAM_TOKEN="110201543:wrong") as running:
        await asyncio.wait_for(running.wait(), START_SECONDS)
    assert running.returncode == 2


async def answered(user: User, text: str | None = None) -> Message:
    """Say something, or send a picture, and return the answer below it."""
    said = user.sends_photo() if text is None else user.says(text)
    return await user.sees(lambda m: m.id > said.id)
