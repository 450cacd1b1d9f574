"""A managed PostgreSQL: a server of the test's own, with users who may do as little as elsewhere.

The programs are those of Debian's PostgreSQL 15 where they are installed, else the embedded ones.
"""

import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg

from bot.store.pgfiles import binaries
from bot.store.pguser import Runner, choose, run

DEBIAN = Path("/usr/lib/postgresql/15/bin")
ADMIN = "admin"
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Managed:
    """A running server and its administrator."""

    folder: Path
    python: str = sys.executable

    def run(self, statement: str) -> None:
        """Run a statement as the administrator."""
        with psycopg.connect(self._address(ADMIN, "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def database(self, *, createrole: bool, owner: bool = True) -> str:
        """Make an ordinary user with a database and return the address of both."""
        name = f"t_{secrets.token_hex(4)}"
        self.run(f"CREATE ROLE {name} LOGIN {'CREATEROLE' if createrole else 'NOCREATEROLE'}")
        self.run(f"CREATE DATABASE {name} OWNER {name if owner else ADMIN}")
        return self._address(name, name)

    def user_of(self, address: str) -> str:
        """Return the user of an address."""
        return urlsplit(address).username or ""

    def drop_app_role(self) -> None:
        """Leave the server without the ordinary role, and without what hangs on it."""
        with psycopg.connect(self._address(ADMIN, "postgres"), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 't\\_%'"
            ).fetchall()
        for (name,) in rows:
            self.run(f"DROP DATABASE {name}")
        self.run("DROP ROLE IF EXISTS waypoint_app")

    def _address(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"


@contextmanager
def managed() -> Iterator[Managed]:
    """Run a server while the block runs."""
    with tempfile.TemporaryDirectory(prefix="waypoint-managed-") as top:
        Path(top).chmod(0o755)
        folder = Path(top) / "pg"
        programs = DEBIAN if (DEBIAN / "initdb").exists() else binaries()
        folder.mkdir(mode=0o700)
        runner = choose(programs, folder)
        shutil.chown(folder, *runner.owner)
        _run(runner, folder, "initdb", "--auth=trust", f"--username={ADMIN}", "--encoding=UTF8")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        with (folder / "log").open("w") as log:
            shutil.chown(folder / "log", *runner.owner)
            _run(runner, folder, "pg_ctl", "start", "-w", "-o", options, output=log.fileno())
        try:
            yield Managed(folder)
        finally:
            _run(runner, folder, "pg_ctl", "stop", "-w", "-m", "immediate")


def _run(
    runner: Runner, folder: Path, program: str, *words: str, output: int | None = None
) -> None:
    command = [program, *words, "-D", runner.cluster(folder)]
    ended = run(runner, command, folder=folder, seconds=SECONDS, output=output)
    assert ended.returncode == 0, ended.stderr
