"""Where a person chose to be written to, and what they allowed (`bot.referrals.ContactStore`).

An address lives as short as can be: it goes when a line is on its way, and comes again with the
next yes.  Whatever takes a contact away takes the line that is not sent yet with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.privacy import Sealer
from bot.referrals import (
    DO_NOT_CONTACT,
    Action,
    Address,
    Allowed,
    Contact,
    Hours,
    Lifting,
    MayNotWrite,
    Referral,
    after_line,
    allowed_from,
    may_write,
)
from bot.store import erasures
from bot.store.audit import acting
from bot.store.defer import Defer
from bot.store.tables import contacts, referral_events, referrals, replies
from bot.store.turnlog import emptied

TELLING = frozenset({Action.ANSWER, Action.ACCEPT, Action.DECLINE, Action.FULL, Action.CLOSE})
"""What is worth one of the three lines that may come unasked: what somebody decided.

Who holds the code sees every step; a line for each would use up what is allowed before an answer.
"""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts inside the transaction of a connection."""

    connection: AsyncConnection
    sealer: Sealer
    defer: Defer

    async def link(self, referral: Referral, to: Address, at: datetime) -> None:
        """Let a line come to this chat in its hours, from a fresh yes on."""
        fresh = allowed_from(to.hours, to.zone, at)
        row = {
            "person": to.person,
            "channel": to.channel,
            "address_sealed": self._sealed(referral, to),
            "line": None,
            **columns_of(fresh),
        }
        await self.connection.execute(
            insert(contacts)
            .values(referral=referral.id, **row)
            .on_conflict_do_update(index_elements=["referral"], set_=row)
        )
        await self._consent(referrals.c.id == referral.id, Contact.HERE)

    async def allowed(self, referral: Referral, person: str | None = None) -> Allowed | None:
        """Return what is allowed; with a person, only where it is their chat."""
        mine = contacts.c.referral == referral.id
        if person is not None:
            mine &= contacts.c.person == person
        row = (await self.connection.execute(select(contacts).where(mine))).first()
        return to_allowed(row) if row is not None else None

    async def unread(self, referral: Referral) -> bool:
        """Tell whether something new waits that was not opened in the chat or with the code."""
        mine = contacts.c.referral == referral.id
        found = await self.connection.execute(select(contacts.c.unread).where(mine))
        return bool(found.scalar_one_or_none())

    async def confirm(self, referral: Referral, to: Address) -> None:
        """Allow the next line, in the hours chosen before; the address comes with the yes."""
        await self.connection.execute(
            update(contacts)
            .where(contacts.c.referral == referral.id, contacts.c.person == to.person)
            .values(confirmed=True, address_sealed=self._sealed(referral, to))
        )

    async def decline(self, referral: Referral, person: str) -> None:
        """Allow no line any more; with no code the chat stays the one way to read an answer."""
        mine = (contacts.c.referral == referral.id) & (contacts.c.person == person)
        coded = select(referrals.c.id).where(
            referrals.c.id == referral.id, referrals.c.code_check.is_not(None)
        )
        await forget(self.connection, mine & contacts.c.referral.in_(coded))
        await self.connection.execute(
            update(contacts).where(mine).values(address_sealed=None, confirmed=False, lines_left=0)
        )

    async def forget(self, referral: Referral) -> None:
        """Remove where the person can be written to, and a line that is not sent yet."""
        await forget(self.connection, contacts.c.referral == referral.id)

    async def forget_person(self, person: str) -> None:
        """Remove every contact of a chat."""
        await forget(self.connection, contacts.c.person == person)

    async def spend(self, referral: str, person: str, line: int, at: datetime) -> None:
        """Count a line that is about to be committed, and forget the address.

        Raises:
            MayNotWrite: the person did not allow a line now.
        """
        mine = (contacts.c.referral == referral) & (contacts.c.person == person)
        found = await self.connection.execute(select(contacts).where(mine).with_for_update())
        row = found.first()
        if row is None or not may_write(to_allowed(row), at):
            raise MayNotWrite("no line is allowed now")
        left = columns_of(after_line(to_allowed(row)))
        await self.connection.execute(
            update(contacts).where(mine).values(line=line, address_sealed=None, **left)
        )

    async def tell(self, referral: Referral, event: int, action: Action | None) -> None:
        """Queue the one neutral line for a person who chose to be written to in their chat."""
        if action not in TELLING:
            return
        linked = await self.connection.execute(
            update(contacts)
            .where(contacts.c.referral == referral.id)
            .values(unread=True)
            .returning(contacts.c.referral)
        )
        if linked.first() is not None:
            await self.defer(self.connection, "news", event=event)

    async def linked(self, referral: Referral) -> bool:
        """Tell whether an answer can come to a chat."""
        return await self.allowed(referral) is not None

    async def stop_checks(self, person: str) -> tuple[tuple[str, bytes], ...]:
        """Return number and stop word's check of every request whose answers come to this chat."""
        found = await self.connection.execute(
            select(referrals.c.reference, referrals.c.stop_check)
            .join(contacts, contacts.c.referral == referrals.c.id)
            .where(contacts.c.person == person, referrals.c.stop_check.is_not(None))
            .order_by(referrals.c.created.desc())
        )
        return tuple((row.reference, bytes(row.stop_check)) for row in found)

    async def stop(self, subject: str, at: datetime) -> None:
        """Mark a request 'do not contact', and tell its office.

        The same statements run where there is no such request, so that both take as long.
        """
        state = select(
            referrals.c.id, literal(at), literal(Action.STOP.value), referrals.c.state
        ).where(referrals.c.id == subject)
        await self.connection.execute(
            insert(referral_events).from_select(["referral", "at", "action", "state"], state)
        )
        await self.connection.execute(
            update(referrals).where(referrals.c.id == subject).values(do_not_contact=True)
        )
        await forget(self.connection, contacts.c.referral == subject)
        await self.connection.execute(erasures.noted(self.sealer.keys, "stop", subject))
        await self.defer(self.connection, "alert", referral=subject, step=DO_NOT_CONTACT)

    async def lift(self, referral: Referral, officer: str, at: datetime, why: Lifting) -> None:
        """Let the code open the request again; nothing comes unasked before a new yes.

        The audit of the office that has it says why.
        """
        lifted = (
            update(referrals)
            .where(referrals.c.id == referral.id)
            .values(do_not_contact=False)
            .returning(referrals.c.id)
        )
        act = Act(f"{Action.LIFT}:{why}", referral.id, chain=referral.office)
        await self.connection.execute(acting(lifted, act, By(officer, at)))
        await self.connection.execute(
            insert(referral_events).values(
                referral=referral.id,
                at=at,
                action=Action.LIFT,
                state=referral.state,
                officer=officer,
            )
        )

    def _sealed(self, referral: Referral, to: Address) -> bytes:
        return self.sealer.seal_json(to.address, "contact", referral.id)

    async def _consent(self, which: ColumnElement[bool], contact: Contact) -> None:
        await self.connection.execute(update(referrals).where(which).values(contact=contact))


async def forget(connection: AsyncConnection, mine: ColumnElement[bool]) -> None:
    """Remove contacts with all that hangs on them: unsent lines, and copies not read yet."""
    *first, gone = erasures.unlinked(mine)
    for statement in first:
        await connection.execute(statement)
    lines = select(contacts.c.line).where(mine, contacts.c.line.is_not(None))
    await connection.execute(
        update(replies)
        .where(replies.c.id.in_(lines), replies.c.body_sealed.is_not(None))
        .values(emptied())
    )
    await connection.execute(gone)


def to_allowed(row: Row[Any]) -> Allowed:
    """Return what the row of a contact allows."""
    return Allowed(Hours(row.hours), row.zone, row.until, row.lines_left, row.confirmed)


def columns_of(allowed: Allowed) -> Mapping[str, object]:
    """Return what is allowed, by column."""
    return {
        "hours": allowed.hours,
        "zone": allowed.zone,
        "until": allowed.until,
        "lines_left": allowed.left,
        "confirmed": allowed.confirmed,
    }
