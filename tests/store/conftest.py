"""What the tests of the store share.

A connection whose transaction is rolled back, so that nothing is left behind; and a person who
talks to a dispatcher on the real database.
"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer
from bot.store.referrals import Referrals
from bot.store.staff import Staff
from bot.store.tables import officers
from tests.sealing import no_keys
from tests.store.making import Deferred
from tests.store.office import SFAX
from tests.store.turns import Talk


@pytest.fixture
def deferred() -> Deferred:
    """Give the jobs of this test."""
    return Deferred()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Give a connection inside a transaction that never commits; nobody is on duty in it."""
    async with engine.connect() as opened:
        outer = await opened.begin()
        await opened.execute(delete(officers))
        yield opened
        await outer.rollback()


@pytest.fixture
def talk(engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge) -> Talk:
    """Give a person whom nobody has met yet, on Telegram."""
    return Talk(engine, sealer, keys, knowledge)


@pytest.fixture
def page(engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge) -> Talk:
    """Give a person whom nobody has met yet, on the web."""
    return Talk(engine, sealer, keys, knowledge, "web")


@pytest.fixture
async def staff(connection: AsyncConnection, sealer: Sealer) -> Staff:
    """Give the officers of a machine on which nobody made a key."""
    await no_keys(connection)
    return Staff(connection, sealer, frozenset({SFAX}))


@pytest.fixture
def store(staff: Staff, sealer: Sealer, deferred: Deferred) -> Referrals:
    """Give the requests inside the same transaction."""
    return Referrals(staff.connection, sealer, deferred)
