"""Counters of answers in PostgreSQL (`bot.referrals.AnsweringStore`): raised, summed, never traced.

No row of a request is read to make a figure, and no counter names one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.referrals import (
    Action,
    Event,
    Judgement,
    Lack,
    Pace,
    Referral,
    State,
    class_of,
)
from bot.store.tables import answer_counts, judgement_counts, referral_events, referrals


@dataclass(frozen=True, slots=True)
class Answering:
    """The counters inside the transaction of a connection."""

    connection: AsyncConnection

    async def note(self, referral: Referral, event: Event, number: int) -> None:
        """Count the first answer to a request; `number` is that of the event."""
        if event.action is not Action.ANSWER:
            return
        before = exists().where(
            referral_events.c.referral == referral.id,
            referral_events.c.action == Action.ANSWER,
            referral_events.c.id < number,
        )
        if await self.connection.scalar(select(before)):
            return
        await self._raise(
            answer_counts,
            office=referral.bound.office,
            pace=referral.pace,
            day=event.at.date(),
            minutes=class_of(event.at - referral.created),
        )

    async def answered(self, office: str, pace: Pace, since: date) -> Mapping[int, int]:
        """Return how many first answers came within how many minutes, from a day on."""
        counts = answer_counts.c
        found = await self.connection.execute(
            select(counts.minutes, func.sum(counts["count"]))
            .where(counts.office == office, counts.pace == pace, counts.day >= since)
            .group_by(counts.minutes)
        )
        return {minutes: int(total) for minutes, total in found}

    async def judge(self, referral: Referral, judgement: Judgement, day: date) -> bool:
        """Count whether a closed request helped, once; False where that was said before."""
        said = await self.connection.execute(
            update(referrals)
            .where(
                referrals.c.id == referral.id,
                referrals.c.state == State.CLOSED,
                ~referrals.c.judged,
            )
            .values(judged=True)
            .returning(referrals.c.id)
        )
        if said.first() is None:
            return False
        await self._judged(referral, judgement, day)
        return True

    async def lacked(self, referral: Referral, lack: Lack, day: date) -> None:
        """Count what was missing in one that helped partly or not."""
        await self._judged(referral, lack, day)

    async def _judged(self, referral: Referral, answer: Judgement | Lack, day: date) -> None:
        await self._raise(
            judgement_counts,
            office=referral.office,
            category=referral.category,
            day=day,
            answer=answer,
        )

    async def _raise(self, table: Table, **key: object) -> None:
        await self.connection.execute(
            insert(table)
            .values(**key, count=1)
            .on_conflict_do_update(
                index_elements=list(key), set_={"count": table.c["count"] + literal(1)}
            )
        )
