"""Start the server of a cluster that is there, or find it running.

Nothing of what people write may reach the server's log: statements, parameters and the details of
errors (which quote rows) are off, and errors themselves are told to the client alone.
"""

import os
import re
import shlex
import signal
import time
from pathlib import Path

from bot.store.pgfiles import SOCKET, DatabaseUnstartable, Layout, hand_over, open_private
from bot.store.pgprocess import answers, end, processes_of, server_of, status_of
from bot.store.pguser import Runner, run

PATIENCE = 60  # seconds; a recovery after a crash replays at most some hundred MB
PAUSE = 0.02
LAST_WORDS = re.compile(r"(?:FATAL: |PANIC: |\bpostgres: )(.+)")
LARGEST_LOG = 1_000_000  # bytes; an older log is kept once

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": ".",  # the cluster itself; short, however long its path is
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    # Memory: a few dozen connections of one program on a small machine.
    "max_connections": "60",
    "shared_buffers": "64MB",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    # The write-ahead log holds what was erased until its file goes: none is used again, none is
    # written to for longer than an hour, and a checkpoint removes those that are done.
    "wal_recycle": "off",
    "archive_timeout": "1h",
    "checkpoint_timeout": "5min",
    # The log: starts, stops, crashes.
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_autovacuum_min_duration": "-1",
    "log_checkpoints": "off",
    "log_connections": "",
    "log_disconnections": "off",
    "log_duration": "off",
    "log_lock_waits": "off",
    "log_recovery_conflict_waits": "off",
    "log_replication_commands": "off",
    "log_temp_files": "-1",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def ensure_running(runner: Runner, layout: Layout, socket_dir: Path, *, durable: bool) -> bool:
    """Have the server answer and return whether this call started it; the caller holds the lock.

    Raises:
        DatabaseUnstartable: it does not start; the text ends in its last words.
    """
    if _attached(layout.pg, socket_dir):
        return False
    _clear_leftovers(runner, layout.pg)
    hand_over(layout.pg, *runner.owner)
    _start(runner, layout, durable=durable)
    return True


def _attached(pg: Path, socket_dir: Path) -> bool:
    """Wait while a server starts or stops; say whether one is there to be used."""
    deadline = time.monotonic() + PATIENCE
    while server_of(pg) is not None:
        if status_of(pg) == "ready":
            return True
        if time.monotonic() > deadline:
            raise DatabaseUnstartable(
                f"the embedded database in {pg.parent} has been {status_of(pg) or 'starting'} for "
                f"{PATIENCE} s: wait until it is ready and start again"
            )
        time.sleep(PAUSE)
    return answers(socket_dir)


def _clear_leftovers(runner: Runner, pg: Path) -> None:
    """Take away what a kill left behind: processes, and numbers that now name somebody else's.

    PostgreSQL copes with the number of a dead process by itself and should: it then also checks the
    old shared memory.  A living stranger's number makes it refuse, so there the file goes.
    """
    if not (pg / "postmaster.pid").exists() and not (pg / f"{SOCKET}.lock").exists():
        return
    left = processes_of(pg)
    if left and not end(left, pg, how=signal.SIGQUIT, seconds=2):
        end(processes_of(pg), pg, how=signal.SIGKILL, seconds=2)
    (pg / f"{SOCKET}.lock").unlink(missing_ok=True)
    status = run(
        runner, ["pg_ctl", "status", "-D", runner.cluster(pg)], folder=pg, seconds=PATIENCE
    )
    if status.returncode == 0:
        (pg / "postmaster.pid").unlink(missing_ok=True)


def _start(runner: Runner, layout: Layout, *, durable: bool) -> None:
    settings = SETTINGS | (DURABLE if durable else FLEETING)
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = ["pg_ctl", "start", "-w", "-t", str(PATIENCE), "-D", runner.cluster(layout.pg)]
    log = _open_log(layout.log)
    try:
        begin = os.fstat(log).st_size
        started = run(
            runner,
            [*command, "-o", shlex.join(words)],
            folder=layout.pg,
            seconds=PATIENCE + 5,
            output=log,
        )
    finally:
        os.close(log)
    if started.returncode != 0:
        raise DatabaseUnstartable(
            f"the embedded database in {layout.data} does not start "
            f"({_last_words(layout.log, begin)}): mend that, or restore a backup into an empty "
            "WAYPOINT_DATA_DIR"
        )


def _open_log(path: Path) -> int:
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return open_private(path, os.O_WRONLY | os.O_APPEND)


def _last_words(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        lines = file.read().decode("utf-8", "replace").splitlines()
    said = [found[1].strip() for line in lines if (found := LAST_WORDS.search(line))]
    return said[-1] if said else f"see {log}"
