"""As whom the server runs: ourselves, an account, a user namespace.  What needs root says so."""

import multiprocessing
import os
import shutil
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from bot.store.embedded import DatabaseUnstartable, EmbeddedDatabase
from bot.store.pgfiles import binaries, lay_out, open_private
from bot.store.pgprocess import halt, processes_of, server_of
from bot.store.pgsetup import make_cluster
from bot.store.pgstart import ensure_running
from bot.store.pguser import choose
from tests.store.embedded.servers import NOBODY, as_root, mode, serves


@as_root
def test_root_runs_the_server_as_somebody_else_and_changes_no_other_folder(
    database: EmbeddedDatabase, data: Path
) -> None:
    above = [path.stat() for path in (data.parent, data.parent.parent)]
    assert mode(data.parent) == 0o700
    database.start()
    pids = processes_of(data / "pg")
    assert 0 not in {psutil.Process(pid).uids().effective for pid in pids}
    assert [path.stat().st_mode for path in (data.parent, data.parent.parent)] == [
        found.st_mode for found in above
    ]
    assert {path.stat().st_uid for path in (data, data / "run", data.parent)} == {0}


@as_root
def test_root_runs_the_server_as_the_owner_of_the_data_folder(data: Path) -> None:
    os.chown(data, NOBODY, NOBODY)
    database = EmbeddedDatabase(data, durable=False)
    try:
        assert serves(database.start())
        pids = processes_of(data / "pg")
        assert {psutil.Process(pid).uids().effective for pid in pids} == {NOBODY}
        assert {(data / "run" / name).stat().st_uid for name in ("start.lock", "users.lock")} == {
            NOBODY
        }
        database.stop()
    finally:
        os.chown(data, 0, 0)


@as_root
def test_an_ordinary_user_runs_the_server_as_itself(tmp_path: Path) -> None:
    home = Path(f"/tmp/waypoint test {os.getpid()}")  # noqa: S108 - nobody cannot enter tmp_path
    home.mkdir(mode=0o700)
    os.chown(home, NOBODY, NOBODY)
    context = multiprocessing.get_context("fork")
    answer: Any = context.SimpleQueue()
    process = context.Process(target=_use_as_nobody, args=(home / "var", answer))
    process.start()
    try:
        process.join(timeout=20)
        assert process.exitcode == 0
        users, started, line = answer.get()
        assert (users, started) == ({NOBODY}, [True, True])
        assert "belongs to another user" in line
    finally:
        process.kill()
        shutil.rmtree(home)


def _use_as_nobody(data: Path, answer: Any) -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    started, users = [], set()
    database = EmbeddedDatabase(data, durable=False)
    for _ in range(2):
        server = database.start()
        started.append(server.started)
        with psycopg.connect(server.app_url) as app:
            users.add(psutil.Process(app.info.backend_pid).uids().effective)
        database.stop()
    try:
        EmbeddedDatabase(Path("/usr")).start()
    except DatabaseUnstartable as refused:
        answer.put((users, started, str(refused)))


@pytest.fixture(scope="module")
def closed_binaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PostgreSQL below a folder that only its owner may enter, as in a 0700 home."""
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    install = binaries().parent
    skip = shutil.ignore_patterns("include", "*.a")
    closed = home / install.parent.name / install.name
    shutil.copytree(install, closed, symlinks=True, ignore=skip)
    libraries = install.parent.with_suffix(".libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return closed / "bin"


@as_root
def test_below_a_closed_folder_the_server_runs_in_a_user_namespace(
    closed_binaries: Path, data: Path
) -> None:
    runner = choose(closed_binaries, data)
    assert runner.prefix
    layout = lay_out(data)
    assert ensure_running(runner, layout, layout.pg, durable=False)
    pid = server_of(layout.pg)
    assert pid is not None
    assert Path(f"/proc/{pid}/ns/user").readlink() != Path("/proc/self/ns/user").readlink()
    with psycopg.connect(f"postgresql://waypoint_app@/waypoint?host={layout.pg}") as app:
        assert app.execute("SELECT current_user").fetchone() == ("waypoint_app",)
    halt(layout.pg)
    assert processes_of(layout.pg) == []
    # and back, once the way is open: the cluster changes its owner again
    database = EmbeddedDatabase(data, durable=False)
    assert serves(database.start())
    database.stop()


@as_root
def test_a_cluster_can_be_made_in_a_user_namespace(closed_binaries: Path, tmp_path: Path) -> None:
    layout = lay_out(tmp_path / "var")
    make_cluster(choose(closed_binaries, layout.data), layout, durable=True)
    assert (layout.pg / "PG_VERSION").stat().st_uid == 0


@as_root
def test_where_no_way_works_one_line_names_a_folder(
    closed_binaries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # a machine without unshare
    with pytest.raises(DatabaseUnstartable, match="/opt/waypoint") as refused:
        choose(closed_binaries, tmp_path)
    assert "\n" not in str(refused.value)


@as_root
def test_a_link_in_the_servers_reach_does_not_give_a_file_away(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("x")
    (tmp_path / "users.lock").symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        open_private(tmp_path / "users.lock", os.O_RDWR)
