"""What the clock does in PostgreSQL: one request after another, each in a transaction of its own.

The scan is the truth; the durable job of each step only comes sooner.  Both take the row first
and look again whether its time is over: whoever comes second finds nothing to do.  What a clock
that ran ahead put far away is counted anew.  A request that cannot be moved keeps no other one
waiting, and is said at the duty desk every day until somebody has looked.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import referrals as rules
from bot.directory import Directory
from bot.errors import BotError
from bot.privacy import Log, Sealer
from bot.store.defer import Defer
from bot.store.referrals import Referrals
from bot.store.rows import from_row
from bot.store.tables import alerts, referrals

log = Log(__name__)

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines may differ; what was counted further ahead is wrong."""
FAULTS = (BotError, SQLAlchemyError, LookupError, TypeError, ValueError)
"""What a row that something is wrong with can raise, on its way out of the database or back."""


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
        for referral in await self._found(at, now):
            try:
                step = await self._one(referral, at, now)
            except FAULTS as error:
                log.error("request-not-moved", error)
                await self._say_stuck(referral, now)
                continue
            done += [step] if step is not None else []
        return tuple(done)

    async def step(self, referral: str, now: datetime) -> datetime | None:
        """Do what is due of one request now; return when to look at it next, None for never."""
        await self._one(referral, now, now)
        wakes = select(referrals.c.wakes).where(referrals.c.id == referral)
        async with self.begin() as connection:
            return (await connection.execute(wakes)).scalar_one_or_none()

    async def _found(self, at: datetime, now: datetime) -> Sequence[str]:
        """Return the ids of what is due, that whose time has been over longest first."""
        due = select(referrals.c.id).where(_due(at, now)).order_by(referrals.c.wakes)
        async with self.begin() as connection:
            return (await connection.execute(due)).scalars().all()

    async def _one(self, referral: str, at: datetime, now: datetime) -> rules.Step | None:
        """Do what is due of one request; what somebody acts on at this moment is left to them."""
        due = select(referrals).where(referrals.c.id == referral, _due(at, now))
        async with self.begin() as connection:
            row = (await connection.execute(due.with_for_update(skip_locked=True))).first()
            if row is None:
                return None
            store = Referrals(connection, self.sealer, self.defer)
            known = rules.Referrals(store, self.directory(), now)
            if row.wakes > at:
                await known.recount(from_row(row))
                return None
            return await known.late(from_row(row), at)

    async def _say_stuck(self, referral: str, now: datetime) -> None:
        """Put a line before the duty desk, one a day, whatever is wrong with the request."""
        line = {"office": rules.DUTY_DESK, "referral": referral, "at": now}
        stuck = insert(alerts).values(**line, step=f"stuck@{now:%Y%m%d}")
        async with self.begin() as connection:
            await connection.execute(stuck.on_conflict_do_nothing())


def _due(at: datetime, now: datetime) -> ColumnElement[bool]:
    """Return the condition that the time of a request is over, or was counted by a wrong clock."""
    ahead = referrals.c.counted > now + SKEW
    return and_(referrals.c.wakes.is_not(None), or_(referrals.c.wakes <= at, ahead))
