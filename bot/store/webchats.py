"""What the web chat reads besides turns: whether a chat is known, its last reply, its news."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Chat, Rendered
from bot.privacy import BrokenSeal, Seals
from bot.store.tables import chats, replies
from bot.store.unit import IDLE, open_chat


@dataclass(frozen=True, slots=True)
class News:
    """A reply that came unasked; ids grow, so that a reader can resume after one."""

    id: int
    reply: Rendered


@dataclass(frozen=True, slots=True)
class WebChats:
    """Chats of the web channel, read outside a turn."""

    engine: AsyncEngine
    sealer: Seals

    async def find(self, person: str, at: datetime) -> Chat | None:
        """Return the chat; None where there is none or it has been idle for 24 hours."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(chats.c.state_sealed).where(
                    chats.c.person == person, chats.c.touched > at - IDLE
                )
            )
            sealed = found.scalar_one_or_none()
        return open_chat(self.sealer, person, sealed) if sealed is not None else None

    async def news(self, person: str, after: int) -> tuple[News, ...]:
        """Return what came unasked after an id, oldest first."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(replies.c.id, replies.c.body_sealed)
                .where(
                    replies.c.person == person,
                    replies.c.unasked,
                    replies.c.id > after,
                    replies.c.body_sealed.is_not(None),
                )
                .order_by(replies.c.id)
            )
            rows = found.all()
        found_news = (self._news(row.id, person, row.body_sealed) for row in rows)
        return tuple(one for one in found_news if one is not None)

    def _news(self, number: int, person: str, body: bytes) -> News | None:
        """Return a reply; one whose key is gone holds up none of the others."""
        try:
            return News(number, Rendered.from_json(self.sealer.open_json(body, "reply", person)))
        except BrokenSeal:
            return None
