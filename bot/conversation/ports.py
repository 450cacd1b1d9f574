"""What a conversation needs from a store; `bot/store/unit.py` keeps these promises."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.conversation.rendered import Rendered
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from bot.referrals import ReferralStore


@dataclass(frozen=True, slots=True)
class Chat:
    """What is remembered of a chat: the session, the last reply and what its numbers press."""

    session: Session
    buttons: tuple[str, ...] = ()
    last: Rendered | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reply that is committed and may go out.

    `id` names it for `sent`; `repeat` tells that the turn was handled before, `sent` that its
    reply has already gone out, `unasked` that it answers no turn of the person.
    """

    id: int
    reply: Rendered = field(repr=False)
    person: str
    channel: str
    address: str | None = field(repr=False)
    pressed: str | None = None
    repeat: bool = False
    sent: bool = False
    unasked: bool = False

    def late(self) -> "Delivery":
        """Return it as it may go out long after the turn; the neutral line is dull as it is."""
        return self if self.unasked else replace(self, reply=self.reply.as_late())


@dataclass(frozen=True, slots=True)
class Wipe:
    """Messages that are to go since a chat was left, or a code shown, in a turn of that moment.

    `early` tells that more may still come, or that a code has not stood there for its time yet.
    """

    person: str
    channel: str
    at: datetime
    messages: tuple[int, ...]
    address: str = field(repr=False)
    early: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message in a chat is now: with buttons or not, with a code or not.

    `reply` is the reply it belongs to; None: it is the person's own.
    """

    reply: int | None = None
    keyboard: bool = False
    secret: bool = False


OWN = Shown()


class Unit(Protocol):
    """One transaction that holds the lock of one person."""

    @property
    def referrals(self) -> ReferralStore:
        """The referrals inside this transaction."""

    async def recall(self, turn: Turn) -> tuple[Chat | None, Delivery | None]:
        """Lock the person; return the chat (None: new) and, for a key seen before, its reply."""

    async def keep(self, turn: Turn, chat: Chat | None, reply: Rendered) -> Delivery:
        """Keep the chat (None: forget it, and what was said in it) and the reply of the turn.

        Raises:
            MayNotWrite: the turn is unasked, and the person does not allow a line now.
        """

    async def mark(self, article: str, language: str, mark: str, at: datetime) -> None:
        """Count a reader's mark on an article by day."""

    async def confirmed(self) -> dict[str, datetime]:
        """Return the places whose office confirmed them, and when."""

    async def empty_replies(self, person: str) -> None:
        """Empty all that was said to a person until now; that their turns were handled stays."""

    async def setup_finished(self) -> bool:
        """Tell whether the duty desk and recovery have keys: until then a taken disk reads all."""

    async def erase_chat(self, person: str) -> None:
        """Remove all that is held for a chat but the turn that asks for it."""


class Outbox(Protocol):
    """What is committed and not yet known to be sent, over all processes."""

    async def sent(self, delivery: Delivery, at: datetime) -> None:
        """Mark a reply as sent and empty it."""

    async def goes_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """Return when a line that came unasked may go out: now, later, or never."""

    async def later(self, delivery: Delivery, at: datetime) -> None:
        """Let the reply be tried again from then on."""

    async def due(self, at: datetime, limit: int = 50) -> tuple[Delivery, ...]:
        """Take a lease on replies that nobody is sending, oldest first."""


class MessageIds(Protocol):
    """A channel's own ids of the messages of a chat in the last 48 hours, both directions."""

    async def keep(self, person: str, ids: Sequence[int], at: datetime, shown: Shown = OWN) -> None:
        """Remember ids and what the messages are now."""

    async def known(self, person: str, at: datetime) -> tuple[int, ...]:
        """Return the ids younger than 48 hours, oldest first."""

    async def keyboards(self, person: str) -> tuple[int, ...]:
        """Return the ids of the messages that have buttons now."""

    async def unmark(self, person: str, ids: Sequence[int]) -> None:
        """Note that these messages have no buttons any more."""

    async def drop(self, person: str, ids: Sequence[int]) -> None:
        """Forget ids: the messages are gone."""


class SetAside(Protocol):
    """Where something goes that a channel sent and nobody could read."""

    async def put(self, channel: str, raw: bytes, at: datetime) -> None:
        """Keep it encrypted, for a developer, and never in a log."""


Units = Callable[[], AbstractAsyncContextManager[Unit]]
