"""What goes out and what was sent: replies, the channel's message ids, what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation import OWN, Delivery, Rendered, Shown
from bot.privacy import BrokenSeal, Log, Seals
from bot.referrals import line_goes_at
from bot.store.codes import hide_code
from bot.store.contacts import to_allowed
from bot.store.tables import channel_messages, contacts, replies, set_aside
from bot.store.turnlog import emptied
from bot.store.unit import LEASE

log = Log(__name__)

DELETABLE = timedelta(hours=48)
GIVE_UP = timedelta(hours=24)
"""A reply that could not be sent for a day answers a question nobody waits on any more."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Committed replies (`bot.conversation.Outbox`).

    `channels` are those this process can send on (None: all): it takes no lease on what others
    must send.
    """

    engine: AsyncEngine
    sealer: Seals
    channels: frozenset[str] | None = None

    async def sent(self, delivery: Delivery, at: datetime) -> None:
        """Mark a reply as sent and empty it; one that is fetched instead stays to be fetched."""
        async with self.engine.begin() as connection:
            await connection.execute(
                update(replies)
                .where(replies.c.id == delivery.id, replies.c.pushes)
                .values(emptied(at))
            )

    async def code_shown(self, delivery: Delivery) -> None:
        """Take the code out of a reply that is not wholly sent yet: its channel has taken it."""
        async with self.engine.begin() as connection:
            await hide_code(connection, self.sealer, delivery.id)

    async def goes_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """Return when a line that came unasked may go out: now, later, or never."""
        async with self.engine.connect() as connection:
            found = await connection.execute(select(contacts).where(contacts.c.line == delivery.id))
            row = found.first()
        return line_goes_at(to_allowed(row), at) if row is not None else None

    async def later(self, delivery: Delivery, at: datetime) -> None:
        """Let the reply be tried again from then on."""
        async with self.engine.begin() as connection:
            await connection.execute(
                update(replies)
                .where(replies.c.id == delivery.id)
                .values(leased_until=at, tries=replies.c.tries + 1)
            )

    async def due(self, at: datetime, limit: int = 50) -> tuple[Delivery, ...]:
        """Take a lease on replies that nobody is sending, oldest first."""
        waiting = (
            select(replies.c.id)
            .where(
                replies.c.pushes,
                *self._ours(),
                replies.c.sent.is_(None),
                replies.c.leased_until < at,
                replies.c.at > at - GIVE_UP,
            )
            .order_by(replies.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self.engine.begin() as connection:
            found = await connection.execute(
                update(replies)
                .where(replies.c.id.in_(waiting))
                .values(leased_until=at + LEASE)
                .returning(replies)
            )
            rows = sorted(found, key=lambda row: row.id)
            opened = {row.id: self._opened(row) for row in rows}
            await self._give_up(
                [number for number, one in opened.items() if one is None], connection, at
            )
        return tuple(one for one in opened.values() if one is not None)

    async def _give_up(
        self, numbers: Sequence[int], connection: AsyncConnection, at: datetime
    ) -> None:
        """Empty replies that nobody can open any more: the key of their day is gone."""
        if not numbers:
            return
        await connection.execute(
            update(replies).where(replies.c.id.in_(numbers)).values(emptied(at))
        )

    def _ours(self) -> list[ColumnElement[bool]]:
        return [] if self.channels is None else [replies.c.channel.in_(self.channels)]

    def _opened(self, row: Row[Any]) -> Delivery | None:
        """Return the reply; one that does not open holds up none of the others."""
        try:
            return self._delivery(row)
        except BrokenSeal as error:
            log.error("reply-unreadable", error, channel=row.channel)
            return None

    def _delivery(self, row: Row[Any]) -> Delivery:
        body = self.sealer.open_json(row.body_sealed, "reply", row.person)
        address, pressed = self.sealer.open_json(row.address_sealed, "reply-address", row.person)
        reply = Rendered.from_json(body)
        return Delivery(
            row.id,
            reply,
            row.person,
            row.channel,
            address,
            pressed,
            repeat=True,
            unasked=row.unasked,
        )


@dataclass(frozen=True, slots=True)
class MessageIds:
    """The channel's own message ids (`bot.conversation.MessageIds`)."""

    engine: AsyncEngine

    async def keep(self, person: str, ids: Sequence[int], at: datetime, shown: Shown = OWN) -> None:
        """Remember ids and what the messages are now."""
        if not ids:
            return
        now = {"reply": shown.reply, "keyboard": shown.keyboard, "secret": shown.secret}
        rows = [{"person": person, "message": one, "at": at, **now} for one in ids]
        made = insert(channel_messages).values(rows)
        async with self.engine.begin() as connection:
            await connection.execute(
                made.on_conflict_do_update(index_elements=["person", "message"], set_=now)
            )

    async def known(self, person: str, at: datetime) -> tuple[int, ...]:
        """Return the ids younger than 48 hours, oldest first."""
        return await self._ids(person, channel_messages.c.at > at - DELETABLE)

    async def keyboards(self, person: str) -> tuple[int, ...]:
        """Return the ids of the messages that have buttons now."""
        return await self._ids(person, channel_messages.c.keyboard)

    async def unmark(self, person: str, ids: Sequence[int]) -> None:
        """Note that these messages have no buttons any more."""
        async with self.engine.begin() as connection:
            await connection.execute(
                update(channel_messages)
                .where(channel_messages.c.person == person, channel_messages.c.message.in_(ids))
                .values(keyboard=False)
            )

    async def drop(self, person: str, ids: Sequence[int]) -> None:
        """Forget ids: the messages are gone."""
        async with self.engine.begin() as connection:
            await connection.execute(
                delete(channel_messages).where(
                    channel_messages.c.person == person, channel_messages.c.message.in_(ids)
                )
            )

    async def _ids(self, person: str, condition: Any) -> tuple[int, ...]:
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(channel_messages.c.message)
                .where(channel_messages.c.person == person, condition)
                .order_by(channel_messages.c.message)
            )
            return tuple(found.scalars())


@dataclass(frozen=True, slots=True)
class SetAside:
    """What could not be read (`bot.conversation.SetAside`)."""

    engine: AsyncEngine
    sealer: Seals

    async def put(self, channel: str, raw: bytes, at: datetime) -> None:
        """Keep it encrypted under the key of the day, for a developer, and never in a log."""
        sealed = self.sealer.seal(raw, "set-aside", channel)
        async with self.engine.begin() as connection:
            await connection.execute(
                insert(set_aside).values(channel=channel, at=at, raw_sealed=sealed)
            )
