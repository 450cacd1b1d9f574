"""Sign where the chains of the audit stand, and drop it where this host cannot write it again.

Every hour, and when the program stops.  The folder of WAYPOINT_AUDIT_DIR should lie on another
machine, or on storage that can be written once; without it heads stand in the database alone,
where whoever owns it can make them anew.
"""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from procrastinate import App

from bot.audit import HeadStore, SignedHead, signed
from bot.clock import Clock
from bot.errors import BotError, Unavailable
from bot.jobs.queue import add_periodic
from bot.privacy import Log

LAST_SECONDS = 2.0
"""How long the head at the end may take; the folder may be a share that does not answer."""

log = Log(__name__)


class HeadNotDropped(Unavailable):
    """The folder of WAYPOINT_AUDIT_DIR cannot be written; the head stands in the database alone."""


@dataclass(frozen=True, slots=True)
class HeadDesk:
    """What making heads needs; without a folder they are only kept in the database."""

    store: HeadStore
    clock: Clock
    seed: bytes = field(repr=False)
    folder: Path | None = None

    async def make(self) -> SignedHead:
        """Return the signed head of this moment."""
        return signed(await self.store.heads(), self.clock(), self.seed)

    async def export(self) -> None:
        """Make a head, keep it and drop it.

        Raises:
            HeadNotDropped: it is kept, but the folder cannot be written.
        """
        head = await self.make()
        await self.store.keep(head)
        if self.folder is not None:
            await asyncio.to_thread(drop, head, self.folder)


def task(desk: HeadDesk) -> Callable[[int], Awaitable[None]]:
    """Return the periodic task `heads`."""

    async def heads(timestamp: int) -> None:
        del timestamp
        await desk.export()

    return heads


def add_heads(app: App, desk: HeadDesk) -> None:
    """Register the task that makes a head every hour."""
    add_periodic(app, "heads", "0 * * * *", task(desk))


async def last_head(desk: HeadDesk) -> None:
    """Make a head at the end of the program; a folder that is away keeps nobody from stopping."""
    try:
        async with asyncio.timeout(LAST_SECONDS):
            await desk.export()
    except (BotError, TimeoutError) as error:
        log.warning("last-head-not-made", error)


def drop(head: SignedHead, folder: Path) -> Path:
    """Write a head into a folder, whole or not at all, for reading only, and return its file.

    Raises:
        HeadNotDropped: the folder cannot be written.
    """
    file = folder / head.file_name
    aside = folder / f".{file.name}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(aside, head.document)
        # A head of that name was made from the same running number and second, so it is this one.
        aside.replace(file)
        _settle(folder)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise HeadNotDropped(
            f"the folder of WAYPOINT_AUDIT_DIR cannot be written: {error.strerror}"
        ) from None
    return file


def _write(file: Path, document: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        os.fchmod(handle, 0o444)  # whatever the umask is
        opened.write(document + "\n")
        opened.flush()
        os.fsync(handle)


def _settle(folder: Path) -> None:
    """Have the name of a new file on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
