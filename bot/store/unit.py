"""One transaction for one person: it locks them, remembers their turn, and commits or rolls back.

Turns of one person run one after the other in every process, since the lock is the database's;
turns of different people never wait for each other.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation import Chat, Delivery, Rendered, Session, Turn, Units
from bot.privacy import Sealer
from bot.store.codes import CODE_SHOWN, hide_codes, without_code
from bot.store.defer import Defer
from bot.store.referrals import Referrals
from bot.store.tables import (
    article_marks,
    chats,
    code_failures,
    confirmations,
    contacts,
    replies,
)

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:person, 0))")
NEWS = text("SELECT pg_notify(:channel, :person)")
NEWS_CHANNEL = "waypoint_news"
IDLE = timedelta(hours=24)
LEASE = timedelta(seconds=20)
"""How long the process that handled a turn has to send its reply before the sweep does."""


@dataclass(frozen=True, slots=True)
class TurnUnit:
    """The transaction of a turn (`bot.conversation.Unit`)."""

    connection: AsyncConnection
    sealer: Sealer
    defer: Defer
    pushing: frozenset[str]

    @property
    def referrals(self) -> Referrals:
        """The referrals inside this transaction."""
        return Referrals(self.connection, self.sealer, self.defer)

    async def recall(self, turn: Turn) -> tuple[Chat | None, Delivery | None]:
        """Lock the person; return the chat (None: new) and, for a key seen before, its reply."""
        await self.connection.execute(LOCK, {"person": turn.person})
        found = await self.connection.execute(
            select(
                replies.c.id, replies.c.body_sealed, replies.c.sent, replies.c.at, replies.c.pushes
            ).where(replies.c.person == turn.person, replies.c.key_hash == _key(turn.key))
        )
        if (seen := found.first()) is not None:
            body = seen.body_sealed
            reply = self._open_reply(turn.person, body) if body else Rendered((), "en", "ltr")
            if not seen.pushes and turn.at - seen.at > CODE_SHOWN:
                reply = without_code(reply)
            sent = seen.sent is not None
            return None, _delivery(seen.id, turn, reply, repeat=True, sent=sent)
        return await self._chat(turn.person, turn.at), None

    async def keep(self, turn: Turn, chat: Chat | None, reply: Rendered) -> Delivery:
        """Keep the chat (None: forget it) and the reply of the turn."""
        if chat is None:
            await self.connection.execute(delete(chats).where(chats.c.person == turn.person))
        else:
            await self._keep_chat(turn, chat)
        pushes = turn.channel in self.pushing
        if not (pushes or turn.unasked):
            await hide_codes(self.connection, self.sealer, replies.c.person == turn.person)
        row = {
            "person": turn.person,
            "key_hash": _key(turn.key),
            "channel": turn.channel,
            "at": turn.at,
            "pushes": pushes,
            "unasked": turn.unasked,
            "leased_until": _leased_until(turn, reply, pushes=pushes),
            "body_sealed": self.sealer.seal_json(reply.to_json(), "reply", turn.person),
            "address_sealed": self._seal_address(turn) if pushes else None,
        }
        made = await self.connection.execute(insert(replies).values(row).returning(replies.c.id))
        if turn.unasked:
            await self.connection.execute(NEWS, {"channel": NEWS_CHANNEL, "person": turn.person})
        return _delivery(made.scalar_one(), turn, reply)

    async def mark(self, article: str, language: str, mark: str, at: datetime) -> None:
        """Count a reader's mark on an article by day."""
        row = insert(article_marks).values(
            article=article, language=language, mark=mark, day=at.date(), count=1
        )
        await self.connection.execute(
            row.on_conflict_do_update(
                index_elements=["article", "language", "mark", "day"],
                set_={"count": article_marks.c.count + 1},
            )
        )

    async def confirmed(self) -> dict[str, datetime]:
        """Return the places whose office confirmed them, and when."""
        found = await self.connection.execute(select(confirmations.c.place, confirmations.c.at))
        return {row.place: row.at for row in found}

    async def erase_chat(self, person: str) -> None:
        """Remove all that is held for a chat but the turn that asks for it.

        What a reply said goes; key, person and time stay, so that no turn is handled twice.  The
        channel's message ids stay as long as the messages can be deleted there.
        """
        run = self.connection.execute
        await run(delete(chats).where(chats.c.person == person))
        await run(delete(contacts).where(contacts.c.person == person))
        await run(delete(code_failures).where(code_failures.c.person == person))
        await run(
            update(replies)
            .where(replies.c.person == person)
            .values(body_sealed=None, address_sealed=None, sent=func.now())
        )

    async def _chat(self, person: str, at: datetime) -> Chat | None:
        found = await self.connection.execute(
            select(chats.c.state_sealed, chats.c.touched).where(chats.c.person == person)
        )
        row = found.first()
        if row is None or at - row.touched > IDLE:
            return None
        return open_chat(self.sealer, person, row.state_sealed)

    async def _keep_chat(self, turn: Turn, chat: Chat) -> None:
        state = {
            "session": chat.session.to_json(),
            "buttons": list(chat.buttons),
            "last": chat.last.to_json() if chat.last else None,
        }
        sealed = self.sealer.seal_json(state, "chat", turn.person)
        row = insert(chats).values(
            person=turn.person, channel=turn.channel, state_sealed=sealed, touched=turn.at
        )
        await self.connection.execute(
            row.on_conflict_do_update(
                index_elements=["person"], set_={"state_sealed": sealed, "touched": turn.at}
            )
        )

    def _open_reply(self, person: str, body: bytes) -> Rendered:
        return Rendered.from_json(self.sealer.open_json(body, "reply", person))

    def _seal_address(self, turn: Turn) -> bytes:
        return self.sealer.seal_json([turn.address, turn.pressed], "reply-address", turn.person)


def open_chat(sealer: Sealer, person: str, sealed: bytes) -> Chat:
    """Return the chat that was kept."""
    state = sealer.open_json(sealed, "chat", person)
    last = Rendered.from_json(state["last"]) if state["last"] else None
    return Chat(Session.from_json(state["session"]), tuple(state["buttons"]), last)


def _leased_until(turn: Turn, reply: Rendered, *, pushes: bool) -> datetime | None:
    """Return until when one process alone sends it or, if it is fetched, shows its code."""
    if pushes:
        return turn.at + LEASE
    return turn.at + CODE_SHOWN if reply.secret else None


def turn_units(engine: AsyncEngine, sealer: Sealer, defer: Defer, pushing: frozenset[str]) -> Units:
    """Return what opens a transaction for a turn; `pushing` names the channels that send."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[TurnUnit]:
        async with engine.begin() as connection:
            yield TurnUnit(connection, sealer, defer, pushing)

    return opened


def _key(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _delivery(
    reply_id: int, turn: Turn, reply: Rendered, *, repeat: bool = False, sent: bool = False
) -> Delivery:
    return Delivery(
        reply_id, reply, turn.person, turn.channel, turn.address, turn.pressed, repeat, sent
    )
