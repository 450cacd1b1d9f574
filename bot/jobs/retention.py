"""Erase what is past its time, and keep the list of erasures beside the database.

What the rules refuse is logged as an error and stands before the duty desk; a job does not confirm.
"""

from collections.abc import Awaitable, Callable

from bot.jobs.parts import Jobs
from bot.privacy.retention import Run


def task(jobs: Jobs) -> Callable[[int], Awaitable[None]]:
    """Return the periodic task `retention`."""

    async def retention(timestamp: int) -> None:
        del timestamp
        now = jobs.clock()
        await jobs.retention.run(Run(at=now, real=now))

    return retention


def noting(jobs: Jobs) -> Callable[[int], Awaitable[None]]:
    """Return the periodic task `erasures`, so that a lost database loses a minute of the list."""

    async def erasures(timestamp: int) -> None:
        del timestamp
        await jobs.retention.note_erasures()

    return erasures
