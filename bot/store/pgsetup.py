"""Make a cluster: initdb, two roles, one database, and the rule who may come in.

It is made under another name and moved into place when it is whole and on the disk, so a kill at
any moment leaves either no cluster or a finished one.  `initdb --no-sync` skips the many waits on
the way; one `--sync-only` before the move makes up for it.

Trust instead of passwords is sound here: there is no TCP, and the only way to the socket leads
through folders that are 0700, so whoever reaches it can read the files anyway.  The superuser is
let in by no rule at all: what needs it is done by a single-user server before the first start.

The collation is PostgreSQL's own C.UTF-8: upper and lower case in every script, and no index that
breaks when the machine's C library changes its mind about sorting.
"""

import secrets
import shutil
import signal
from pathlib import Path

from bot.store.pgfiles import MAJOR, DatabaseUnstartable, Layout, make_private, sync_folder
from bot.store.pgprocess import end, processes_of
from bot.store.pguser import Runner, run

OWNER = "waypoint_owner"
APP = "waypoint_app"
DATABASE = "waypoint"

# A single-user server takes one statement a line.
ROLES = f"""\
CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0;
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {APP};
"""
ADMISSION = f"""\
# Written by Waypoint.  Nobody else comes in, the superuser included.
local {DATABASE} {OWNER} trust
local {DATABASE} {APP} trust
"""
INITDB = [
    "--no-sync",
    "--no-instructions",
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]


def check_version(pg: Path) -> bool:
    """Say whether a cluster is there.

    Raises:
        DatabaseUnstartable: what is there is none, or was made by another major version.
    """
    if not pg.exists() or not any(pg.iterdir()):
        return False
    try:
        found = (pg / "PG_VERSION").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        found = ""
    if not found.isdigit():
        raise DatabaseUnstartable(
            f"{pg} holds something else than a database: move it away, or set WAYPOINT_DATA_DIR"
        )
    if found != str(MAJOR):
        raise DatabaseUnstartable(
            f"{pg} holds a database of PostgreSQL {found}, this release brings {MAJOR}: back it up "
            "with the release that made it and restore it into an empty WAYPOINT_DATA_DIR"
        )
    return True


def make_cluster(runner: Runner, layout: Layout, *, durable: bool) -> None:
    """Make the cluster in `pg/`, owner and ordinary role included.

    Raises:
        DatabaseUnstartable: one of PostgreSQL's programs failed; the text ends in its reason.
    """
    for left in layout.data.glob("pg.new-*"):
        end(processes_of(left), left, how=signal.SIGKILL, seconds=2)
        shutil.rmtree(left, ignore_errors=True)
    new = layout.data / f"pg.new-{secrets.token_hex(4)}"
    try:
        _fill(runner, new, durable=durable)
        new.replace(layout.pg)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    if durable:
        sync_folder(layout.data)


def _fill(runner: Runner, new: Path, *, durable: bool) -> None:
    make_private(new, *runner.owner)
    where = ["-D", runner.cluster(new)]
    _must(runner, ["initdb", *INITDB, *where], new)
    single = ["postgres", "--single", *where, "-c", "exit_on_error=on", "-c", "fsync=off"]
    _must(runner, [*single, "postgres"], new, text=ROLES)
    (new / "pg_hba.conf").write_text(ADMISSION, encoding="utf-8")
    if durable:
        _must(runner, ["initdb", "--sync-only", *where], new)


def _must(runner: Runner, command: list[str], folder: Path, *, text: str = "") -> None:
    ended = run(runner, command, folder=folder, seconds=60, text=text)
    if ended.returncode != 0:
        said = [line for line in ended.stderr.splitlines() if "rror" in line or "FATAL" in line]
        reason = said[0].strip() if said else f"exit code {ended.returncode}"
        raise DatabaseUnstartable(
            f"the embedded database could not be made in {folder.parent} ({reason}): "
            "set WAYPOINT_DATA_DIR to another folder"
        )
