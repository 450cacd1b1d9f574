"""A fresh console for each test."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from playwright.async_api import Browser, BrowserContext
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.console import Live
from bot.directory import Directory
from bot.privacy import Sealer
from bot.staff import DUTY_DESK
from bot.store.engine import conninfo
from bot.store.setup import begin_set_up
from bot.store.wakeups import Wakeups
from tests.conftest import Database
from tests.sealing import no_keys
from tests.web.console.officer import PICTURES, SMALL, WIDE, Officer
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


@pytest.fixture
async def live(world: World, database: Database) -> AsyncIterator[World]:
    """Give a console whose pages hear of changes from the database alone."""
    wakeups = Wakeups(conninfo(database.app_url))
    assert world.server is not None
    await world.server.close()
    closing = asyncio.Event()
    world.deps = replace(
        world.deps, live=Live(wakeups.of_office, wakeups.wake_office, closing, every=600, gap=0.01)
    )
    async with wakeups.running():
        await world.start()
        yield world
        closing.set()
        wakeups.wake_all()


@pytest.fixture(params=[SMALL, WIDE], ids=["small", "wide"])
async def officer(
    world: World, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Officer]:
    """Give an officer with a small and then with a wide screen, and no script on either."""
    context: BrowserContext = await browser.new_context(
        viewport=request.param, java_script_enabled=False
    )
    kept = bool(os.environ.get("WAYPOINT_PICTURES"))
    if kept:
        PICTURES.mkdir(exist_ok=True)
    if "fresh" not in request.fixturenames:
        # Else every page would say that set-up is not finished.
        await world.has_key(DUTY_DESK)
    one = Officer(world, await context.new_page(), PICTURES if kept else tmp_path)
    yield one
    assert one.refused == []
    await context.close()
