"""Who uses the embedded server, kept as file locks, which the kernel drops when a process dies.

Every user of the server holds a shared lock on `users.lock`; who leaves and then gets it alone was
the last.  Joining and leaving happen under `start.lock`, so a server is never stopped under
somebody who has just found it running.  Locks belong to open files: two users in one process
count as two, and the server itself inherits none.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.pgfiles import open_private

PAUSE = 0.02  # seconds


class LockBusy(TimeoutError):
    """Another process held the lock for longer than we wait."""


@contextmanager
def alone(run: Path, *, seconds: float) -> Iterator[None]:
    """Hold `start.lock`: nobody else starts, joins or stops the server meanwhile.

    Raises:
        LockBusy: another process kept it all that time.
    """
    handle = open_private(run / "start.lock", os.O_RDWR)
    try:
        _wait_for(handle, time.monotonic() + seconds)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, end: float) -> None:
    while not _taken(handle, fcntl.LOCK_EX):
        if time.monotonic() > end:
            raise LockBusy("start.lock")
        time.sleep(PAUSE)


def _taken(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def join(run: Path) -> int:
    """Become a user of the server, until `leave` is given the returned file or the process ends."""
    handle = open_private(run / "users.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def is_last(handle: int) -> bool:
    """Say whether nobody else uses the server; only true for sure under `alone`."""
    return _taken(handle, fcntl.LOCK_EX)


def leave(handle: int) -> None:
    """Stop being a user of the server."""
    os.close(handle)
