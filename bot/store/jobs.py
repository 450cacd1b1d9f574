"""What background work reads and writes (`bot.jobs.JobStore`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Wipe
from bot.privacy import BrokenSeal, Sealer, Seals
from bot.referrals import DO_NOT_CONTACT, ENDED, OFFER_OVER, SINCE, State, Told
from bot.store.contacts import to_allowed
from bot.store.outbox import DELETABLE
from bot.store.tables import (
    alerts,
    channel_messages,
    contacts,
    offers,
    referral_events,
    referrals,
    replies,
    wipes,
)

CODE_STANDS = timedelta(seconds=60)


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
        """Return what is still to be deleted; None where it is done."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(wipes, replies.c.sent)
                .outerjoin(replies, replies.c.id == wipes.c.reply)
                .where(wipes.c.id == wipe)
            )
            if (row := found.first()) is None:
                return None
            numbers = await connection.execute(
                select(channel_messages.c.message)
                .where(
                    channel_messages.c.person == row.person,
                    _to_go(row),
                    channel_messages.c.at > at - DELETABLE,
                )
                .order_by(channel_messages.c.message)
            )
            messages = tuple(numbers.scalars())
        try:
            address = self.drafts.open_json(row.address_sealed, "wipe", row.person)
        except BrokenSeal:
            return Wipe(row.person, row.channel, row.at, (), "")
        if _is_early(row, at):
            return Wipe(row.person, row.channel, row.at, (), address, early=True)
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

    async def alert(self, referral: str, step: str, at: datetime, offer: str | None = None) -> None:
        """Put a line before the officers of the office that has it; the same step alerts once.

        With an offer it stands before the partner that this was made to; nobody is asked any more
        to answer what is answered or over.  A stop word stands there again each time: between two
        of them an officer had lifted it.
        """
        line = (literal(step), literal(at))
        found = select(referrals.c.office, referrals.c.id, *line).where(referrals.c.id == referral)
        if offer is not None:
            found = select(offers.c.partner, offers.c.referral, *line).where(offers.c.id == offer)
            if step.partition(SINCE)[0] not in OFFER_OVER:
                found = found.where(offers.c.answer.is_(None), offers.c.expires > at)
        rows = insert(alerts).from_select(["office", "referral", "step", "at"], found)
        async with self.engine.begin() as connection:
            await connection.execute(
                rows.on_conflict_do_update(
                    index_elements=["referral", "step", "office"],
                    set_={"at": at, "ticked": None, "ticked_by": None},
                    where=(alerts.c.step == DO_NOT_CONTACT) & alerts.c.ticked.is_not(None),
                )
            )


def _to_go(row: Row[Any]) -> ColumnElement[bool]:
    """Return which messages go: a chat's up to the reply it was left with, or those with a code.

    By the reply they belong to, not by their time: one that was still on its way when its chat was
    left may have been shown later than what is harmless.
    """
    reply = channel_messages.c.reply
    if not row.whole:
        return and_(channel_messages.c.secret, reply == row.reply)
    return or_(and_(reply.is_(None), channel_messages.c.at <= row.at), reply < row.reply)


def _is_early(row: Row[Any], at: datetime) -> bool:
    """Tell whether a code is not shown yet, or not for as long as was said."""
    return not row.whole and (row.sent is None or at < row.sent + CODE_STANDS)
