"""What the console needs from the rest of the program; the application joins it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from bot.audit import AuditLog
from bot.clock import Clock
from bot.directory import Directory, Point
from bot.i18n import Catalogs
from bot.privacy import SetUpKey
from bot.referrals import (
    AgreementStore,
    AlertStore,
    Judged,
    Kept,
    NoteStore,
    OfferStore,
    QueueStore,
    Referral,
    Referrals,
    TimesStore,
)
from bot.replies import Reply
from bot.staff import Door, OfficeKeys, Passwords, Pause, Profile, StaffStore


class Work(Protocol):
    """One transaction as the console sees it; its end commits, an error rolls back."""

    @property
    def staff(self) -> StaffStore:
        """Officers and their sign-ins."""
        ...

    @property
    def queue(self) -> QueueStore:
        """The requests of an office."""
        ...

    @property
    def referrals(self) -> Referrals:
        """The rules for requests, bound to this transaction and moment."""
        ...

    @property
    def alerts(self) -> AlertStore:
        """What stands before the officers of an office until somebody ticks it off."""
        ...

    @property
    def notes(self) -> NoteStore:
        """What officers note of a case among themselves."""
        ...

    @property
    def times(self) -> TimesStore:
        """When offices work, and when their officers are away."""
        ...

    async def keep(self, referral: Referral, officer: str) -> bool:
        """Keep what a person took back, as a life is in danger; False where it is not to be."""
        ...

    @property
    def offers(self) -> OfferStore:
        """What is offered to partners."""
        ...

    @property
    def agreements(self) -> AgreementStore:
        """With which partners data may be shared."""
        ...

    async def rewrap(self, referral: Referral, desks: Sequence[str], keys: OfficeKeys) -> None:
        """Wrap what is sealed of a request for these desks alone, the first of which gets it."""
        ...

    async def town(self, referral: Referral, keys: OfficeKeys, officer: str) -> Point | None:
        """Return the town of a request, to rank partners by; the audit says for whom.

        Raises:
            NotOpenable: none of the keys opens it.
        """
        ...

    @property
    def audit(self) -> AuditLog:
        """The audit, for acts that write no entry by themselves."""
        ...

    async def tend(self, office: str, keys: OfficeKeys, after: str | None = None) -> str | None:
        """Wrap some open requests of an office for whoever lacks one, behind those up to `after`.

        Return behind which text the next call goes on, None at the end.
        """
        ...

    async def profile(self, officer: str) -> Profile:
        """Return what an officer said of themselves."""
        ...

    async def keep_profile(self, officer: str, profile: Profile) -> None:
        """Keep what an officer says of themselves; the audit notes that it changed."""
        ...

    async def hold(self, reference: str) -> None:
        """Let everybody else who acts on this request wait until the transaction ends."""
        ...


def remote(request: web.Request) -> str:
    """Return the network address of whoever is at the other end of the connection."""
    return request.remote or ""


@asynccontextmanager
async def no_news(_office: str) -> AsyncIterator[asyncio.Event]:
    """Give an event that is never set, where nobody tells of changes."""
    yield asyncio.Event()


@dataclass(frozen=True, slots=True)
class Live:
    """What pages that change by themselves need.

    `news` gives an event that is set when something changed in the queue of an office: a hint
    only.  `tell` sets those of this process, for a claim, of which the database tells nobody.
    Who sets `closing` wakes the open pages too, and they end.  A page is sent again `every` so
    many seconds at the latest, and never sooner than `gap` seconds after the last.
    """

    news: Callable[[str], AbstractAsyncContextManager[asyncio.Event]] = no_news
    tell: Callable[[str], None] = lambda _office: None
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    every: float = 20.0
    gap: float = 1.0


@dataclass(frozen=True, slots=True)
class Deps:
    """The parts the console is made of.

    `secret` keys the slow-down of sign-ins; `client` tells the network address of a caller, which
    behind a trusted proxy is not the other end of the connection.
    """

    open: Callable[[], AbstractAsyncContextManager[Work]]
    clock: Clock
    passwords: Passwords
    public_url: str
    secret: bytes = field(repr=False)
    catalogs: Catalogs
    directory: Directory
    set_up: SetUpKey
    judge: Callable[[str, Kept], Awaitable[Judged]]
    """Stretches what a person typed in place of the code, beside the event loop."""
    client: Callable[[web.Request], str] = remote
    pause: Pause = asyncio.sleep
    replies: tuple[Reply, ...] = ()
    """What offices often write."""
    live: Live = field(default_factory=Live)

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach us over TLS."""
        return self.public_url.startswith("https:")

    def door(self) -> Door:
        """Return what signing in needs."""
        return Door(self._staff, self.passwords, self.clock, self.secret, self.pause)

    @asynccontextmanager
    async def _staff(self) -> AsyncIterator[StaffStore]:
        async with self.open() as work:
            yield work.staff
