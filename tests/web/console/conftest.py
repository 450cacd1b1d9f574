"""A fresh console for each test."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.directory import Directory
from bot.privacy import Sealer
from tests.web.console.world import World, begin, empty, make_world


class HasDirectory(Protocol):
    """The part of the knowledge that the console needs."""

    @property
    def directory(self) -> Directory: ...


@pytest.fixture
async def world(
    engine: AsyncEngine, sealer: Sealer, knowledge: HasDirectory, tmp_path: Path
) -> AsyncIterator[World]:
    await empty(engine)
    made = make_world(engine, sealer, knowledge.directory, tmp_path)
    await begin(made)
    await made.start()
    yield made
    await made.stop()
    made.deps.passwords.close()
    await empty(engine)
