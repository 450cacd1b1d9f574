"""Remove what is past its time: idle chats, old replies, message ids, used-up tries."""

from collections.abc import Awaitable, Callable

from bot.jobs.parts import Jobs


def task(jobs: Jobs) -> Callable[[int], Awaitable[None]]:
    """Return the periodic task `tidy`."""

    async def tidy(timestamp: int) -> None:
        del timestamp
        await jobs.store.tidy(jobs.clock())

    return tidy
