"""Lines before the officers of an office in PostgreSQL (`bot.referrals.AlertStore`)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, cast, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.referrals import MANY_TEXTS, OF_OFFERS, SINCE, STANDING, Alert, Referral, Watched
from bot.store.audit import acting
from bot.store.rows import from_row
from bot.store.tables import alerts, referrals

OPEN = alerts.c.ticked.is_(None)


@dataclass(frozen=True, slots=True)
class Alerts:
    """The lines inside the transaction of a connection."""

    connection: AsyncConnection

    async def count(self, watched: Watched) -> int:
        """Return how many are not ticked off."""
        found = await self.connection.execute(
            select(func.count()).select_from(alerts).where(_fits(watched), OPEN)
        )
        return int(found.scalar_one())

    async def page(self, watched: Watched, limit: int, *, ticked: bool) -> tuple[Alert, ...]:
        """Return the latest that are ticked off, or that are not."""
        columns = (alerts.c.step, alerts.c.at, alerts.c.ticked, alerts.c.ticked_by)
        latest = (alerts.c.ticked if ticked else alerts.c.at, alerts.c.id)
        found = await self.connection.execute(
            select(referrals, alerts.c.id.label("alert"), *columns)
            .select_from(alerts.outerjoin(referrals, referrals.c.id == alerts.c.referral))
            .where(_fits(watched), ~OPEN if ticked else OPEN)
            .order_by(*(one.desc() for one in latest))
            .limit(limit)
        )
        return tuple(_to_alert(row) for row in found)

    async def tick(self, watched: Watched, alert: int, officer: str, at: datetime) -> bool:
        """Tick one off, with an entry in the audit; False where none of these is open."""
        # The audit takes no such sign, which would be one of an address.
        step = func.replace(alerts.c.step, SINCE, ":")
        about = func.coalesce(cast(alerts.c.referral, Text), step).label("about")
        ticked = (
            update(alerts)
            .where(alerts.c.id == alert, _fits(watched), OPEN)
            .values(ticked=at, ticked_by=officer)
            .returning(about)
        )
        act = Act("tick", chain=watched.office)
        done = await self.connection.execute(acting(ticked, act, By(officer, at), object="about"))
        return done.first() is not None

    async def settle(
        self,
        referral: Referral,
        officer: str,
        at: datetime,
        but: Collection[str] = STANDING,
        partner: str | None = None,
    ) -> None:
        """Tick off what stands about a request at its office, or at a partner, but some steps.

        What the officer did to the request has its own entry in the audit; one that somebody is
        ticking off at this moment is left to them, since they wait for that audit's head.
        """
        due = (
            select(alerts.c.id)
            .where(alerts.c.referral == referral.id)
            .where(alerts.c.office == (partner or referral.office))
            .where(OPEN, alerts.c.step.not_in(but))
            .with_for_update(skip_locked=True)
        )
        await self.connection.execute(
            update(alerts).where(alerts.c.id.in_(due)).values(ticked=at, ticked_by=officer)
        )


def _fits(watched: Watched) -> ColumnElement[bool]:
    """Return the condition that an officer may know of a line: its request's category is theirs.

    Of what was offered to their office they know without knowing the request; of what an officer
    does, only who watches over officers.
    """
    known = select(referrals.c.id).where(referrals.c.category.in_(watched.categories))
    name = func.split_part(alerts.c.step, SINCE, 1)
    offered = name.in_(OF_OFFERS if watched.offered else ())
    return and_(
        alerts.c.office == watched.office,
        name.not_in(() if watched.officers else (MANY_TEXTS,)),
        or_(alerts.c.referral.is_(None), alerts.c.referral.in_(known), offered),
    )


def _to_alert(row: Row[Any]) -> Alert:
    referral = from_row(row) if row.id is not None else None
    return Alert(row.alert, row.step, row.at, referral, row.ticked, row.ticked_by)
