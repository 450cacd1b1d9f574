"""Bring requests up the ladder: each at its time, and all that are due once a minute.

A job may be lost or late, a clock may leap; the scan finds what is due whatever happened.
"""

from datetime import datetime
from typing import Protocol

from procrastinate import App

from bot.clock import Clock
from bot.jobs.later import AtItsTime, NotYet
from bot.jobs.queue import PATIENCE, QUEUE, add_minutely
from bot.privacy import Log

log = Log(__name__)


class LateStore(Protocol):
    """What acts on requests whose time is over (`bot.store.late.Late`)."""

    async def scan(self, at: datetime, now: datetime) -> tuple[object, ...]:
        """Do what is due at `at`, and return what was done."""

    async def step(self, referral: str, now: datetime) -> datetime | None:
        """Do what is due of one request now; return when to look next, None for never."""


def add_late(app: App, store: LateStore, clock: Clock) -> None:
    """Register the tasks `step(referral)`, which goes on until its end, and each minute `late`."""

    async def step(referral: str) -> None:
        wakes = await store.step(referral, clock())
        if wakes is not None:
            raise NotYet(wakes)

    async def late() -> None:
        now = clock()
        if done := await store.scan(now, now):
            log.warning("requests-late", count=len(done))

    app.task(name="step", queue=QUEUE, retry=AtItsTime(PATIENCE))(step)
    add_minutely(app, "late", late)
