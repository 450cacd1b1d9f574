"""Wrong codes, counted: one chat's last day, and that of all together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.referrals import DUTY_DESK
from bot.store.tables import alerts, code_failures

A_DAY = timedelta(hours=24)
MANY = "many-wrong-codes"


@dataclass(frozen=True, slots=True)
class CodeFailures:
    """What the web chat and the alarm ask about wrong codes, outside a turn."""

    engine: AsyncEngine

    async def failed_at(self, person: str, at: datetime) -> bool:
        """Tell whether a chat sent a wrong code in the turn of that moment."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(code_failures.c.id)
                .where(code_failures.c.person == person, code_failures.c.at == at)
                .limit(1)
            )
            return found.first() is not None

    async def in_a_day(self, at: datetime) -> int:
        """Return how many wrong codes all chats sent in the 24 hours before."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(func.count()).where(code_failures.c.at > at - A_DAY)
            )
            return int(found.scalar_one())

    async def alarm(self, at: datetime) -> None:
        """Put a line before the duty desk, once a day for all processes."""
        lately = exists().where(alerts.c.step == MANY, alerts.c.at > at - A_DAY)
        row = select(literal(DUTY_DESK), literal(MANY), literal(at)).where(~lately)
        async with self.engine.begin() as connection:
            await connection.execute(insert(alerts).from_select(["office", "step", "at"], row))


async def recent_failures(connection: AsyncConnection, person: str, at: datetime) -> int:
    """Return how many wrong codes a chat sent in the 24 hours up to its last one, 0 after a day.

    Counted back from the last one, not from now: the fifth in a day starts a pause of 24 hours,
    however long ago the first was.
    """
    mine = code_failures.c.person == person
    last = select(func.max(code_failures.c.at)).where(mine).scalar_subquery()
    found = await connection.execute(
        select(func.count()).where(mine, code_failures.c.at > last - A_DAY, last > at - A_DAY)
    )
    return int(found.scalar_one())
