"""Kills and what they leave: the next start finds its way."""

import os
import signal
import subprocess
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from bot.store.embedded import EmbeddedDatabase
from bot.store.pgprocess import halt, processes_of, server_of
from tests.store.embedded.servers import Other, keep, serves, words


def test_a_killed_program_leaves_a_server_that_the_next_one_uses_and_stops(data: Path) -> None:
    other = Other(data)
    assert other.started()
    other.kill()
    survivor = server_of(data / "pg")
    assert survivor is not None
    database = EmbeddedDatabase(data, durable=False)
    assert not database.start().started
    assert server_of(data / "pg") == survivor
    database.stop()
    assert server_of(data / "pg") is None


def test_a_killed_server_is_started_again_and_keeps_what_was_committed(
    data: Path,
) -> None:
    database = EmbeddedDatabase(data)
    keep(database.start(), "committed")
    for pid in processes_of(data / "pg"):
        os.kill(pid, signal.SIGKILL)
    again = EmbeddedDatabase(data)
    server = again.start()
    assert server.started
    assert "committed" in words(server)
    again.stop()
    database.stop()


def test_a_backend_that_outlived_its_server_does_not_stop_the_next_start(
    database: EmbeddedDatabase, data: Path
) -> None:
    with psycopg.connect(database.start().app_url) as app:
        orphan = app.info.backend_pid
        pid = server_of(data / "pg")
        assert pid is not None
        os.kill(orphan, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid)], timeout=0.1)
        server = database.start()
        assert server.started
        assert orphan not in processes_of(data / "pg")
        app.close()


@pytest.mark.parametrize("left", ["postmaster.pid", ".s.PGSQL.5432.lock"])
def test_the_number_of_a_living_stranger_neither_stops_nor_fools_a_start(
    database: EmbeddedDatabase, data: Path, left: str
) -> None:
    owner = (data / "pg").stat()
    somebody = owner.st_uid if os.geteuid() == 0 else None
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", user=somebody)
    try:
        stale = f"{stranger.pid}\n{data}/pg\n1700000000\n5432\n.\n\n 0 0\nready\n"
        (data / "pg" / left).write_text(stale)
        os.chown(data / "pg" / left, owner.st_uid, owner.st_gid)
        server = database.start()
        assert server.started
        assert serves(server)
        database.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_number_of_another_folders_server_does_not_fool_a_start(
    database: EmbeddedDatabase, data: Path, tmp_path: Path
) -> None:
    other = EmbeddedDatabase(tmp_path / "other", durable=False)
    other.start()
    try:
        number = tmp_path / "other" / "pg" / "postmaster.pid"
        subprocess.run(["cp", "-a", str(number), str(data / "pg")], check=True, timeout=5)
        assert database.start().started
        database.stop()
        assert server_of(tmp_path / "other" / "pg") is not None
    finally:
        other.stop()


def test_a_server_that_does_not_listen_to_signals_is_ended_all_the_same(data: Path) -> None:
    database = EmbeddedDatabase(data, durable=False)
    database.start()
    pid = server_of(data / "pg")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    halt(data / "pg", politely=0.1, at_once=0.1)
    assert processes_of(data / "pg") == []
    database.stop()


def test_a_client_that_keeps_a_transaction_open_does_not_delay_the_stop(
    database: EmbeddedDatabase, data: Path
) -> None:
    app = psycopg.connect(database.start().app_url)
    app.execute("SELECT 1")
    database.stop()
    assert processes_of(data / "pg") == []
    app.close()
