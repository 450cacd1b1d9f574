"""What background work reads and writes (`bot.jobs.JobStore`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Wipe
from bot.privacy import BrokenSeal, Sealer, Seals
from bot.referrals import ENDED, State, Told
from bot.store.contacts import to_allowed
from bot.store.outbox import DELETABLE
from bot.store.tables import (
    alerts,
    channel_messages,
    contacts,
    referral_events,
    referrals,
    wipes,
)


@dataclass(frozen=True, slots=True)
class JobStore:
    """Each call is a transaction of its own."""

    engine: AsyncEngine
    sealer: Sealer
    drafts: Seals

    async def told_of(self, event: int) -> Told | None:
        """Return whom to tell of an event; None where nobody wants to be told any more."""
        query = (
            select(contacts, referrals.c.language, referrals.c.state)
            .join(referral_events, referral_events.c.referral == contacts.c.referral)
            .join(referrals, referrals.c.id == contacts.c.referral)
            .where(referral_events.c.id == event, ~referrals.c.do_not_contact)
        )
        async with self.engine.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        sealed = row.address_sealed
        address = self.sealer.open_json(sealed, "contact", row.referral) if sealed else None
        ended = State(row.state) in ENDED
        allowed = to_allowed(row)
        return Told(row.referral, row.person, row.channel, row.language, ended, allowed, address)

    async def drop_address(self, referral: str) -> None:
        """Forget where to write once the last line has gone out; the news can still be read."""
        async with self.engine.begin() as connection:
            await connection.execute(
                update(contacts).where(contacts.c.referral == referral).values(address_sealed=None)
            )

    async def wipe(self, wipe: int, at: datetime) -> Wipe | None:
        """Return what is still to be deleted of a chat that was left; None where it is done."""
        async with self.engine.connect() as connection:
            row = (await connection.execute(select(wipes).where(wipes.c.id == wipe))).first()
            if row is None:
                return None
            found = await connection.execute(
                select(channel_messages.c.message)
                .where(
                    channel_messages.c.person == row.person,
                    channel_messages.c.at <= row.at,
                    channel_messages.c.at > at - DELETABLE,
                )
                .order_by(channel_messages.c.message)
            )
            messages = tuple(found.scalars())
        try:
            address = self.drafts.open_json(row.address_sealed, "wipe", row.person)
        except BrokenSeal:
            return Wipe(row.person, row.channel, row.at, (), "")
        return Wipe(row.person, row.channel, row.at, messages, address)

    async def wiped(self, wipe: int, messages: Sequence[int]) -> None:
        """Forget the numbers of messages that are gone."""
        person = select(wipes.c.person).where(wipes.c.id == wipe).scalar_subquery()
        async with self.engine.begin() as connection:
            await connection.execute(
                delete(channel_messages).where(
                    channel_messages.c.person == person,
                    channel_messages.c.message.in_(messages),
                )
            )

    async def end_wipe(self, wipe: int) -> None:
        """Forget where the chat was."""
        async with self.engine.begin() as connection:
            await connection.execute(delete(wipes).where(wipes.c.id == wipe))

    async def alert(self, referral: str, step: str, at: datetime) -> None:
        """Put a line before the officers of the office that has it; the same step alerts once."""
        found = select(referrals.c.office, referrals.c.id, literal(step), literal(at)).where(
            referrals.c.id == referral
        )
        rows = insert(alerts).from_select(["office", "referral", "step", "at"], found)
        async with self.engine.begin() as connection:
            await connection.execute(rows.on_conflict_do_nothing())
