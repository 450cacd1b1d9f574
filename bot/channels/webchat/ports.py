"""What the web chat needs from the rest of the program."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.channels.webchat.pace import Pace
from bot.clock import Clock
from bot.conversation import Chat, Delivery, Rendered, Turn
from bot.i18n import Catalogs
from bot.privacy import Keys


class Handles(Protocol):
    """The dispatcher."""

    async def handle(self, turn: Turn) -> Delivery:
        """Return the committed reply to a turn; the same key gives the same reply again."""


class News(Protocol):
    """A reply that came unasked; ids grow, so that a reader can resume after one."""

    @property
    def id(self) -> int:
        """Its place in the order of all replies."""

    @property
    def reply(self) -> Rendered:
        """What it says."""


class Chats(Protocol):
    """The chats of this channel, read outside a turn."""

    async def find(self, person: str, at: datetime) -> Chat | None:
        """Return the chat; None where there is none or it has been idle for 24 hours."""

    async def news(self, person: str, after: int) -> Sequence[News]:
        """Return what came unasked after an id, oldest first."""


class Wakes(Protocol):
    """Tells that there may be news; a hint only, the chats are the truth."""

    def of(self, person: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Give an event that is set when there is news of the person."""


@dataclass(frozen=True, slots=True)
class WebChat:
    """What the routes are made of.

    `public_url` is asked at each request, since a free port is known only once it is bound.  Who
    sets `closing` wakes the waiting streams too, and they end.
    """

    dispatcher: Handles
    chats: Chats
    wakeups: Wakes
    catalogs: Callable[[], Catalogs]
    keys: Keys = field(repr=False)
    clock: Clock
    public_url: Callable[[], str]
    exit_url: str
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    pace: Pace = field(default_factory=Pace)
    ping_seconds: float = 20.0
