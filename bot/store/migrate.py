"""Bring the schema up to date, as its owner; several programs that start at once take turns.

A file of `migrations/versions` begins with its revision, so that a start which has nothing to do
need not load Alembic to find out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import Unavailable
from bot.store.engine import (
    APP_ROLE,
    CONNECT_SECONDS,
    DatabaseUnreachable,
    database_url,
)

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_211_202_611  # any number that no other program takes as an advisory lock
# APP_ROLE is a constant of this program, no input.
GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE};
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {APP_ROLE};
REVOKE INSERT, UPDATE, DELETE ON audit_entries, audit_heads FROM {APP_ROLE};
REVOKE UPDATE, DELETE ON audit_signed_heads FROM {APP_ROLE};
REVOKE EXECUTE ON FUNCTION audit_cut(timestamptz) FROM {APP_ROLE};
REVOKE UPDATE ON consents, overrides, approvals FROM {APP_ROLE};
GRANT UPDATE (at) ON consents, approvals TO {APP_ROLE};
GRANT UPDATE (asked, confirmed, confirmed_by, used) ON overrides TO {APP_ROLE};
REVOKE UPDATE ON offers FROM {APP_ROLE};
GRANT UPDATE (made, expires, opened, tried_again, answered, answer, key_locked, page_hash,
    packet_sealed) ON offers TO {APP_ROLE};
"""  # noqa: S608


class RoleMissing(Unavailable):
    """The ordinary role does not exist and this user may not make it."""


class SchemaRefused(Unavailable):
    """The database does not let this user make the schema; names the SQLSTATE."""


class SchemaTooNew(Unavailable):
    """The database was made by a newer version of this program."""


def migrate(owner_address: str, *, one_login: bool = False) -> bool:
    """Bring the schema up to date; True if something had to be done.  Blocking.

    `one_login` tells that the program serves with the same login, so that it must be let take
    the ordinary role.

    Raises:
        DatabaseUnreachable: the database does not answer.
        RoleMissing, SchemaRefused: this user lacks a right.
        SchemaTooNew: a newer program made it.
    """
    with connected(owner_address) as connection:
        hold(connection)
        _make_role(connection, one_login=one_login)
        behind = not _current(connection)
        if behind:
            _upgrade(connection)
        connection.execute(text(GRANTS))
        connection.commit()
        return behind


def is_current(address: str) -> bool:
    """Tell whether the schema is the one this program needs.  Blocking.

    Raises:
        DatabaseUnreachable: the database does not answer.
        SchemaTooNew: a newer program made it.
    """
    with connected(address) as connection:
        return _current(connection)


def revisions() -> tuple[str, ...]:
    """Return the revisions this program knows, oldest first."""
    return tuple(
        sorted(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*.py"))
    )


def hold(connection: Connection) -> None:
    """Let everybody else who would change the schema wait until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


@contextmanager
def made_at(connection: Connection, revision: str, *, one_login: bool) -> Iterator[None]:
    """Make the schema of a revision in an empty database, and after the block bring it up to date.

    All inside the transaction of the caller, who holds the lock.

    Raises:
        SchemaTooNew: a newer program has that revision.
        RoleMissing: this user lacks a right.
    """
    if revision not in revisions():
        raise SchemaTooNew("the backup was made by a newer version of Waypoint")
    _make_role(connection, one_login=one_login)
    _upgrade(connection, revision)
    yield
    _upgrade(connection)
    connection.execute(text(GRANTS))


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """Give a connection of the owner, of whose errors none quotes a row.

    Raises:
        DatabaseUnreachable: the database does not answer.
        SchemaRefused: this user lacks a right.
    """
    engine = create_engine(
        database_url(address).update_query_dict({"connect_timeout": str(CONNECT_SECONDS)}),
        hide_parameters=True,
        poolclass=NullPool,
    )
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError:
        raise DatabaseUnreachable(
            "the database does not answer; check WAYPOINT_DATABASE_URL and that it is running"
        ) from None
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        raise SchemaRefused(
            f"the database refused to make the schema (SQLSTATE {state}): "
            "its user must own the database of WAYPOINT_DATABASE_URL"
        ) from None


def _make_role(connection: Connection, *, one_login: bool) -> None:
    found = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APP_ROLE}
    ).first()
    try:
        if found is None:
            connection.execute(text(f"CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER"))
        if one_login and not _may_take(connection):
            connection.execute(text(f"GRANT {APP_ROLE} TO CURRENT_USER"))
    except OperationalError:
        raise
    except DBAPIError:
        raise RoleMissing(
            f"the database user may not make roles; let its administrator run: "
            f"CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO <that user>"
        ) from None


def _may_take(connection: Connection) -> bool:
    """Tell whether this user may become the ordinary role.

    Since PostgreSQL 16 who makes a role is its member, but may not take it.
    """
    version = connection.dialect.server_version_info
    right = "SET" if version is not None and version >= (16,) else "MEMBER"
    asked = text("SELECT pg_has_role(current_user, :role, :right)")
    answer = connection.execute(asked, {"role": APP_ROLE, "right": right})
    return bool(answer.scalar_one())


def _current(connection: Connection) -> bool:
    if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one() is None:
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version"))
    stored = found.scalar_one_or_none()
    known = revisions()
    if stored is not None and stored not in known:
        raise SchemaTooNew("the database was made by a newer version of Waypoint")
    return stored == known[-1]


def _upgrade(connection: Connection, revision: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
