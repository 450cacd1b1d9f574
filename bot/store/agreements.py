"""The data-sharing states of partners in PostgreSQL (`bot.referrals.AgreementStore`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.referrals import Agreement
from bot.store.audit import acting
from bot.store.tables import partners


@dataclass(frozen=True, slots=True)
class Agreements:
    """The states of partners inside the transaction of a connection."""

    connection: AsyncConnection

    async def every(self) -> Mapping[str, Agreement]:
        """Return the state of each partner that has one."""
        found = await self.connection.execute(select(partners))
        return {row.partner: to_agreement(row) for row in found}

    async def put(self, agreement: Agreement, chain: str, by: By) -> None:
        """Keep the state of a partner, with an entry in the audit of an office."""
        kept = {
            name: getattr(agreement, name) for name in ("agreed", "since", "until", "full_until")
        }
        made = (
            insert(partners)
            .values(partner=agreement.partner, **kept)
            .on_conflict_do_update(index_elements=["partner"], set_=kept)
            .returning(partners.c.partner)
        )
        action = f"agreement:{'yes' if agreement.agreed else 'no'}"
        await self.connection.execute(acting(made, Act(action, agreement.partner, chain=chain), by))

    async def full(self, partner: str, until: date) -> None:
        """Keep until when a partner has no room."""
        row = insert(partners).values(partner=partner, full_until=until)
        await self.connection.execute(
            row.on_conflict_do_update(index_elements=["partner"], set_={"full_until": until})
        )


def in_force(partner: str, day: date) -> ColumnElement[bool]:
    """Return the condition that something may be passed to a partner on a day."""
    found = select(partners.c.partner).where(
        partners.c.partner == partner,
        and_(partners.c.agreed, partners.c.since <= day),
        or_(partners.c.until.is_(None), partners.c.until >= day),
        or_(partners.c.full_until.is_(None), partners.c.full_until < day),
    )
    return found.exists()


def to_agreement(row: Row[Any]) -> Agreement:
    """Return the state of a row."""
    return Agreement(row.partner, row.agreed, row.since, row.until, row.full_until)
