"""One cluster for all tests of the embedded server.

It is made once and moved from test to test, since making or copying one costs as much as all the
rest; a test that would break it makes its own.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.store.embedded import EmbeddedDatabase
from tests.store.embedded.servers import moved


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("made") / "var"
    database = EmbeddedDatabase(data, durable=False)
    server = database.start()
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE kept (word text PRIMARY KEY)")
        owner.execute("GRANT SELECT, INSERT ON kept TO waypoint_app")
    database.stop()
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Iterator[Path]:
    with moved(made, tmp_path / "var") as data:
        yield data


@pytest.fixture
def database(data: Path) -> Iterator[EmbeddedDatabase]:
    database = EmbeddedDatabase(data, durable=False)
    yield database
    database.stop()
