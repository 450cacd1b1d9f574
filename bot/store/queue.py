"""The queue of an office in PostgreSQL (`bot.referrals.QueueStore`); nothing here is sealed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.referrals import ENDED, Referral, State, Urgency, Wanted
from bot.store.rows import from_row
from bot.store.tables import referrals


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue inside the transaction of a connection."""

    connection: AsyncConnection

    async def page(self, wanted: Wanted, limit: int, offset: int) -> tuple[Referral, ...]:
        """Return some requests: waiting ones first, danger, due time; ended ones latest first."""
        columns = referrals.c
        danger_first = (
            columns.state != State.WAITING,
            columns.urgency != Urgency.NOW,
            columns.due,
            columns.id,
        )
        latest_first = (columns.changed.desc(), columns.id)
        order = latest_first if wanted.states <= ENDED else danger_first
        found = await self.connection.execute(
            select(referrals).where(_fits(wanted)).order_by(*order).limit(limit).offset(offset)
        )
        return tuple(from_row(row) for row in found)

    async def count(self, wanted: Wanted) -> int:
        """Return how many requests are wanted."""
        found = await self.connection.execute(
            select(func.count()).select_from(referrals).where(_fits(wanted))
        )
        return int(found.scalar_one())

    async def languages(self, office: str) -> tuple[str, ...]:
        """Return the languages of the open requests of an office, in order."""
        found = await self.connection.execute(
            select(referrals.c.language)
            .where(referrals.c.office == office, referrals.c.state.not_in(ENDED))
            .distinct()
            .order_by(referrals.c.language)
        )
        return tuple(found.scalars())


def _fits(wanted: Wanted) -> ColumnElement[bool]:
    columns = referrals.c
    conditions = [
        columns.office == wanted.office,
        columns.state.in_(wanted.states),
        columns.category.in_(wanted.categories),
    ]
    asked = (
        (columns.claimed_by, wanted.claimed_by),
        (columns.urgency, wanted.urgency),
        (columns.language, wanted.language),
    )
    conditions += [column == value for column, value in asked if value is not None]
    return and_(*conditions)
