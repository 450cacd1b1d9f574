"""What the tests of the embedded server share: another process, connections, folder modes."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from bot.errors import Unavailable
from bot.store.embedded import DatabaseUnstartable, EmbeddedDatabase, Server
from bot.store.pgprocess import halt

ROOT = Path(__file__).parents[3]
NOBODY = 65534
CANARY = "canary-7f3a"
USER_OF_THE_SERVER = """
import sys
from pathlib import Path
from bot.store.embedded import EmbeddedDatabase
database = EmbeddedDatabase(Path(sys.argv[1]), durable=False)
print(database.start().started, flush=True)
sys.stdin.read()
database.stop()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@contextmanager
def moved(cluster: Path, target: Path) -> Iterator[Path]:
    """Lend the data folder to one test, under another path."""
    cluster.rename(target)
    try:
        yield target
    finally:
        halt(target / "pg", politely=1, at_once=1)
        target.rename(cluster)


class Other:
    """Another process that uses the server until it is told to go."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER_OF_THE_SERVER, str(data)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def started(self) -> bool:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip() == "True"

    def go(self) -> None:
        self.process.communicate(timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=20)


def serves(server: Server) -> bool:
    with psycopg.connect(server.app_url) as app:
        return app.execute("SELECT current_user").fetchone() == ("waypoint_app",)


def words(server: Server) -> set[str]:
    with psycopg.connect(server.app_url) as app:
        return {row[0] for row in app.execute("SELECT word FROM kept")}


def keep(server: Server, word: str) -> None:
    with psycopg.connect(server.app_url) as app:
        app.execute("INSERT INTO kept VALUES (%s)", [word])


def the_line(data: Path) -> str:
    """Start where it cannot work and return what is said, which must be one line."""
    with pytest.raises(DatabaseUnstartable) as refused:
        EmbeddedDatabase(data, durable=False).start()
    line = str(refused.value)
    assert isinstance(refused.value, Unavailable)
    assert "\n" not in line
    return line


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)
