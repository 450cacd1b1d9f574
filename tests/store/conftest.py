"""What the tests of the store share.

A connection whose transaction is rolled back, so that nothing is left behind; and a person who
talks to a dispatcher on the real database.
"""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer, load_keys
from bot.store.engine import database_url
from bot.store.referrals import Referrals
from bot.store.staff import Staff
from bot.store.tables import officers
from tests.conftest import Database
from tests.sealing import no_keys
from tests.store.machine import Machine
from tests.store.making import Deferred
from tests.store.office import SFAX
from tests.store.servers import Managed, managed
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


@pytest.fixture
def chain() -> str:
    """Give a chain nobody has written into."""
    return f"office-{secrets.token_hex(4)}"


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[AsyncConnection]:
    """Give a connection of the owner of all tables, who can change anything; rolled back."""
    engine = create_async_engine(database_url(database.owner_url))
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()
    await engine.dispose()


@pytest.fixture(scope="module")
def server() -> Iterator[Managed]:
    with managed() as running:
        yield running


@pytest.fixture
def old(server: Managed, tmp_path: Path) -> Machine:
    """Give the machine that is backed up."""
    keys = load_keys(tmp_path / "secret.key")
    (tmp_path / "old").mkdir()
    return Machine(server, server.database(createrole=True), keys, tmp_path / "old").used()


@pytest.fixture
def new(server: Managed, tmp_path: Path, old: Machine) -> Machine:
    """Give the machine that takes over, with the same secret and an empty database."""
    (tmp_path / "new").mkdir()
    return Machine(server, server.database(createrole=True), old.keys, tmp_path / "new")
