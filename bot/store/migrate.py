"""Bring the schema up to date, as its owner; several programs that start at once take turns."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import Unavailable
from bot.store.engine import APP_ROLE, CONNECT_SECONDS, database_url

LOCK = 7_211_202_611  # any number that no other program takes as an advisory lock
# APP_ROLE is a constant of this program, no input.
GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE};
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {APP_ROLE};
"""  # noqa: S608


class DatabaseUnreachable(Unavailable):
    """The database does not answer or does not let us in."""


class RoleMissing(Unavailable):
    """The ordinary role does not exist and this user may not make it."""


class SchemaTooNew(Unavailable):
    """The database was made by a newer version of this program."""


def migrate(owner_address: str, *, one_login: bool = False) -> bool:
    """Bring the schema up to date; True if something had to be done.  Blocking.

    `one_login` tells that the program serves with the same login, so that it must be let take
    the ordinary role.

    Raises:
        DatabaseUnreachable: the database does not answer.
        SchemaTooNew: a newer program made it.
    """
    with _connection(owner_address) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        _make_role(connection, one_login=one_login)
        config = _config()
        config.attributes["connection"] = connection
        behind = not _current(connection)
        if behind:
            command.upgrade(config, "head")
        connection.execute(text(GRANTS))
        connection.commit()
        return behind


def is_current(address: str) -> bool:
    """Tell whether the schema is the one this program needs.  Blocking.

    Raises:
        DatabaseUnreachable: the database does not answer.
        SchemaTooNew: a newer program made it.
    """
    with _connection(address) as connection:
        return _current(connection)


def _connection(address: str) -> Connection:
    engine = create_engine(
        database_url(address).update_query_dict({"connect_timeout": str(CONNECT_SECONDS)}),
        hide_parameters=True,
    )
    try:
        return engine.connect()
    except OperationalError:
        raise DatabaseUnreachable(
            "the database does not answer; check WAYPOINT_DATABASE_URL and that it is running"
        ) from None


def _make_role(connection: Connection, *, one_login: bool) -> None:
    found = connection.execute(
        text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APP_ROLE}
    ).first()
    try:
        if found is None:
            connection.execute(text(f"CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER"))
        member = text("SELECT pg_has_role(current_user, :role, 'MEMBER')")
        if one_login and not connection.execute(member, {"role": APP_ROLE}).scalar_one():
            connection.execute(text(f"GRANT {APP_ROLE} TO CURRENT_USER"))
    except DBAPIError:
        raise RoleMissing(
            f"the database user may not make roles; let its administrator run: "
            f"CREATE ROLE {APP_ROLE} NOLOGIN; GRANT {APP_ROLE} TO <that user>"
        ) from None


def _current(connection: Connection) -> bool:
    script = ScriptDirectory.from_config(_config())
    stored = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if stored is not None and stored not in known:
        raise SchemaTooNew("the database was made by a newer version of Waypoint")
    return stored == script.get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
