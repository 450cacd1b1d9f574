"""Records of consent in PostgreSQL (`bot.referrals.ConsentStore`).

An answer is added and never changed.  The gate itself is in the database; what is asked here
first says the same in a way that a page can explain.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Row, any_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.directory import Service
from bot.referrals import (
    Action,
    Answer,
    ConsentRecord,
    Danger,
    Field,
    Override,
    Purpose,
    Referral,
    Whose,
    standing,
)
from bot.store.audit import acting
from bot.store.reading import on
from bot.store.tables import approvals, consents, offers, overrides, referrals


@dataclass(frozen=True, slots=True)
class Consents:
    """Records of consent inside the transaction of a connection."""

    connection: AsyncConnection

    async def record(self, referral: Referral) -> ConsentRecord:
        """Return all that bears on passing a request on, oldest first."""
        asked = select(overrides).where(overrides.c.referral == referral.id)
        agreed = select(approvals.c.at).where(approvals.c.referral == referral.id)
        return ConsentRecord(
            await self._answers(referral),
            tuple(map(_override, await self.connection.execute(asked.order_by(overrides.c.id)))),
            (await self.connection.execute(agreed)).first() is not None,
        )

    async def add(self, referral: Referral, answers: Sequence[Answer]) -> None:
        """Keep answers; the queue shows what stands now."""
        rows = [_columns(referral, one) for one in answers]
        await self.connection.execute(insert(consents), rows)
        partner = bool(standing(await self._answers(referral), Purpose.PARTNER))
        await self.connection.execute(
            update(referrals).where(referrals.c.id == referral.id).values(consent_partner=partner)
        )

    async def begin(self, referral: Referral, answers: Sequence[Answer]) -> None:
        """Keep the answers with which a request is made, before it is there."""
        rows = [_columns(referral, one) for one in answers]
        await self.connection.execute(insert(consents), rows)

    async def undo(self, referral: Referral) -> None:
        """Remove the answers of a request that was not made."""
        await self.connection.execute(delete(consents).where(consents.c.referral == referral.id))

    async def ask(self, referral: Referral, override: Override) -> None:
        """Propose to pass a request on as a life is in danger; the audit says by whom and why."""
        row = {
            "recipient": override.recipient,
            "purpose": override.purpose,
            "desks": list(override.desks),
            "why": override.why,
            "asked_by": override.asked_by,
            "asked": override.asked,
        }
        asked = insert(overrides).values(referral=referral.id, **row).returning(overrides.c.id)
        act = on(referral, f"override-ask:{override.recipient}:{override.why}")
        by = By(override.asked_by, override.asked)
        await self.connection.execute(acting(asked, act, by))

    async def confirm(self, referral: Referral, override: int, officer: str, at: datetime) -> bool:
        """Confirm what another officer proposed, audited; False where there is no such proposal."""
        confirmed = (
            update(overrides)
            .where(
                overrides.c.id == override,
                overrides.c.referral == referral.id,
                overrides.c.asked_by != officer,
                overrides.c.confirmed.is_(None),
            )
            .values(confirmed_by=officer, confirmed=at)
            .returning(overrides.c.id)
        )
        act = on(referral, "override")
        done = await self.connection.execute(acting(confirmed, act, By(officer, at)))
        return done.first() is not None

    async def in_danger(self, referral: Referral) -> bool:
        """Tell whether a partner has it, or is offered it, by danger to life and not by a yes."""
        stands = or_(offers.c.answer.is_(None), offers.c.answer == Action.ACCEPT)
        found = select(offers.c.id).where(
            offers.c.referral == referral.id, offers.c.override.is_not(None), stands
        )
        return bool(await self.connection.scalar(select(found.exists())))

    async def approve(self, referral: Referral, officer: str, at: datetime) -> None:
        """Let a request of somebody under 18 be passed on, audited; twice is the same as once."""
        agreed = (
            insert(approvals)
            .values(referral=referral.id, officer=officer, at=at)
            .on_conflict_do_nothing()
            .returning(approvals.c.referral)
        )
        await self.connection.execute(acting(agreed, on(referral, "approve"), By(officer, at)))

    async def _answers(self, referral: Referral) -> tuple[Answer, ...]:
        found = await self.connection.execute(
            select(consents).where(consents.c.referral == referral.id).order_by(consents.c.id)
        )
        return tuple(map(_answer, found))


def may_open(desk: str) -> ColumnElement[bool]:
    """Return the condition that a request may be sealed to a desk.

    It has it, a yes names it, or a danger that was acted on does (`bot.referrals.consent.named`).
    """
    brought = select(overrides.c.id).where(
        overrides.c.referral == referrals.c.id,
        overrides.c.purpose == Purpose.OFFICE,
        overrides.c.used.is_not(None),
        literal(desk) == any_(overrides.c.desks),
    )
    stands = func.consent_stands(referrals.c.id, Purpose.OFFICE, desk, type_=Boolean)
    return or_(referrals.c.office == desk, stands, brought.exists())


def _columns(referral: Referral, answer: Answer) -> dict[str, Any]:
    lists = {"offices": list(answer.offices), "fields": sorted(answer.fields)}
    return asdict(answer) | lists | {"referral": referral.id}


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        purpose=Purpose(row.purpose),
        given=row.given,
        notice=row.notice,
        language=row.language,
        at=row.at,
        offices=tuple(row.offices),
        kind=Service(row.kind) if row.kind else None,
        country=row.country,
        fields=frozenset(map(Field, row.fields)),
        whose=Whose(row.whose),
        young=row.young,
    )


def _override(row: Row[Any]) -> Override:
    return Override(
        row.id,
        row.recipient,
        Danger(row.why),
        row.asked_by,
        row.asked,
        row.confirmed_by,
        row.confirmed,
        tuple(row.desks),
        Purpose(row.purpose),
        row.used,
    )
