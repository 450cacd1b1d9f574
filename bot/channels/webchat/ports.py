"""What the web chat needs from the rest of the program."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.clock import Clock
from bot.conversation import Chat, Delivery, Door, Rendered, Turn
from bot.i18n import Catalogs
from bot.limits import BITS, Rate, Watch
from bot.privacy import Keys

TURNS = Rate(120, 2.0)
CHATS_OF_BLOCK = Rate(120, 2.0)
"""120 a minute."""
TURNS_OF_BLOCK = Rate(1_200, 20.0)
"""1,200 a minute."""


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


class Failures(Protocol):
    """The wrong codes that were counted."""

    async def failed_at(self, person: str, at: datetime) -> bool:
        """Tell whether a chat sent a wrong code in the turn of that moment."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one chat and one block of addresses may do before they wait, or do a little work.

    Far faster than a person taps, far slower than a program can; a block may be a whole camp.
    """

    turns: Rate = TURNS
    chats_of_block: Rate = CHATS_OF_BLOCK
    turns_of_block: Rate = TURNS_OF_BLOCK
    code_failures_of_block: int = 20
    """Wrong codes in a day, from which on each further code brings work."""
    streams: int = 3
    streams_of_block: int = 600
    bits: int = BITS
    turns_of_proof: int = 30
    seconds_of_proof: float = 600.0


def connection(request: web.Request) -> str:
    """Return the address at the other end of the connection, where no proxy is listed."""
    return request.remote or ""


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
    client: Callable[[web.Request], str] = connection
    failures: Failures | None = None
    watch: Watch = field(default_factory=Watch)
    door: Door | None = None
    """That of the dispatcher, so that reading a chat waits in the same line as handling a turn."""
    limits: Limits = field(default_factory=Limits)
    ping_seconds: float = 20.0
