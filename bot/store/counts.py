"""What operators count, and the queue as a list: nothing about anyone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import Unavailable
from bot.referrals import ENDED, State
from bot.store.tables import referrals, replies, retention_clock

QUEUED = ("reference", "office", "category", "urgency", "language", "state", "due", "created")


@dataclass(frozen=True, slots=True)
class Counted:
    """How much waits: replies not yet sent, requests past their time, requests by state.

    `refused` tells whether the last run of the rules of retention refused to erase.
    """

    unsent: int
    overdue: int
    open: dict[State, int]
    refused: bool = False


async def has_schema(engine: AsyncEngine) -> bool:
    """Tell whether the database answers and was brought up to date."""
    try:
        async with engine.connect() as connection:
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            return found.scalar_one_or_none() is not None
    except (DBAPIError, Unavailable):
        return False


async def count(engine: AsyncEngine, now: datetime) -> Counted:
    """Count what waits."""
    unsent = select(func.count()).where(replies.c.pushes, replies.c.sent.is_(None))
    late = select(func.count()).where(referrals.c.state == State.WAITING, referrals.c.due < now)
    states = (
        select(referrals.c.state, func.count())
        .where(referrals.c.state.not_in(ENDED))
        .group_by(referrals.c.state)
    )
    refused = select(retention_clock.c.refused)
    async with engine.connect() as connection:
        return Counted(
            (await connection.execute(unsent)).scalar_one(),
            (await connection.execute(late)).scalar_one(),
            {State(row[0]): row[1] for row in await connection.execute(states)},
            await connection.scalar(refused) is not None,
        )


async def open_requests(engine: AsyncEngine, office: str | None) -> list[dict[str, object]]:
    """Return what is open, of one office or all, the first due first; times in ISO 8601."""
    query = select(*(referrals.c[name] for name in QUEUED)).order_by(referrals.c.due)
    query = query.where(referrals.c.state.not_in(ENDED))
    if office is not None:
        query = query.where(referrals.c.office == office)
    async with engine.connect() as connection:
        found = (await connection.execute(query)).mappings().all()
    return [
        {name: one.isoformat() if isinstance(one, datetime) else one for name, one in row.items()}
        for row in found
    ]
