"""What the clock does in PostgreSQL: one request after another, each in a transaction of its own.

The scan is the truth; the durable job of each step only comes sooner.  Both take the row first
and look again whether its time is over: whoever comes second finds nothing to do.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import referrals as rules
from bot.directory import Directory
from bot.privacy import Sealer
from bot.store.defer import Defer
from bot.store.referrals import Referrals
from bot.store.rows import from_row
from bot.store.tables import referrals


@dataclass(frozen=True, slots=True)
class Late:
    """The requests whose time is over (`bot.jobs.LateStore`)."""

    begin: Callable[[], AbstractAsyncContextManager[AsyncConnection]]
    sealer: Sealer
    defer: Defer
    directory: Callable[[], Directory]

    async def scan(self, at: datetime, now: datetime) -> tuple[rules.Step, ...]:
        """Do what is due at `at`, each request once, and return what was done."""
        done: list[rules.Step] = []
        while step := await self._one(_due(at), at, now):
            done.append(step)
        return tuple(done)

    async def step(self, referral: str, now: datetime) -> rules.Step | None:
        """Do what is due of one request now; None where nothing is."""
        return await self._one(_due(now).where(referrals.c.id == referral), now, now)

    async def _one(self, due: Select[Any], at: datetime, now: datetime) -> rules.Step | None:
        async with self.begin() as connection:
            row = (await connection.execute(due)).first()
            if row is None:
                return None
            store = Referrals(connection, self.sealer, self.defer)
            return await rules.Referrals(store, self.directory(), now).late(from_row(row), at)


def _due(at: datetime) -> Select[Any]:
    """Return the query for the request whose time has been over longest, held for us alone."""
    return (
        select(referrals)
        .where(referrals.c.wakes <= at)
        .order_by(referrals.c.wakes)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
