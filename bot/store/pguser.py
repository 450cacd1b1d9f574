"""As whom PostgreSQL's programs run.  They refuse root, and nobody else should have to care.

- An ordinary user runs them as itself.
- Root runs them as an ordinary account: the data folder's owner if that is not root, else the
  first of `waypoint`, `postgres`, `nobody` that the machine knows.  They start with the cluster as
  their working folder and call it `/proc/self/cwd`, so that the account never has to pass through
  the folders above (a 0700 data folder, a 0700 home) and no folder has to be opened for it.
- Where that account cannot run the programs (they are installed below a folder it may not enter,
  or the container does not let root change its user), and for a user id without an account (initdb
  looks its name up), a user namespace makes this process look like the account.  Seen from outside
  the server then keeps the rights of a file's owner, without any capability: weaker than the way
  above, so it comes second.

The programs get an environment of three variables: the program's tokens are not their business.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bot.store.pgfiles import DatabaseUnstartable

ACCOUNTS = ("waypoint", "postgres", "nobody")
HERE = Path("/proc/self/cwd")
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Runner:
    """One way to run the programs.

    `prefix` stands before every command, `user` and `group` are what the process becomes (None:
    what it is), `owner` is the user and group whose files the cluster must be.
    """

    binaries: Path
    owner: tuple[int, int]
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def cluster(self, pg: Path) -> str:
        """Return what the programs must call the cluster's folder."""
        return str(pg if self.user is None else HERE)


def run(
    runner: Runner,
    command: list[str],
    *,
    folder: Path,
    seconds: float,
    text: str = "",
    output: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs in the folder and return how it ended.

    `output` is a file that takes all it says.  A program that leaves a server behind needs one: the
    server would keep a pipe open for ever.

    Raises:
        DatabaseUnstartable: it did not end in that many seconds.
        OSError: it could not be run at all.
    """
    try:
        return subprocess.run(  # noqa: S603 - programs of our own package, no shell
            [*runner.prefix, str(runner.binaries / command[0]), *command[1:]],
            cwd=folder,
            env=ENVIRONMENT,
            user=runner.user,
            group=runner.group,
            extra_groups=None if runner.user is None else [],
            umask=0o077,
            timeout=seconds,
            input=text if output is None else None,
            stdin=None if output is None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if output is None else output,
            stderr=subprocess.PIPE if output is None else output,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DatabaseUnstartable(
            f"{command[0]} of the embedded database did not end within {seconds:.0f} s: "
            "is the disk overloaded? Try again"
        ) from None


def choose(binaries: Path, data: Path) -> Runner:
    """Return the first way that works on this machine.

    Raises:
        DatabaseUnstartable: none does; the text names a folder to use.
    """
    me = (os.geteuid(), os.getegid())
    if me[0] != 0 and _account(me[0]):
        return Runner(binaries, me)
    account = _suitable_account(data.stat().st_uid)
    if account is not None:
        changed = Runner(
            binaries,
            (account.pw_uid, account.pw_gid),
            user=account.pw_uid,
            group=account.pw_gid,
        )
        if me[0] == 0 and HERE.exists() and _works(changed):
            return changed
        namespaced = Runner(binaries, me, prefix=_namespace(account))
        if namespaced.prefix and _works(namespaced):
            return namespaced
    raise DatabaseUnstartable(
        f"PostgreSQL does not run as root and no ordinary user can run it from {binaries}: install "
        "into a folder that everybody may enter, such as /opt/waypoint, or start as an ordinary "
        "user with WAYPOINT_DATA_DIR=/var/lib/waypoint"
    )


def _account(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _suitable_account(owner: int) -> pwd.struct_passwd | None:
    found = _account(owner) if owner != 0 else None
    if found is not None:
        return found
    known = {account.pw_name: account for account in pwd.getpwall() if account.pw_uid != 0}
    return next((known[name] for name in ACCOUNTS if name in known), None)


def _namespace(account: pwd.struct_passwd) -> tuple[str, ...]:
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    return (
        unshare,
        "--user",
        f"--map-user={account.pw_uid}",
        f"--map-group={account.pw_gid}",
        "--",
    )


def _works(runner: Runner) -> bool:
    try:
        tried = run(runner, ["initdb", "--version"], folder=Path("/"), seconds=10)
    except OSError:
        return False
    return tried.returncode == 0
