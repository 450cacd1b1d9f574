"""Requests that nobody ends: found, and warned of by the steps of `bot.privacy.retention`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act
from bot.privacy import Reason, retention
from bot.privacy.retention import DESK_DAYS, Run
from bot.referrals import DUTY_DESK, ENDED, Action, State
from bot.store.audit import acting
from bot.store.tables import alerts, case_messages, referral_events, referrals

HANDED = frozenset(f"{one}-{DESK_DAYS}" for one in Reason)
"""The steps at which the duty desk gets a request."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A request nobody ended: since when nothing happened, and since when the desk knows."""

    id: str
    office: str
    state: State
    age: timedelta
    at_desk: timedelta | None
    reason: Reason
    warned: frozenset[str]
    """The steps of which was warned since."""

    @property
    def step(self) -> str | None:
        """Return the step it has reached if nobody was warned of it yet."""
        reached = retention.step(self.age)
        name = f"{self.reason}-{reached}"
        return name if reached is not None and name not in self.warned else None


async def stale_requests(
    connection: AsyncConnection, run: Run, which: Iterable[str] | None = None
) -> list[Stale]:
    """Return the open requests without an event since the first alarm, of some ids or all."""
    query = _query(run)
    if which is not None:
        query = query.where(referrals.c.id.in_(list(which)))
    return [_stale(row, run) for row in await connection.execute(query)]


def _query(run: Run) -> Select[Any]:
    since = _since()
    warned = alerts.c.referral == referrals.c.id, alerts.c.at >= since
    at_desk = (
        select(func.max(alerts.c.at))
        .where(*warned, alerts.c.office == DUTY_DESK, alerts.c.step.in_(HANDED))
        .scalar_subquery()
    )
    steps = func.array(select(alerts.c.step).where(*warned).scalar_subquery())
    taken = exists().where(
        referral_events.c.referral == referrals.c.id, referral_events.c.action == Action.CLAIM
    )
    reason = case((taken, Reason.UNFINISHED.value), else_=Reason.UNCLAIMED.value)
    first = run.at - retention.ALARMS[0] * retention.DAY
    return select(
        referrals.c.id,
        referrals.c.office,
        referrals.c.state,
        since.label("since"),
        at_desk.label("at_desk"),
        steps.label("steps"),
        reason.label("reason"),
    ).where(referrals.c.state.not_in(ENDED), referrals.c.changed <= first, since <= first)


def _since() -> ColumnElement[Any]:
    """Return when something last happened: a move, a message, or what leaves the state as it is.

    That time gives a request to the duty desk is no event: its own days go on.
    """
    written = (
        select(func.max(case_messages.c.at))
        .where(case_messages.c.referral == referrals.c.id)
        .scalar_subquery()
    )
    marked = (
        select(func.max(referral_events.c.at))
        .where(
            referral_events.c.referral == referrals.c.id,
            referral_events.c.action.in_((Action.STOP, Action.LIFT)),
        )
        .scalar_subquery()
    )
    return func.greatest(referrals.c.changed, written, marked)


def _stale(row: Row[Any], run: Run) -> Stale:
    return Stale(
        row.id,
        row.office,
        State(row.state),
        run.at - row.since,
        run.at - row.at_desk if row.at_desk is not None else None,
        Reason(row.reason),
        frozenset(row.steps),
    )


async def warn(connection: AsyncConnection, one: Stale, step: str, run: Run) -> bool:
    """Warn who has a request of a step it has reached; True where the duty desk gets it with that.

    The caller holds the request.
    """
    handed = step in HANDED
    office = DUTY_DESK if handed else one.office
    row = insert(alerts).values(office=office, referral=one.id, step=step, at=run.stored)
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=["referral", "step", "office"],
            set_={"at": run.stored, "ticked": None, "ticked_by": None},
        )
    )
    if handed and one.office != DUTY_DESK:
        await _hand_over(connection, one, run)
    return handed


async def _hand_over(connection: AsyncConnection, one: Stale, run: Run) -> None:
    """Put a request into the duty desk's queue, free to be taken; its time goes on as before."""
    if one.state is not State.WAITING:
        await connection.execute(
            insert(referral_events).values(
                referral=one.id, at=run.stored, action=Action.RELEASE, state=State.WAITING
            )
        )
    handed = (
        update(referrals)
        .where(referrals.c.id == one.id)
        .values(office=DUTY_DESK, state=State.WAITING, claimed_by=None)
        .returning(referrals.c.id)
    )
    act = Act("hand-over", one.id, chain=one.office)
    await connection.execute(acting(handed, act, None))
