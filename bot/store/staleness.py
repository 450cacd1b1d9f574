"""Requests that nobody ends: found, and warned of by the steps of `bot.privacy.retention`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Reason, retention
from bot.privacy.retention import DESK_DAYS, Run
from bot.referrals import DUTY_DESK, ENDED, Action, State
from bot.store.tables import alerts, case_messages, referral_events, referrals


@dataclass(frozen=True, slots=True)
class Stale:
    """A request nobody ended: since when nothing happened, and since when the desk knows."""

    id: str
    office: str
    state: State
    age: timedelta
    at_desk: timedelta | None
    reason: Reason


async def stale_requests(connection: AsyncConnection, run: Run) -> list[Stale]:
    """Return the open requests without an event since the first alarm."""
    written = (
        select(func.max(case_messages.c.at))
        .where(case_messages.c.referral == referrals.c.id)
        .scalar_subquery()
    )
    since = func.greatest(referrals.c.changed, written)
    taken = exists().where(
        referral_events.c.referral == referrals.c.id, referral_events.c.action == Action.CLAIM
    )
    desk = (
        select(func.max(alerts.c.at))
        .where(
            alerts.c.referral == referrals.c.id,
            alerts.c.office == DUTY_DESK,
            alerts.c.step.in_([f"{one}-{DESK_DAYS}" for one in Reason]),
            alerts.c.at >= since,
        )
        .scalar_subquery()
    )
    reason = case((taken, Reason.UNFINISHED.value), else_=Reason.UNCLAIMED.value)
    columns = (referrals.c.id, referrals.c.office, referrals.c.state)
    first = run.at - retention.ALARMS[0] * retention.DAY
    found = await connection.execute(
        select(*columns, since.label("since"), desk.label("desk"), reason.label("reason"))
        .where(referrals.c.state.not_in(ENDED), since <= first)
        .with_for_update(skip_locked=True, of=referrals)
    )
    return [
        Stale(
            row.id,
            row.office,
            State(row.state),
            run.at - row.since,
            run.at - row.desk if row.desk is not None else None,
            Reason(row.reason),
        )
        for row in found
    ]


async def warned(connection: AsyncConnection, run: Run, stale: Sequence[Stale]) -> dict[str, int]:
    """Warn who has a request by the steps it has reached; at the last the duty desk gets it."""
    counts = {"alarms": 0, "handed-over": 0}
    for one in stale:
        reached = retention.step(one.age)
        if reached is None:
            continue
        last = reached == DESK_DAYS
        office = DUTY_DESK if last else one.office
        if await _alert(connection, one, f"{one.reason}-{reached}", office, run):
            counts["handed-over" if last else "alarms"] += 1
            if last and one.office != DUTY_DESK:
                await _hand_over(connection, one, run)
    return counts


async def _alert(connection: AsyncConnection, one: Stale, step: str, office: str, run: Run) -> bool:
    """Put a line before an office; True if it is new since something last happened."""
    row = insert(alerts).values(office=office, referral=one.id, step=step, at=run.stored)
    made = await connection.execute(
        row.on_conflict_do_update(
            index_elements=["referral", "step", "office"],
            set_={"at": run.stored, "ticked": None, "ticked_by": None},
            where=alerts.c.at < run.at - one.age,
        ).returning(alerts.c.id)
    )
    return made.first() is not None


async def _hand_over(connection: AsyncConnection, one: Stale, run: Run) -> None:
    """Put a request into the duty desk's queue, free to be taken; its time goes on as before."""
    await connection.execute(
        update(referrals)
        .where(referrals.c.id == one.id)
        .values(office=DUTY_DESK, state=State.WAITING, claimed_by=None)
    )
    if one.state is not State.WAITING:
        await connection.execute(
            insert(referral_events).values(
                referral=one.id, at=run.stored, action=Action.RELEASE, state=State.WAITING
            )
        )
