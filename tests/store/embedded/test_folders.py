"""Folders, socket and log: private, whatever their paths are and whatever people wrote."""

import os
import shutil
import signal
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from bot.store.embedded import EmbeddedDatabase
from bot.store.pgprocess import processes_of
from tests.store.embedded.servers import CANARY, keep, mode, moved, serves


def test_folders_and_socket_are_private_and_there_is_no_tcp(
    database: EmbeddedDatabase, data: Path
) -> None:
    server = database.start()
    socket = server.socket_dir / ".s.PGSQL.5432"
    assert socket.is_relative_to(data)
    assert {mode(path) for path in (data, data / "pg", data / "run", socket)} == {0o700}
    assert {mode(path) for path in (data / "run").iterdir()} == {0o600}
    connections = [psutil.Process(pid).net_connections("inet") for pid in processes_of(data / "pg")]
    assert not any(connections)


def test_a_data_folder_open_to_others_is_closed(database: EmbeddedDatabase, data: Path) -> None:
    data.chmod(0o755)
    database.start()
    assert mode(data) == 0o700


@pytest.mark.parametrize("name", ["x" * 120, "with,comma"])
def test_an_unusable_socket_path_is_reached_through_a_private_folder(
    made: Path, tmp_path: Path, name: str
) -> None:
    with moved(made, tmp_path / name) as data:
        database = EmbeddedDatabase(data, durable=False)
        server = database.start()
        assert len(os.fsencode(server.socket_dir / ".s.PGSQL.5432")) <= 100
        assert mode(server.socket_dir.parent) == 0o700
        assert server.socket_dir.parent.stat().st_uid == os.geteuid()
        assert serves(server)
        database.stop()
        assert not server.socket_dir.parent.exists()


def test_a_folder_that_another_made_in_the_run_time_directory_is_not_used(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Path(f"/tmp/w{os.getpid()}")  # noqa: S108 - tmp_path would be too long itself
    short.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(short))
    try:
        with moved(made, tmp_path / ("x" * 120)) as data:
            database = EmbeddedDatabase(data, durable=False)
            trap = database.start().socket_dir.parent
            assert trap.parent == short
            database.stop()
            trap.mkdir()
            trap.chmod(0o777)
            assert database.start().socket_dir.parent.parent != short
            database.stop()
    finally:
        shutil.rmtree(short)


def test_nothing_people_wrote_reaches_the_log(database: EmbeddedDatabase, data: Path) -> None:
    server = database.start()
    keep(server, CANARY)
    with pytest.raises(psycopg.errors.UniqueViolation, match=CANARY):
        keep(server, CANARY)
    with psycopg.connect(server.app_url) as app, pytest.raises(psycopg.errors.SyntaxError):
        app.execute(f"SELEKT '{CANARY}'")
    with psycopg.connect(server.app_url) as app, pytest.raises(psycopg.errors.DataError):
        app.execute("SELECT CAST(%s::text AS integer)", [CANARY])
    victim = psycopg.connect(server.app_url)
    os.kill(victim.info.backend_pid, signal.SIGTERM)
    with pytest.raises(psycopg.OperationalError):
        victim.execute("SELECT %s::text", [CANARY])
    victim.close()
    database.stop()
    log = (data / "run" / "server.log").read_text()
    assert "database system is shut down" in log
    assert CANARY not in log


def test_a_large_log_is_set_aside(database: EmbeddedDatabase, data: Path) -> None:
    log = data / "run" / "server.log"
    os.truncate(log, 1_000_001)
    database.start()
    assert log.stat().st_size < 10_000
    assert log.with_suffix(".log.1").stat().st_size == 1_000_001
