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
    MINUTES,
    Action,
    Event,
    Judgement,
    Lack,
    Pace,
    Referral,
    State,
    class_of,
    is_answer,
)
from bot.store.tables import answer_counts, judgement_counts, referral_events, referrals


@dataclass(frozen=True, slots=True)
class Answering:
    """The counters inside the transaction of a connection."""

    connection: AsyncConnection

    async def note(self, referral: Referral, event: Event, number: int) -> None:
        """Count the first answer to a request, or that none came; `number` is the event's."""
        answers, climbs = is_answer(event), event.action is Action.CLIMB
        if not answers and not climbs:
            return
        before = exists().where(
            referral_events.c.referral == referral.id,
            referral_events.c.action == Action.ANSWER,
            referral_events.c.id < number,
        )
        if await self.connection.scalar(select(before)):
            return
        if climbs:
            await self._passed(referral, event)
            return
        await self._answered_at_last(referral)
        took = class_of(event.at - referral.created)
        await self._raise(answer_counts, **_counter(referral), day=event.at.date(), minutes=took)

    async def _passed(self, referral: Referral, event: Event) -> None:
        """Count one that climbs past the office that was asked as not answered by it, once."""
        mine = (referrals.c.id == referral.id, ~referrals.c.unanswered)
        past = update(referrals).where(*mine, referrals.c.office != referral.bound.office)
        done = await self.connection.execute(past.values(unanswered=True).returning(referrals.c.id))
        if done.first() is not None:
            key = {**_counter(referral), "minutes": MINUTES[-1]}
            await self._raise(answer_counts, **key, day=event.at.date())

    async def _answered_at_last(self, referral: Referral) -> None:
        """Take back that it was not answered, from the last day that has such a one."""
        mine = (referrals.c.id == referral.id, referrals.c.unanswered)
        late = update(referrals).where(*mine).values(unanswered=False).returning(referrals.c.id)
        if (await self.connection.execute(late)).first() is None:
            return
        counts = answer_counts.c
        kind = [counts[name] == value for name, value in _counter(referral).items()]
        kind += [counts.minutes == MINUTES[-1], counts["count"] > 0]
        since = counts.day >= referral.created.date()
        last = select(func.max(counts.day)).where(*kind, since).scalar_subquery()
        lowered = update(answer_counts).where(*kind, counts.day == last)
        await self.connection.execute(lowered.values({"count": counts["count"] - 1}))

    async def answered(self, office: str, pace: Pace, since: date) -> Mapping[int, int]:
        """Return how many first answers came within how many minutes, from a day on."""
        counts = answer_counts.c
        found = await self.connection.execute(
            select(counts.minutes, func.sum(counts["count"]))
            .where(counts.office == office, counts.pace == pace, counts.day >= since)
            .where(counts["count"] > 0)
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
            .values(judged=True, lacking=judgement is not Judgement.YES)
            .returning(referrals.c.id)
        )
        if said.first() is None:
            return False
        await self._judged(referral, judgement, day)
        return True

    async def lacked(self, referral: Referral, lack: Lack | None, day: date) -> bool:
        """Count what was missing in one that helped partly or not, once; None counts nothing.

        False where it was said before, or is not asked.
        """
        said = await self.connection.execute(
            update(referrals)
            .where(referrals.c.id == referral.id, referrals.c.lacking)
            .values(lacking=False)
            .returning(referrals.c.id)
        )
        if said.first() is None:
            return False
        if lack is not None:
            await self._judged(referral, lack, day)
        return True

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


def _counter(referral: Referral) -> dict[str, object]:
    """Return for whom and of which kind a request counts."""
    return {"office": referral.bound.office, "pace": referral.pace}
