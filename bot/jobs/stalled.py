"""Give jobs whose worker died to another one; else they would hold their lock for ever."""

from collections.abc import Awaitable, Callable

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from psycopg.errors import RaiseException

from bot.privacy import Log

log = Log(__name__)

SILENT_SECONDS = 30.0
"""A worker that has not said so for this long is dead; living ones say so every ten seconds."""


def task(app: App) -> Callable[[], Awaitable[None]]:
    """Return the task `stalled`, done every minute."""

    async def stalled() -> None:
        await requeue(app)

    return stalled


async def requeue(app: App, silent_seconds: float = SILENT_SECONDS) -> int:
    """Requeue the jobs of dead workers and return how many there were.

    What another process has requeued and finished meanwhile is left alone.
    """
    jobs = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_seconds)
    count = 0
    for job in jobs:
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException as error:
            if not isinstance(error.__cause__, RaiseException):
                raise
        else:
            count += 1
    if count:
        log.warning("jobs-of-a-dead-worker", count=count)
    return count
