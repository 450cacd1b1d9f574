"""Runs the jobs of this process, and the sweep that sends replies nobody has sent.

Both go on after a fault: the database may restart, and a worker of Procrastinate then ends without
a word.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from procrastinate import App

from bot.conversation import Sender
from bot.jobs.queue import QUEUE, defer_minutely
from bot.jobs.stalled import requeue
from bot.privacy import Log

log = Log(__name__)

AT_ONCE = 8
POLL_SECONDS = 5.0
STOP_SECONDS = 1.5
"""How long jobs under way may take at the end; those that take longer run again later."""
SWEEP_SECONDS = 3.0
AGAIN_SECONDS = 3.0
MINUTE_SECONDS = 60.0


@asynccontextmanager
async def working(app: App) -> AsyncIterator[None]:
    """Work on jobs while the block runs; at the end those under way get a moment."""

    async def work() -> None:
        await requeue(app)
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=AT_ONCE,
            fetch_job_polling_interval=POLL_SECONDS,
            shutdown_graceful_timeout=STOP_SECONDS,
            install_signal_handlers=False,
            delete_jobs="successful",
        )

    async def minute() -> None:
        await defer_minutely(app)

    async with (
        _repeated("worker-ended", work, AGAIN_SECONDS),
        _repeated("minute-not-begun", minute, MINUTE_SECONDS),
    ):
        yield


@asynccontextmanager
async def sweeping(sender: Sender) -> AsyncIterator[None]:
    """Send what is not marked as sent, at once and then every few seconds."""

    async def sweep() -> None:
        await sender.sweep()

    async with _repeated("sweep-failed", sweep, SWEEP_SECONDS):
        yield


@asynccontextmanager
async def _repeated(
    fault: str, work: Callable[[], Awaitable[None]], seconds: float
) -> AsyncIterator[None]:
    """Do the work while the block runs, and again some seconds after it ended or failed."""

    async def repeat() -> None:
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - one of the three places; logs the class
                log.error(fault, error)
            await asyncio.sleep(seconds)

    task = asyncio.create_task(repeat())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
