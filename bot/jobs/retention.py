"""Erase what is past its time, from the files too, and keep the list of erasures beside them.

What the rules refuse is logged as an error and stands before the duty desk; a job does not confirm.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from procrastinate import App

from bot.clock import Clock
from bot.jobs.queue import add_minutely, add_periodic
from bot.privacy.retention import Run


class Rules(Protocol):
    """What carries out how long things live (`bot.store.retention.Retention`)."""

    async def run(self, run: Run) -> object:
        """Carry the rules out once, and say aloud what was refused or lost."""

    async def note_erasures(self) -> int:
        """Bring the list of erasures beside the database up to date; return how many were new."""


def add_retention(app: App, rules: Rules, clock: Clock, scrub: Callable[[], object]) -> None:
    """Register the tasks: the rules every ten minutes, the list every minute, the files hourly.

    A database that is lost takes at most the last minute of the list with it.  `scrub` blocks.
    """

    async def retention(timestamp: int) -> None:
        del timestamp
        now = clock()
        await rules.run(Run(at=now, real=now))

    async def erasures() -> None:
        await rules.note_erasures()

    async def scrubbing(timestamp: int) -> None:
        del timestamp
        await asyncio.to_thread(scrub)

    add_periodic(app, "retention", "*/10 * * * *", retention)
    add_minutely(app, "erasures", erasures)
    add_periodic(app, "scrub", "17 * * * *", scrubbing)
