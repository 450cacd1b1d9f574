"""The parts a command needs that works on the database, beside a running program or alone."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import Core, open_core, open_database, open_tables, vetted_for
from bot.config import read_settings
from bot.privacy import set_up_logs


@asynccontextmanager
async def opened() -> AsyncIterator[Core]:
    """Give the parts on the database of the settings.

    Raises:
        Invalid, Unavailable: settings, content or database cannot be used.
    """
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    vetted = vetted_for(settings)
    async with open_database(settings) as database, open_core(settings, vetted, database) as core:
        yield core


@asynccontextmanager
async def connected() -> AsyncIterator[AsyncEngine]:
    """Give the database of the settings alone, for what needs nothing vetted.

    Raises:
        Invalid, Unavailable: settings or database cannot be used.
    """
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    async with open_database(settings) as database, open_tables(database) as engine:
        yield engine
