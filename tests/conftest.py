"""What tests share: one embedded server a run, one engine, and the knowledge that is shipped."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import load_knowledge
from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer, load_keys
from bot.store.embedded import EmbeddedDatabase
from bot.store.engine import open_engine
from bot.store.migrate import migrate


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database: as its owner and as the ordinary role."""

    owner_url: str
    app_url: str
    data_dir: Path


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """Give the embedded server of this run, its schema up to date."""
    with tempfile.TemporaryDirectory(prefix="waypoint-tests-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        embedded = EmbeddedDatabase(data, durable=False)
        server = embedded.start()
        migrate(server.owner_url)
        yield Database(server.owner_url, server.app_url, data)
        embedded.stop()


@pytest.fixture(scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """Give the engine of the ordinary role."""
    opened = open_engine(database.app_url)
    yield opened
    await opened.dispose()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Give the keys of this run."""
    return load_keys(tmp_path_factory.mktemp("keys") / "secret.key")


@pytest.fixture(scope="session")
def sealer(keys: Keys) -> Sealer:
    """Give the one door to sealed texts."""
    return Sealer(keys)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Give everything vetted, as it is shipped."""
    return load_knowledge()
