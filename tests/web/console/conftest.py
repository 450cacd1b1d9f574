"""A fresh console for each test."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.directory import Directory
from bot.privacy import Sealer
from bot.store.setup import begin_set_up
from tests.sealing import no_keys
from tests.web.console.world import START, World, begin, empty, make_world


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


@pytest.fixture
async def fresh(world: World) -> World:
    """Give a console on which nobody has made a key: the program has just started once."""
    async with world.engine.begin() as connection:
        await no_keys(connection)
    await begin_set_up(world.engine, world.deps.set_up, START)
    return world
