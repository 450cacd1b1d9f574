"""A backup while the program serves.

One snapshot (REPEATABLE READ, READ ONLY), each table by COPY into a file, and a manifest with a
hash of each and a keyed hash over all.  PostgreSQL's own pg_dump is at hand and not used: what it
writes is statements that a restore runs as the owner of the database, whoever changed the file
meanwhile, and an older managed server refuses them.  Here the schema comes from our migrations and
the files hold rows alone.

Secret and key files are no part of a backup, nor are chats, drafts, stored replies and sign-ins:
a restore starts them anew.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from bot.errors import Refused, Unavailable
from bot.privacy import Keys
from bot.store.engine import CONNECT_SECONDS, DatabaseUnreachable, owner_conninfo
from bot.store.manifest import FORMAT, MANIFEST, Manifest, TableFile, signed, to_bytes
from bot.store.pgfiles import sync_folder

LEFT_OUT = frozenset(
    {"alembic_version", "sign_ins", "chats", "set_aside", "wipes", "retention_clock"}
)
"""What a restore starts anew: who is signed in, what is in the making, what no one could read."""
EMPTIED: Mapping[str, Mapping[str, str]] = {
    "replies": {
        "body_sealed": "NULL",
        "address_sealed": "NULL",
        "sent": "coalesce(sent, at)",
        "leased_until": "NULL",
    },
    "contacts": {"address_sealed": "NULL", "confirmed": "false", "line": "NULL"},
}
"""Columns of which a backup holds something else.

Of a reply it holds only that there was one; where a person can be written to is in no backup, so
that after a restore nothing comes unasked before a new yes.
"""
PLAIN = "SET LOCAL client_encoding = 'UTF8'; SET LOCAL datestyle = ISO; SET LOCAL timezone = 'UTC'"
"""Whatever a server or a user is set to, the files look the same."""
TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename
"""
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
SEQUENCES = """
    SELECT sequencename, last_value FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class FolderNotEmpty(Refused):
    """The folder of a new backup holds something already."""


class NothingToBackUp(Unavailable):
    """The database was never used."""


class FolderUnusable(Unavailable):
    """The folder of a backup cannot be read or written; names it and the reason."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: a database, as its owner, and what is known of the host."""

    address: str = field(repr=False)
    keys: Keys
    key_files: tuple[str, ...]
    """Names of the key files beside the database, which must be kept elsewhere."""


def backup(source: Source, folder: Path) -> Manifest:
    """Write a backup into a folder that is new or empty, and return its manifest.  Blocking.

    Raises:
        FolderNotEmpty, FolderUnusable: the folder cannot take it.
        DatabaseUnreachable, NothingToBackUp: what was written is no backup.
    """
    with _usable(folder):
        _make_empty(folder)
        with _snapshot(source.address) as connection:
            made = _written(connection, source, folder)
        # Last, so that a folder with a manifest is a whole backup.
        _save(folder / MANIFEST, to_bytes(made))
        sync_folder(folder)
    return made


def _written(connection: psycopg.Connection, source: Source, folder: Path) -> Manifest:
    """Write the tables and return what was written."""
    (moment, revision) = _row(
        connection, "SELECT transaction_timestamp(), (SELECT version_num FROM alembic_version)"
    )
    names = [str(one) for (one,) in connection.execute(TABLES)]
    files = {one: _table(connection, one, folder) for one in names if one not in LEFT_OUT}
    # Sequences stand outside of the snapshot; they only grow, so later is never too low.
    sequences = {str(name): int(last) for name, last in connection.execute(SEQUENCES)}
    made = Manifest(
        FORMAT, moment, revision, source.keys.key_id, files, sequences, source.key_files
    )
    return signed(made, source.keys)


def _table(connection: psycopg.Connection, name: str, folder: Path) -> TableFile:
    """Write one table as COPY gives it, and return what was written."""
    columns = tuple(str(one) for (one,) in connection.execute(COLUMNS, (name,)))
    instead = EMPTIED.get(name, {})
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
        sql.SQL(", ").join(
            sql.SQL(instead[one]) if one in instead else sql.Identifier(one) for one in columns
        ),
        sql.Identifier(name),
    )
    digest, rows = hashlib.sha256(), 0
    with _opened(folder / f"{name}.copy") as handle, connection.cursor() as cursor:
        with cursor.copy(query) as copied:
            for block in copied:
                digest.update(block)
                # A line break inside a value is written as two characters, so each ends a row.
                rows += bytes(block).count(b"\n")
                _write(handle, block)
        os.fsync(handle)
    return TableFile(columns, rows, digest.hexdigest())


@contextmanager
def _snapshot(address: str) -> Iterator[psycopg.Connection]:
    try:
        with psycopg.connect(
            owner_conninfo(address), connect_timeout=CONNECT_SECONDS
        ) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            connection.execute(PLAIN)
            yield connection
    except psycopg.errors.UndefinedTable:
        raise NothingToBackUp("the database has no schema yet; start the program once") from None
    except psycopg.OperationalError:
        raise DatabaseUnreachable(
            "the database does not answer; check WAYPOINT_DATABASE_URL and that it is running"
        ) from None


def _row(connection: psycopg.Connection, query: str) -> tuple[datetime, str]:
    found = connection.execute(query.encode()).fetchone()
    if found is None or found[1] is None:
        raise NothingToBackUp("the database has no schema yet; start the program once")
    return found[0], found[1]


def _make_empty(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderNotEmpty(f"{folder} is not empty: a backup needs a folder of its own")
    folder.chmod(0o700)


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderUnusable(f"{folder} cannot be used: {error.strerror}") from None


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _save(path: Path, content: bytes) -> None:
    with _opened(path) as handle:
        _write(handle, content)
        os.fsync(handle)


def _write(handle: int, content: bytes | bytearray | memoryview) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
