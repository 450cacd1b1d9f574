"""A fresh console for each test."""

from collections.abc import AsyncIterator
from typing import Protocol

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.directory import Directory
from bot.privacy import Sealer
from tests.web.console.world import World, empty, make_world


class HasDirectory(Protocol):
    """The part of the knowledge that the console needs."""

    @property
    def directory(self) -> Directory: ...


@pytest.fixture
async def world(
    engine: AsyncEngine, sealer: Sealer, knowledge: HasDirectory
) -> AsyncIterator[World]:
    await empty(engine)
    made = make_world(engine, sealer, knowledge.directory)
    await made.start()
    yield made
    await made.stop()
    made.deps.passwords.close()
    await empty(engine)
