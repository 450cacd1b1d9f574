"""The list of erasures as a file in the data folder, which survives the database.

Appended and synced line by line; a line cut short by a crash is skipped when it is read, and
written again since the database still counts it as missing.  No person data stands in it.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Row, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Unavailable
from bot.privacy import Reason
from bot.store.erasures import Erasure, from_line, to_line
from bot.store.pgfiles import open_private
from bot.store.tables import erasures

NAME = "erasures.log"
LOCK = text("SELECT pg_advisory_xact_lock(7211202612)")


class ErasureLogUnusable(Unavailable):
    """The list of erasures cannot be read or written; names the file."""


@dataclass(frozen=True, slots=True)
class ErasureLog:
    """The file in a data folder."""

    path: Path

    def read(self) -> tuple[Erasure, ...] | None:
        """Return what it lists, None where there is no file.

        Raises:
            ErasureLogUnusable: it cannot be read.
        """
        try:
            lines = self.path.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ErasureLogUnusable(f"{self.path} cannot be read: {error.strerror}") from None
        return tuple(one for line in lines if (one := from_line(line)) is not None)

    def add(self, entries: Iterable[Erasure]) -> None:
        """Append entries, on the disk when this returns; makes the file where there is none.

        Raises:
            ErasureLogUnusable: it cannot be written.
        """
        # A line break first closes a line that a crash cut short.
        lines = "".join(f"\n{to_line(one)}" for one in entries)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = open_private(self.path, os.O_WRONLY | os.O_APPEND)
            with os.fdopen(handle, "a", encoding="ascii") as file:
                file.write(f"{lines}\n" if lines else "")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ErasureLogUnusable(f"{self.path} cannot be written: {error.strerror}") from None

    def forget(self, before: datetime) -> int:
        """Remove entries of before a moment, and return how many went.

        Raises:
            ErasureLogUnusable: it cannot be written.
        """
        known = self.read() or ()
        kept = [one for one in known if one.at >= before]
        if len(kept) == len(known):
            return 0
        aside = ErasureLog(self.path.with_name(f".{self.path.name}.new"))
        aside.path.unlink(missing_ok=True)
        aside.add(kept)
        aside.path.replace(self.path)
        return len(known) - len(kept)


async def copy_out(connection: AsyncConnection, log: ErasureLog) -> int:
    """Write to the file what only the database lists yet; return how many entries that were.

    Called in a transaction: what is written twice after a crash does no harm.

    Raises:
        ErasureLogUnusable: it cannot be written.
    """
    await connection.execute(LOCK)
    found = await connection.execute(
        select(erasures)
        .where(~erasures.c.in_file)
        .order_by(erasures.c.at)
        .with_for_update(skip_locked=True)
    )
    missing = [_entry(row) for row in found]
    log.add(missing)
    await connection.execute(
        update(erasures)
        .where(erasures.c.hash.in_([one.hash for one in missing]))
        .values(in_file=True)
    )
    return len(missing)


async def forget(connection: AsyncConnection, log: ErasureLog, before: datetime) -> None:
    """Remove from table and file what no backup can hold any more.

    Raises:
        ErasureLogUnusable: the file cannot be written.
    """
    # One at a time: who writes the file anew must not lose what another process appends.
    await connection.execute(LOCK)
    await connection.execute(delete(erasures).where(erasures.c.at < before))
    log.forget(before)


def _entry(row: Row[tuple[object, ...]]) -> Erasure:
    return Erasure(row.kind, row.hash, row.at, Reason(row.reason) if row.reason else None)
