"""One transaction for one person: it locks them, remembers their turn, and commits or rolls back.

Turns of one person run one after the other in every process, since the lock is the database's;
turns of different people never wait for each other.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation import Chat, Delivery, Rendered, Session, Turn, Units
from bot.i18n import SOURCE
from bot.privacy import BrokenSeal, Sealer, Seals
from bot.store import erasures
from bot.store.codes import CODE_SHOWN, hide_codes, without_code
from bot.store.defer import Defer
from bot.store.referrals import Referrals
from bot.store.setup import is_finished
from bot.store.tables import (
    article_marks,
    chats,
    confirmations,
    replies,
    wipes,
)
from bot.store.turnlog import emptied

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
    drafts: Seals
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
            reply = self._open_reply(turn.person, seen.body_sealed)
            if not seen.pushes and turn.at - seen.at > CODE_SHOWN:
                reply = without_code(reply)
            sent = seen.sent is not None and seen.pushes
            return None, _delivery(seen.id, turn, reply, repeat=True, sent=sent)
        return await self._chat(turn.person, turn.at), None

    async def keep(self, turn: Turn, chat: Chat | None, reply: Rendered) -> Delivery:
        """Keep the chat (None: forget it, and what was said in it) and the reply of the turn.

        Raises:
            MayNotWrite: the turn is unasked, and the person does not allow a line now.
        """
        if chat is None:
            await self.connection.execute(delete(chats).where(chats.c.person == turn.person))
            await self.empty_replies(turn.person)
        else:
            await self._keep_chat(turn, chat)
        pushes = turn.channel in self.pushing
        if not (pushes or turn.unasked):
            await hide_codes(self.connection, self.drafts, replies.c.person == turn.person)
        row = {
            "person": turn.person,
            "key_hash": _key(turn.key),
            "channel": turn.channel,
            "at": turn.at,
            "pushes": pushes,
            "unasked": turn.unasked,
            "leased_until": _leased_until(turn, reply, pushes=pushes),
            "body_sealed": self.drafts.seal_json(reply.to_json(), "reply", turn.person),
            "address_sealed": self._seal_address(turn) if pushes else None,
        }
        made = await self.connection.execute(insert(replies).values(row).returning(replies.c.id))
        number: int = made.scalar_one()
        if turn.about is not None:
            spend = self.referrals.contacts.spend
            await spend(turn.about, turn.person, number, turn.at)
        if turn.unasked:
            await self.connection.execute(NEWS, {"channel": NEWS_CHANNEL, "person": turn.person})
        if (reply.wipe or reply.secret) and pushes and turn.address is not None:
            await self._wipe_later(turn, turn.address, number, whole=reply.wipe)
        return _delivery(number, turn, reply)

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

    async def empty_replies(self, person: str) -> None:
        """Empty all that was said to a person until now; that their turns were handled stays."""
        await self.connection.execute(
            update(replies)
            .where(
                replies.c.person == person,
                ~replies.c.unasked,
                replies.c.body_sealed.is_not(None) | replies.c.address_sealed.is_not(None),
            )
            .values(emptied())
        )

    async def setup_finished(self) -> bool:
        """Tell whether the duty desk and recovery have keys: until then a taken disk reads all."""
        return await is_finished(self.connection)

    async def erase_chat(self, person: str) -> None:
        """Remove all that is held for a chat but the turn that asks for it.

        What a reply said goes; key, person and time stay, so that no turn is handled twice.  The
        channel's message ids stay as long as the messages can be deleted there, and so do wrong
        codes for their day: who erases must not win new tries.
        """
        run = self.connection.execute
        await self.referrals.contacts.forget_person(person)
        await run(delete(chats).where(chats.c.person == person))
        await run(update(replies).where(replies.c.person == person).values(emptied()))
        await run(erasures.noted(self.sealer.keys, "chat", person))

    async def _chat(self, person: str, at: datetime) -> Chat | None:
        found = await self.connection.execute(
            select(chats.c.state_sealed, chats.c.touched).where(chats.c.person == person)
        )
        row = found.first()
        if row is None or at - row.touched > IDLE:
            return None
        return open_chat(self.drafts, person, row.state_sealed)

    async def _keep_chat(self, turn: Turn, chat: Chat) -> None:
        state = {
            "session": chat.session.to_json(),
            "buttons": list(chat.buttons),
            "last": chat.last.to_json() if chat.last else None,
        }
        sealed = self.drafts.seal_json(state, "chat", turn.person)
        row = insert(chats).values(
            person=turn.person, channel=turn.channel, state_sealed=sealed, touched=turn.at
        )
        await self.connection.execute(
            row.on_conflict_do_update(
                index_elements=["person"], set_={"state_sealed": sealed, "touched": turn.at}
            )
        )

    def _open_reply(self, person: str, body: bytes | None) -> Rendered:
        """Return what was said; nothing where it was emptied or the key of its day is gone."""
        try:
            if body is not None:
                return Rendered.from_json(self.drafts.open_json(body, "reply", person))
        except BrokenSeal:
            pass
        return Rendered((), SOURCE, "ltr")

    def _seal_address(self, turn: Turn) -> bytes:
        return self.drafts.seal_json([turn.address, turn.pressed], "reply-address", turn.person)

    async def _wipe_later(self, turn: Turn, address: str, reply: int, *, whole: bool) -> None:
        """Let a job go on deleting what the channel does not delete at once."""
        made = await self.connection.execute(
            insert(wipes)
            .values(
                person=turn.person,
                channel=turn.channel,
                at=turn.at,
                reply=reply,
                whole=whole,
                address_sealed=self.drafts.seal_json(address, "wipe", turn.person),
            )
            .returning(wipes.c.id)
        )
        await self.defer(self.connection, "wipe", wipe=made.scalar_one())


def open_chat(drafts: Seals, person: str, sealed: bytes) -> Chat | None:
    """Return the chat that was kept; one whose key is gone is as if it had never been."""
    try:
        state = drafts.open_json(sealed, "chat", person)
    except BrokenSeal:
        return None
    last = Rendered.from_json(state["last"]) if state["last"] else None
    return Chat(Session.from_json(state["session"]), tuple(state["buttons"]), last)


def _leased_until(turn: Turn, reply: Rendered, *, pushes: bool) -> datetime | None:
    """Return until when one process alone sends it or, if it is fetched, shows its code."""
    if pushes:
        return turn.at + LEASE
    return turn.at + CODE_SHOWN if reply.secret else None


def turn_units(
    engine: AsyncEngine, drafts: Seals, sealer: Sealer, defer: Defer, pushing: frozenset[str]
) -> Units:
    """Return what opens a transaction for a turn; `pushing` names the channels that send.

    `drafts` seals what is still in the making, `sealer` what waits for an answer.
    """

    @asynccontextmanager
    async def opened() -> AsyncIterator[TurnUnit]:
        async with engine.begin() as connection:
            yield TurnUnit(connection, drafts, sealer, defer, pushing)

    return opened


def _key(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _delivery(
    reply_id: int, turn: Turn, reply: Rendered, *, repeat: bool = False, sent: bool = False
) -> Delivery:
    return Delivery(
        reply_id,
        reply,
        turn.person,
        turn.channel,
        turn.address,
        turn.pressed,
        repeat,
        sent,
        turn.unasked,
    )
