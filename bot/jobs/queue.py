"""The queue: one Procrastinate app, its tasks, and how a transaction puts a job into it.

A job whose worker died keeps its lock until somebody asks for it again: a periodic task does.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Unavailable
from bot.jobs import alert, news, stalled, wipe
from bot.jobs.later import AtItsTime
from bot.jobs.parts import Jobs

QUEUE = "waypoint"
MINUTELY = ("stalled", "late", "erasures")
"""What is done every minute that passes, whatever the machine's clock shows."""
PATIENCE = RetryStrategy(max_attempts=12, exponential_wait=3)


class QueueUnreachable(Unavailable):
    """A job cannot be put into the queue now, so what causes it is not done either."""


class Deferring:
    """Puts jobs into the queue on a caller's own connection (`bot.store.Defer`)."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(
        self, connection: AsyncConnection, task: str, at: datetime | None = None, **ids: str | int
    ) -> None:
        """Defer a task by name; it runs once the transaction is committed, not before `at`.

        Raises:
            QueueUnreachable: the database went away.
        """
        raw = (await connection.get_raw_connection()).driver_connection
        try:
            job = self._app.configure_task(task, queue=QUEUE, connection=raw, schedule_at=at)
            await job.defer_async(**ids)
        except ConnectorException as error:
            raise QueueUnreachable("the job is not in the queue") from error.__cause__


def open_queue(conninfo: str) -> App:
    """Return the queue on a database, without its tasks; opening it connects."""
    return App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))


def add_tasks(app: App, jobs: Jobs) -> None:
    """Register every task under the name by which transactions defer it."""
    app.task(name="alert", queue=QUEUE, retry=PATIENCE)(alert.task(jobs))
    app.task(name="news", queue=QUEUE, retry=AtItsTime(PATIENCE))(news.task(jobs))
    app.task(name="wipe", queue=QUEUE, retry=AtItsTime(PATIENCE))(wipe.task(jobs))
    add_minutely(app, "stalled", stalled.task(app))


def add_minutely(app: App, name: str, task: Callable[[], Awaitable[None]]) -> None:
    """Register a task of `MINUTELY`, which waits in the queue once at most."""
    app.task(name=name, queue=QUEUE, queueing_lock=name)(task)


async def defer_minutely(app: App) -> None:
    """Put what is done every minute into the queue, unless it waits there already."""
    for name in MINUTELY:
        with suppress(AlreadyEnqueued):
            await app.tasks[name].defer_async()


def add_periodic(app: App, name: str, cron: str, task: Callable[[int], Awaitable[None]]) -> None:
    """Register a task that runs at times (UTC), and waits in the queue once at most.

    Where the machine's clock is set back it does not run until the time that was shown before.
    """
    app.periodic(cron=cron)(app.task(name=name, queue=QUEUE, queueing_lock=name)(task))
