"""The embedded server, with real processes: first and second starts, sharing, kills, bad folders.

A cluster is made once and moved from test to test, since making or copying one costs as much as
all the rest; a test that would break it makes its own.  What needs root (running as somebody else)
says so by a skip.
"""

import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from bot.errors import Unavailable
from bot.store.embedded import DatabaseUnstartable, EmbeddedDatabase, Server
from bot.store.pgfiles import binaries, lay_out, open_private
from bot.store.pgprocess import halt, processes_of, server_of
from bot.store.pgsetup import make_cluster
from bot.store.pgstart import ensure_running
from bot.store.pguser import choose

ROOT = Path(__file__).parents[2]
NOBODY = 65534
CANARY = "canary-7f3a"
USER_OF_THE_SERVER = """
import sys
from pathlib import Path
from bot.store.embedded import EmbeddedDatabase
database = EmbeddedDatabase(Path(sys.argv[1]), durable=False)
print(database.start().started, flush=True)
sys.stdin.read()
database.stop()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
as_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@contextmanager
def moved(cluster: Path, target: Path) -> Iterator[Path]:
    """Lend the data folder to one test, under another path."""
    cluster.rename(target)
    try:
        yield target
    finally:
        halt(target / "pg", politely=1, at_once=1)
        target.rename(cluster)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("made") / "var"
    database = EmbeddedDatabase(data, durable=False)
    server = database.start()
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE kept (word text PRIMARY KEY)")
        owner.execute("GRANT SELECT, INSERT ON kept TO waypoint_app")
    database.stop()
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Iterator[Path]:
    with moved(made, tmp_path / "var") as data:
        yield data


@pytest.fixture
def database(data: Path) -> Iterator[EmbeddedDatabase]:
    database = EmbeddedDatabase(data, durable=False)
    yield database
    database.stop()


class Other:
    """Another process that uses the server until it is told to go."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER_OF_THE_SERVER, str(data)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def started(self) -> bool:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip() == "True"

    def go(self) -> None:
        self.process.communicate(timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=20)


def serves(server: Server) -> bool:
    with psycopg.connect(server.app_url) as app:
        return app.execute("SELECT current_user").fetchone() == ("waypoint_app",)


def words(server: Server) -> set[str]:
    with psycopg.connect(server.app_url) as app:
        return {row[0] for row in app.execute("SELECT word FROM kept")}


def keep(server: Server, word: str) -> None:
    with psycopg.connect(server.app_url) as app:
        app.execute("INSERT INTO kept VALUES (%s)", [word])


def the_line(data: Path) -> str:
    """Start where it cannot work and return what is said, which must be one line."""
    with pytest.raises(DatabaseUnstartable) as refused:
        EmbeddedDatabase(data, durable=False).start()
    line = str(refused.value)
    assert isinstance(refused.value, Unavailable)
    assert "\n" not in line
    return line


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


# A first start


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


# Folders and the log


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


# Sharing


def test_a_second_start_finds_what_was_kept(database: EmbeddedDatabase, data: Path) -> None:
    keep(database.start(), "one")
    database.stop()
    assert processes_of(data / "pg") == []
    again = database.start()
    assert again.started
    assert "one" in words(again)


def test_stopping_twice_or_without_a_start_does_nothing(data: Path) -> None:
    database = EmbeddedDatabase(data, durable=False)
    database.stop()
    database.start()
    database.stop()
    database.stop()
    assert server_of(data / "pg") is None


def test_a_command_beside_a_running_program_leaves_the_server_alone(
    database: EmbeddedDatabase, data: Path
) -> None:
    server = database.start()
    pid = server_of(data / "pg")
    other = Other(data)
    assert not other.started()
    other.go()
    assert server_of(data / "pg") == pid
    assert serves(server)


def test_the_server_is_not_stopped_under_somebody_who_attached(data: Path) -> None:
    first, second = EmbeddedDatabase(data, durable=False), EmbeddedDatabase(data, durable=False)
    first.start()
    attached = second.start()
    assert not attached.started
    first.stop()
    assert serves(attached)
    second.stop()
    assert server_of(data / "pg") is None


def test_of_two_commands_that_start_at_once_one_starts_the_server(data: Path) -> None:
    others = [Other(data), Other(data)]
    assert sorted(other.started() for other in others) == [False, True]
    for other in others:
        other.go()
    assert processes_of(data / "pg") == []


def test_a_command_that_comes_while_the_server_stops_gets_one(data: Path) -> None:
    leaving = EmbeddedDatabase(data, durable=False)
    coming = EmbeddedDatabase(data, durable=False)
    for _ in range(3):
        leaving.start()
        thread = threading.Thread(target=leaving.stop)
        thread.start()
        assert serves(coming.start())
        thread.join()
        assert server_of(data / "pg") is not None
        coming.stop()


# Kills


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


# As whom


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


# Folders that cannot serve


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert "WAYPOINT_DATA_DIR" in the_line(tmp_path / "var")
    assert "WAYPOINT_DATA_DIR" in the_line(tmp_path / "var" / "below")


def test_a_folder_on_a_file_system_that_takes_nothing_is_refused() -> None:
    assert "WAYPOINT_DATA_DIR" in the_line(Path("/proc/waypoint"))


@as_user
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "Permission denied" in the_line(tmp_path / "var")


def test_a_folder_in_use_for_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Documents").mkdir()
    tmp_path.chmod(0o755)
    assert "in use for other things" in the_line(tmp_path)
    assert mode(tmp_path) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["Documents"]


def test_a_database_of_another_major_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "PG_VERSION").write_text("16\n")
    assert "PostgreSQL 16" in the_line(tmp_path)
    assert (tmp_path / "pg" / "PG_VERSION").read_text() == "16\n"


def test_a_cluster_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "holiday.jpg").touch()
    assert "something else" in the_line(tmp_path)


def test_a_broken_cluster_is_refused_with_the_servers_own_reason(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir(mode=0o700)
    (tmp_path / "pg" / "PG_VERSION").write_text("18\n")
    assert "postgresql.conf" in the_line(tmp_path)
