"""Which processes are the server of a folder, and how they are ended.

`postmaster.pid` alone proves nothing: after a kill or a restart of the machine its number may name
anybody's process, and `pg_ctl stop` would signal that one.  A process counts as ours when it is a
postgres whose working folder is the cluster, and we signal only what was checked that way.
"""

import os
import signal
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bot.store.pgfiles import SOCKET

PROGRAMS = frozenset({"postgres", "initdb"})
PAUSE = 0.01  # seconds
STATUS_LINE = 7  # of postmaster.pid: starting, ready, stopping


def server_of(pg: Path) -> int | None:
    """Return the process number of the living server of this folder, if there is one."""
    lines = _pid_file(pg)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if _belongs(pid, pg) else None


def status_of(pg: Path) -> str:
    """Return what the server last wrote about itself: starting, ready, stopping or nothing."""
    lines = _pid_file(pg)
    return lines[STATUS_LINE].strip() if len(lines) > STATUS_LINE else ""


def answers(folder: Path) -> bool:
    """Say whether something listens on the socket: a server that another container runs, say."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(str(folder / SOCKET))
        except OSError:
            return False
    return True


def processes_of(pg: Path) -> list[int]:
    """Return every postgres and initdb at work in this folder, also those that outlived a kill."""
    return [pid for pid in psutil.pids() if _belongs(pid, pg)]


def end(pids: Iterable[int], pg: Path, *, how: signal.Signals, seconds: float) -> bool:
    """Signal these processes of the folder; say whether all were gone within that many seconds."""
    left = set(pids)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, how)
    deadline = time.monotonic() + seconds
    while left := {pid for pid in left if _belongs(pid, pg)}:
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def halt(pg: Path, *, politely: float = 5.0, at_once: float = 2.0) -> None:
    """Stop the server within eight seconds: politely, then at once, then without asking.

    The signals are those of `pg_ctl stop -m fast` and `-m immediate`; what was committed survives
    each of them, the latter two only cost the next start a recovery.
    """
    pid = server_of(pg)
    if pid is None or end([pid], pg, how=signal.SIGINT, seconds=politely):
        return
    if not end([pid], pg, how=signal.SIGQUIT, seconds=at_once):
        end(processes_of(pg), pg, how=signal.SIGKILL, seconds=1.0)


def _pid_file(pg: Path) -> list[str]:
    try:
        return (pg / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _belongs(pid: int, pg: Path) -> bool:
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            living = process.status() != psutil.STATUS_ZOMBIE
            return living and process.name() in PROGRAMS and os.path.samefile(process.cwd(), pg)
    except (psutil.Error, OSError):
        return False
