"""The schema: made once by its owner, served by an ordinary role, and never by an older program."""

import secrets
import subprocess
from importlib import import_module
from pathlib import Path

import psycopg
import pytest

from bot.store.engine import BadDatabaseUrl, DatabaseUnreachable, conninfo, database_url
from bot.store.migrate import (
    RoleMissing,
    SchemaRefused,
    SchemaTooNew,
    is_current,
    migrate,
    revisions,
)
from tests.store.servers import Managed

# --- what is up to date --------------------------------------------------------------------------


def test_files_are_named_after_their_revisions_in_order() -> None:
    folder = Path(import_module("bot.store.migrate").__file__ or "").parent / "migrations/versions"
    before = None
    for path, revision in zip(sorted(folder.glob("[0-9]*.py")), revisions(), strict=True):
        module = import_module(f"bot.store.migrations.versions.{path.stem}")
        assert (module.revision, module.down_revision) == (revision, before)
        before = revision


def test_an_empty_database_is_brought_up_to_date_once(server: Managed) -> None:
    address = server.database(createrole=True)
    assert not is_current(address)
    assert migrate(address, one_login=True)
    assert is_current(address)
    assert not migrate(address, one_login=True)


def test_a_database_of_a_newer_program_is_left_alone(server: Managed) -> None:
    address = server.database(createrole=True)
    migrate(address, one_login=True)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew):
        migrate(address, one_login=True)
    with pytest.raises(SchemaTooNew):
        is_current(address)


# --- a managed server, whose users may do little -------------------------------------------------


def test_who_makes_the_ordinary_role_may_take_it(server: Managed) -> None:
    address = server.database(createrole=True)
    migrate(address, one_login=True)
    with psycopg.connect(conninfo(address)) as connection:
        row = connection.execute("SELECT current_user, session_user = current_user").fetchone()
    assert row == ("waypoint_app", False)


def test_the_ordinary_role_changes_rows_and_nothing_else(server: Managed) -> None:
    address = server.database(createrole=True)
    migrate(address, one_login=True)
    with psycopg.connect(conninfo(address), autocommit=True) as connection:
        connection.execute("DELETE FROM chats")
        for statement in (
            "DROP TABLE chats",
            "CREATE TABLE mine (id int)",
            "UPDATE alembic_version SET version_num = '0'",
            "ALTER TABLE chats ADD COLUMN words text",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_an_owner_who_may_make_no_roles_is_told_what_the_administrator_must_run(
    server: Managed,
) -> None:
    server.drop_app_role()
    address = server.database(createrole=False)
    with pytest.raises(RoleMissing, match="CREATE ROLE waypoint_app NOLOGIN; GRANT waypoint_app"):
        migrate(address, one_login=True)
    assert not is_current(address)


def test_what_the_administrator_was_told_to_run_is_enough(server: Managed) -> None:
    server.drop_app_role()
    address = server.database(createrole=False)
    server.run("CREATE ROLE waypoint_app NOLOGIN")
    server.run(f"GRANT waypoint_app TO {server.user_of(address)}")
    assert migrate(address, one_login=True)
    with psycopg.connect(conninfo(address)) as connection:
        connection.execute("SELECT count(*) FROM chats")


def test_a_user_who_does_not_own_the_database_is_told_so(server: Managed) -> None:
    address = server.database(createrole=True, owner=False)
    with pytest.raises(SchemaRefused, match="42501"):
        migrate(address, one_login=True)


def test_two_programs_that_start_together_make_one_schema(server: Managed) -> None:
    address = server.database(createrole=True)
    code = "import sys; from bot.store.migrate import migrate; print(migrate(sys.argv[1]))"
    both = [
        subprocess.Popen(
            [server.python, "-c", code, address], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    ended = [one.communicate(timeout=60) for one in both]
    assert sorted(out.strip() for out, _ in ended) == [b"False", b"True"], ended


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["mysql://h/d", "sqlite:///x", "nonsense", "postgresql://h:x/d"]
)
def test_an_address_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(BadDatabaseUrl):
        database_url(address)


def test_an_option_nobody_knows_is_refused() -> None:
    with pytest.raises(BadDatabaseUrl):
        is_current("postgresql://h/d?colour=blue")


def test_a_server_that_is_not_there_is_named_unreachable() -> None:
    with pytest.raises(DatabaseUnreachable):
        is_current("postgresql://user:word@127.0.0.1:1/d")


def test_what_an_address_says_itself_is_kept() -> None:
    password = secrets.token_urlsafe(8) + "+ %/@"
    address = database_url("postgresql://u@h/d?application_name=bot&options=-c%20work_mem%3D8MB")
    made = conninfo(address.set(password=password).render_as_string(hide_password=False))
    given = psycopg.conninfo.conninfo_to_dict(made)
    assert given["password"] == password
    assert given["application_name"] == "bot"
    assert str(given["options"]).startswith("-c work_mem=8MB ")
    assert str(given["options"]).endswith("-c role=waypoint_app")
