"""A first start: what it makes, and what is left when it is killed."""

from pathlib import Path

import psycopg
import pytest

from bot.store.embedded import EmbeddedDatabase
from tests.store.embedded.servers import Other


def test_a_durable_start_makes_owner_and_ordinary_role_and_lets_no_superuser_in(
    tmp_path: Path,
) -> None:
    database = EmbeddedDatabase(tmp_path / "with space" / "var")
    server = database.start()
    try:
        assert server.started
        with psycopg.connect(server.app_url) as app:
            rights = app.execute(
                "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
                " FROM pg_roles WHERE rolname LIKE 'waypoint%'"
            ).fetchall()
            assert rights == [(False,), (False,)]
            assert app.execute("SHOW fsync").fetchone() == ("on",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("CREATE TABLE mine (id int)")
        with psycopg.connect(server.owner_url) as owner:
            owner.execute("CREATE TABLE ours (id int)")
        superuser = server.app_url.replace("waypoint_app", "postgres")
        with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf"):
            psycopg.connect(superuser)
    finally:
        database.stop()


def test_upper_and_lower_case_work_in_every_script(database: EmbeddedDatabase) -> None:
    with psycopg.connect(database.start().app_url) as app:
        assert app.execute("SELECT lower('ÉЖΔ')").fetchone() == ("éжδ",)


def test_a_first_start_killed_halfway_is_begun_anew(tmp_path: Path) -> None:
    other = Other(tmp_path)
    while not list(tmp_path.glob("pg.new-*")):
        assert other.process.poll() is None
    other.kill()
    assert not (tmp_path / "pg").exists()
    database = EmbeddedDatabase(tmp_path, durable=False)
    assert database.start().started
    database.stop()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pg", "run"]
