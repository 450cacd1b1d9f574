"""Erase what is past its time, and keep the list of erasures beside the database.

What the rules refuse is logged as an error and stands before the duty desk; a job does not confirm.
"""

from typing import Protocol

from procrastinate import App

from bot.clock import Clock
from bot.privacy.retention import Run

QUEUE = "waypoint"


class Rules(Protocol):
    """What carries out how long things live (`bot.store.retention.Retention`)."""

    async def run(self, run: Run) -> object:
        """Carry the rules out once, and say aloud what was refused or lost."""

    async def note_erasures(self) -> int:
        """Bring the list of erasures beside the database up to date; return how many were new."""


def add_retention(app: App, rules: Rules, clock: Clock) -> None:
    """Register both tasks: the rules every ten minutes, and the list every minute.

    A database that is lost takes at most the last minute of the list with it.
    """

    async def retention(timestamp: int) -> None:
        del timestamp
        now = clock()
        await rules.run(Run(at=now, real=now))

    async def erasures(timestamp: int) -> None:
        del timestamp
        await rules.note_erasures()

    app.periodic(cron="*/10 * * * *")(
        app.task(name="retention", queue=QUEUE, queueing_lock="retention")(retention)
    )
    app.periodic(cron="* * * * *")(
        app.task(name="erasures", queue=QUEUE, queueing_lock="erasures")(erasures)
    )
