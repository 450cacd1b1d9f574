"""Put a line before the officers of an office or partner, which stays until it is ticked off."""

from typing import Protocol

from bot.jobs.parts import Jobs


class Alerting(Protocol):
    """The task."""

    async def __call__(self, referral: str, step: str, offer: str | None = None) -> None:
        """Put the line there."""


def task(jobs: Jobs) -> Alerting:
    """Return the task `alert(referral, step, offer)`; with an offer it is for its partner."""

    async def alert(referral: str, step: str, offer: str | None = None) -> None:
        await jobs.store.alert(referral, step, jobs.clock(), offer)

    return alert
