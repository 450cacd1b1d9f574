"""Runs the jobs of this process, and the sweep that sends replies nobody has sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from procrastinate import App

from bot.conversation import Sender
from bot.errors import Unavailable
from bot.jobs.queue import QUEUE
from bot.jobs.stalled import requeue
from bot.privacy import Log

log = Log(__name__)

AT_ONCE = 8
POLL_SECONDS = 5.0
STOP_SECONDS = 4.0
SWEEP_SECONDS = 3.0


@asynccontextmanager
async def working(app: App) -> AsyncIterator[None]:
    """Work on jobs while the block runs; at the end those under way get a few seconds."""
    await requeue(app)
    worker = asyncio.create_task(
        app.run_worker_async(
            queues=[QUEUE],
            concurrency=AT_ONCE,
            fetch_job_polling_interval=POLL_SECONDS,
            shutdown_graceful_timeout=STOP_SECONDS,
            install_signal_handlers=False,
            delete_jobs="successful",
        )
    )
    try:
        yield
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


@asynccontextmanager
async def sweeping(sender: Sender) -> AsyncIterator[None]:
    """Send what is not marked as sent, at once and then every few seconds."""
    task = asyncio.create_task(_sweep(sender))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sweep(sender: Sender) -> None:
    while True:
        try:
            await sender.sweep()
        except Unavailable as error:
            log.warning("sweep-failed", error)
        await asyncio.sleep(SWEEP_SECONDS)
