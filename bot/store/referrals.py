"""Referrals in PostgreSQL (`bot.referrals.ReferralStore`).

Moves are compared and set in one statement: of two who act at once, one wins.  What identifies a
person is sealed here and nowhere else.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.directory import Point
from bot.privacy import Sealer
from bot.referrals import (
    ENDED,
    Action,
    Address,
    Author,
    CaseMessage,
    Category,
    Consent,
    Contact,
    Event,
    Outcome,
    Particulars,
    Referral,
    Request,
    State,
    Urgency,
)
from bot.store.defer import Defer
from bot.store.tables import (
    alerts,
    case_messages,
    code_failures,
    contacts,
    officers,
    referral_events,
    referrals,
)

A_DAY = timedelta(hours=24)
# Roles whose holder can take a request of their office.
TAKERS = ("officer", "supervisor", "clinician", "admin")


@dataclass(frozen=True, slots=True)
class Referrals:
    """Referrals inside the transaction of a connection."""

    connection: AsyncConnection
    sealer: Sealer
    defer: Defer

    async def onboarded(self) -> frozenset[str]:
        """Return the ids of the offices that have an officer."""
        found = await self.connection.execute(
            select(officers.c.office)
            .where(officers.c.role.in_(TAKERS), officers.c.password_hash.is_not(None))
            .distinct()
        )
        return frozenset(found.scalars())

    async def insert(self, referral: Referral, request: Request, code_hash: str | None) -> bool:
        """Keep a new referral, its first event and its notice; False if the reference is taken."""
        sealed = self.sealer.seal_json(asdict(request.particulars), "particulars", referral.id)
        made = await self.connection.execute(
            insert(referrals)
            .values(**_columns(referral), code_hash=code_hash, particulars_sealed=sealed)
            .on_conflict_do_nothing(index_elements=["reference"])
            .returning(referrals.c.id)
        )
        if made.first() is None:
            return False
        await self._note(referral, Event(referral.created, None, referral.state))
        if request.answer_to is not None:
            await self.link(referral, request.answer_to)
        await self.defer(self.connection, "alert", referral=referral.id, step="new")
        return True

    async def by_reference(self, reference: str) -> Referral | None:
        """Return the referral, or None."""
        found = await self.connection.execute(
            select(referrals).where(referrals.c.reference == reference)
        )
        row = found.first()
        return from_row(row) if row is not None else None

    async def code_hash(self, reference: str) -> str | None:
        """Return the stored hash of the code; None where there is no such number or no code."""
        found = await self.connection.execute(
            select(referrals.c.code_hash).where(referrals.c.reference == reference)
        )
        value: str | None = found.scalar_one_or_none()
        return value

    async def particulars(self, referral: Referral) -> Particulars:
        """Return what is encrypted, opened."""
        found = await self.connection.execute(
            select(referrals.c.particulars_sealed).where(referrals.c.id == referral.id)
        )
        stored = self.sealer.open_json(found.scalar_one(), "particulars", referral.id)
        town = Point(**stored.pop("town")) if stored["town"] else None
        return Particulars(**{**stored, "town": town})

    async def move(self, referral: Referral, event: Event) -> Referral | None:
        """Apply an event to a referral that is still as given; None if somebody was faster."""
        claimed_by = _claimed_by(referral, event)
        moved = await self.connection.execute(
            update(referrals)
            .where(
                referrals.c.id == referral.id,
                referrals.c.state == referral.state,
                referrals.c.claimed_by.is_not_distinct_from(referral.claimed_by),
            )
            .values(state=event.state, claimed_by=claimed_by, changed=event.at)
            .returning(referrals)
        )
        row = moved.first()
        if row is None:
            return None
        number = await self._note(referral, event)
        if event.action is not Action.WITHDRAW:
            await self._tell_person(referral, number)
        return from_row(row)

    async def write(self, referral: Referral, author: Author, text: str, at: datetime) -> None:
        """Add a message to the case."""
        message = str(uuid.uuid4())
        await self.connection.execute(
            insert(case_messages).values(
                id=message,
                referral=referral.id,
                at=at,
                author=author,
                text_sealed=self.sealer.seal(_encoded(text), "case-message", message),
            )
        )
        if author is Author.PERSON:
            await self.defer(self.connection, "alert", referral=referral.id, step=message)

    async def messages(self, referral: Referral) -> tuple[CaseMessage, ...]:
        """Return the messages of the case, oldest first."""
        found = await self.connection.execute(
            select(case_messages)
            .where(case_messages.c.referral == referral.id)
            .order_by(case_messages.c.at, case_messages.c.id)
        )
        return tuple(self._message(row) for row in found)

    async def events(self, referral: Referral) -> tuple[Event, ...]:
        """Return what happened, oldest first."""
        found = await self.connection.execute(
            select(referral_events)
            .where(referral_events.c.referral == referral.id)
            .order_by(referral_events.c.id)
        )
        return tuple(_event(row) for row in found)

    async def linked(self, person: str, *, unread: bool = False) -> tuple[Referral, ...]:
        """Return the open referrals whose answers come to this chat, newest first."""
        query = (
            select(referrals)
            .join(contacts, contacts.c.referral == referrals.c.id)
            .where(contacts.c.person == person)
            .order_by(referrals.c.created.desc())
        )
        if unread:
            query = query.where(contacts.c.unread)
        found = await self.connection.execute(query)
        return tuple(from_row(row) for row in found)

    async def link(self, referral: Referral, to: Address) -> None:
        """Let answers come to this chat from now on."""
        sealed = self.sealer.seal_json(to.address, "contact", referral.id)
        row = {"person": to.person, "channel": to.channel, "address_sealed": sealed}
        await self.connection.execute(
            insert(contacts)
            .values(referral=referral.id, **row)
            .on_conflict_do_update(index_elements=["referral"], set_=row)
        )
        await self.connection.execute(
            update(referrals).where(referrals.c.id == referral.id).values(contact=Contact.HERE)
        )

    async def read(self, referral: Referral) -> None:
        """Note that the person has seen what was new; the link of an ended referral goes."""
        mine = contacts.c.referral == referral.id
        if referral.state in ENDED:
            await self.connection.execute(delete(contacts).where(mine))
        else:
            await self.connection.execute(update(contacts).where(mine).values(unread=False))

    async def erase(self, referral: Referral) -> None:
        """Remove the referral and all that hangs on it; no row stays."""
        for table in (case_messages, contacts, referral_events, alerts):
            await self.connection.execute(delete(table).where(table.c.referral == referral.id))
        await self.connection.execute(delete(referrals).where(referrals.c.id == referral.id))

    async def forget_address(self, referral: Referral) -> None:
        """Remove where the person can be written to."""
        await self.connection.execute(delete(contacts).where(contacts.c.referral == referral.id))

    async def failures(self, person: str, at: datetime) -> int:
        """Return how many wrong codes this chat sent in the last 24 hours."""
        found = await self.connection.execute(
            select(func.count()).where(
                code_failures.c.person == person, code_failures.c.at > at - A_DAY
            )
        )
        return int(found.scalar_one())

    async def failed(self, person: str, at: datetime) -> None:
        """Count a wrong code of this chat."""
        await self.connection.execute(insert(code_failures).values(person=person, at=at))

    async def _note(self, referral: Referral, event: Event) -> int:
        made = await self.connection.execute(
            insert(referral_events)
            .values(referral=referral.id, **asdict(event))
            .returning(referral_events.c.id)
        )
        return int(made.scalar_one())

    async def _tell_person(self, referral: Referral, event: int) -> None:
        """Queue the one neutral line for a person who chose to be written to in their chat."""
        linked = await self.connection.execute(
            update(contacts)
            .where(contacts.c.referral == referral.id)
            .values(unread=True)
            .returning(contacts.c.referral)
        )
        if linked.first() is not None:
            await self.defer(self.connection, "news", event=event)

    def _message(self, row: Row[Any]) -> CaseMessage:
        text = self.sealer.open(row.text_sealed, "case-message", row.id)
        return CaseMessage(
            row.id, row.at, Author(row.author), text.decode("utf-8", "surrogatepass")
        )


def from_row(row: Row[Any]) -> Referral:
    """Return the referral of a row."""
    contact = Contact(row.contact)
    return Referral(
        id=row.id,
        reference=row.reference,
        office=row.office,
        category=Category(row.category),
        urgency=Urgency(row.urgency),
        language=row.language,
        state=State(row.state),
        consent=Consent(row.consent_office, row.consent_partner, contact, row.notice),
        created=row.created,
        due=row.due,
        claimed_by=row.claimed_by,
    )


def _columns(referral: Referral) -> dict[str, object]:
    consent = referral.consent
    plain = ("id", "reference", "office", "category", "urgency", "language", "state", "created")
    return {name: getattr(referral, name) for name in plain} | {
        "due": referral.due,
        "changed": referral.created,
        "consent_office": consent.office,
        "consent_partner": consent.partner,
        "contact": consent.contact,
        "notice": consent.notice,
    }


def _claimed_by(referral: Referral, event: Event) -> str | None:
    """Return whose it is after an event: nobody's in the queue, else the officer's who acts."""
    if event.state is State.WAITING:
        return None
    if event.state in ENDED or event.officer is None:
        return referral.claimed_by
    return event.officer


def _event(row: Row[Any]) -> Event:
    action = Action(row.action) if row.action else None
    outcome = Outcome(row.outcome) if row.outcome else None
    return Event(row.at, action, State(row.state), row.officer, outcome)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
