"""The times of offices and officers in PostgreSQL (`bot.referrals.TimesStore`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.referrals import Absence, OfficeTimes, Times
from bot.store.audit import acting
from bot.store.tables import absences, office_times, offices

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OwnTimes:
    """The times inside the transaction of a connection."""

    connection: AsyncConnection

    async def of(self, office: str) -> OfficeTimes:
        """Return what an office said of itself; what is usual where it said nothing."""
        found = await self.connection.execute(
            select(office_times).where(office_times.c.office == office)
        )
        if (row := found.first()) is None:
            return OfficeTimes()
        hour, three, day = row.hour_minutes, row.three_hours_minutes, row.day_minutes
        return OfficeTimes(row.hours, Times(hour * MINUTE, three * MINUTE, day * MINUTE))

    async def keep(self, office: str, said: OfficeTimes, by: By) -> None:
        """Keep what an office says, audited."""
        values = {
            "hours": said.hours,
            "hour_minutes": said.times.hour // MINUTE,
            "three_hours_minutes": said.times.three_hours // MINUTE,
            "day_minutes": said.times.day // MINUTE,
        }
        known = insert(offices).values(id=office, created=by.at).on_conflict_do_nothing()
        await self.connection.execute(known)
        kept = (
            insert(office_times)
            .values(office=office, **values)
            .on_conflict_do_update(index_elements=["office"], set_=values)
            .returning(office_times.c.office)
        )
        await self.connection.execute(acting(kept, Act("times", office), by))

    async def absences(self, officer: str, at: datetime) -> tuple[Absence, ...]:
        """Return when an officer is away, now or later, the next one first."""
        found = await self.connection.execute(
            select(absences)
            .where(absences.c.officer == officer, absences.c.back > at)
            .order_by(absences.c.gone, absences.c.id)
        )
        return tuple(Absence(row.id, row.gone, row.back) for row in found)

    async def leave(self, gone: datetime, back: datetime, by: By) -> None:
        """Note when an officer is away, audited; what is over is forgotten."""
        mine = absences.c.officer == by.officer
        await self.connection.execute(delete(absences).where(mine, absences.c.back <= by.at))
        noted = (
            insert(absences)
            .values(officer=by.officer, gone=gone, back=back)
            .returning(absences.c.officer)
        )
        await self.connection.execute(acting(noted, Act("leave", by.officer), by))

    async def stay(self, absence: int, by: By) -> bool:
        """Take an absence of the officer back, audited; False where there is no such one."""
        gone = (
            delete(absences)
            .where(absences.c.id == absence, absences.c.officer == by.officer)
            .returning(absences.c.officer)
        )
        done = await self.connection.execute(acting(gone, Act("stay", by.officer), by))
        return done.first() is not None
