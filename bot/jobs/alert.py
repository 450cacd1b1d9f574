"""Put a line before the officers of an office, which stays until somebody ticks it off."""

from collections.abc import Awaitable, Callable

from bot.jobs.parts import Jobs


def task(jobs: Jobs) -> Callable[[str, str], Awaitable[None]]:
    """Return the task `alert(referral, step)`."""

    async def alert(referral: str, step: str) -> None:
        await jobs.store.alert(referral, step, jobs.clock())

    return alert
