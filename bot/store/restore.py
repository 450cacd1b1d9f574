"""The restore of a backup into an empty database, in one transaction.

The schema is made by our migrations at the revision of the backup, the rows are copied in, then the
schema is brought up to date.  What people erased since the backup is erased again before anybody
can see it, and no packet for a partner opens any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from bot.errors import Refused, Unavailable
from bot.privacy import Keys, Reason
from bot.store.backup import PLAIN, TABLES
from bot.store.erasurelog import NAME, ErasureLog
from bot.store.erasures import Erasure, again, removal, repeated, shut_anew, stubbed
from bot.store.manifest import BLOCK, Manifest, TableFile, check, read
from bot.store.migrate import connected, hold, made_at
from bot.store.tables import contacts, erasures, referrals, retention_clock

NEEDS = """
    SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f' AND conrelid <> confrelid
"""


class DatabaseNotEmpty(Refused):
    """There are tables already; a restore never mixes two databases."""


class RestoreFailed(Unavailable):
    """The database does not take the rows; names table and SQLSTATE."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes: an empty database, as its owner, and the folder of the key files."""

    address: str = field(repr=False)
    keys: Keys
    data_dir: Path
    one_login: bool
    """Whether the program serves with the same login."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the manifest, how much was erased again, whether its list was there."""

    manifest: Manifest
    erased_again: int
    had_list: bool


def restore(target: Target, folder: Path) -> Restored:
    """Restore a backup of this host into an empty database, or change nothing.  Blocking.

    Raises:
        NoBackup, BackupDamaged, WrongSecret, BackupTooNew, SchemaTooNew: it cannot be used.
        DatabaseNotEmpty: there is something already.
        DatabaseUnreachable, SchemaRefused, RoleMissing, RestoreFailed: it was not taken.
        ErasureLogUnusable: the list of erasures cannot be read.
    """
    manifest = read(folder)
    check(manifest, folder, target.keys)
    listed = ErasureLog(target.data_dir / NAME).read()
    with connected(target.address) as connection:
        hold(connection)
        if connection.execute(text(TABLES)).first() is not None:
            raise DatabaseNotEmpty(
                "the database is not empty: restore into an empty WAYPOINT_DATA_DIR, "
                "or into a new database of WAYPOINT_DATABASE_URL"
            )
        with made_at(connection, manifest.revision, one_login=target.one_login):
            _fill(connection, manifest, folder)
        for statement in shut_anew(manifest.made):
            connection.execute(statement)
        repeated_count = _erase_again(connection, target.keys, manifest, listed or ())
        connection.commit()
    return Restored(manifest, repeated_count, listed is not None)


def _fill(connection: Connection, manifest: Manifest, folder: Path) -> None:
    """Put the rows of a backup in the place of those that migrations made."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - for the type; the driver is ours
    raw.execute(PLAIN)
    there = {str(name) for (name,) in raw.execute(TABLES)} - {"alembic_version"}
    if unknown := manifest.tables.keys() - there:
        raise RestoreFailed(f"this version knows no table {min(unknown)}")
    names = [sql.Identifier(one) for one in sorted(there)]
    # Triggers made the rows of the queue once already.
    for one in names:
        raw.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(one))
    raw.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
    for name in _ordered(raw, manifest.tables):
        _copy(raw, name, manifest.tables[name], folder / f"{name}.copy")
    for one in names:
        raw.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(one))
    for name, last in manifest.sequences.items():
        raw.execute("SELECT setval(%s::regclass, %s)", (name, last))


def _ordered(raw: psycopg.Connection, tables: Mapping[str, TableFile]) -> list[str]:
    """Return the tables, each after those to which its rows refer."""
    order: TopologicalSorter[str] = TopologicalSorter({one: set() for one in sorted(tables)})
    for one, needed in raw.execute(NEEDS):
        order.add(str(one), str(needed))
    return [one for one in order.static_order() if one in tables]


def _copy(raw: psycopg.Connection, name: str, table: TableFile, path: Path) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    try:
        with path.open("rb") as file, raw.cursor() as cursor, cursor.copy(query) as copied:
            while block := file.read(BLOCK):
                copied.write(block)
    except psycopg.Error as error:
        raise RestoreFailed(f"table {name} was not taken (SQLSTATE {error.sqlstate})") from None
    except OSError as error:
        raise RestoreFailed(f"{path.name} cannot be read: {error.strerror}") from None


def _erase_again(
    connection: Connection, keys: Keys, manifest: Manifest, listed: Sequence[Erasure]
) -> int:
    """Erase what was erased since the backup, and keep the list for the next backup."""
    requests = list(connection.execute(select(referrals.c.id)).scalars())
    people = list(connection.execute(select(contacts.c.person).distinct()).scalars())
    found = repeated(keys, listed, requests, people, manifest.made)
    for entry, subject in found:
        if entry.kind != "request":
            for statement in again(entry, subject):
                connection.execute(statement)
    _erase_requests(connection, [one for one in found if one[0].kind == "request"])
    _go_on_with(connection, listed)
    # A clock that is wrong on the new machine is noticed by the first run of the rules.
    connection.execute(insert(retention_clock).values(single=True, seen=manifest.made))
    return len(found)


def _erase_requests(connection: Connection, found: Sequence[tuple[Erasure, str]]) -> None:
    """Erase many requests at once, those that leave the same stub together."""
    together: dict[tuple[Reason | None, date], list[str]] = {}
    for entry, subject in found:
        together.setdefault((entry.reason, entry.at.date()), []).append(subject)
    for (reason, day), ids in together.items():
        keys_first, *rows = removal(ids)
        stub = (stubbed(ids, reason, day),) if reason is not None else ()
        for statement in (keys_first, *stub, *rows):
            connection.execute(statement)


def _go_on_with(connection: Connection, listed: Sequence[Erasure]) -> None:
    """Keep the list in the database, and let what the file lacks be written into it again."""
    connection.execute(update(erasures).values(in_file=False))
    row = insert(erasures)
    later = {"at": func.greatest(erasures.c.at, row.excluded.at), "in_file": True}
    kept = row.on_conflict_do_update(index_elements=["hash"], set_=later)
    rows = [asdict(one) | {"in_file": True} for one in listed]
    if rows:
        connection.execute(kept, rows)
