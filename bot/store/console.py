"""One transaction of the console: officers, their queue and their requests."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import referrals as rules
from bot.audit import By
from bot.clock import Clock
from bot.directory import Directory, Point
from bot.privacy import Sealer
from bot.staff import OfficeKeys, Profile
from bot.store.agreements import Agreements
from bot.store.alerts import Alerts
from bot.store.audit import Audit
from bot.store.defer import Defer
from bot.store.keeping import keep_withdrawn
from bot.store.keys import OfficeKeyStore
from bot.store.notes import Notes
from bot.store.offers import Offers
from bot.store.passing import rewrapped, town
from bot.store.profiles import keep_profile, profile_of
from bot.store.queue import Queue
from bot.store.referrals import Referrals
from bot.store.resealing import START
from bot.store.resealing import tend as tend_wraps
from bot.store.staff import Staff
from bot.store.times import OwnTimes

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:reference, 2))")


@dataclass(frozen=True, slots=True)
class ConsoleUnit:
    """The transaction of one page or one press of a button (`bot.console.Work`)."""

    connection: AsyncConnection
    staff: Staff
    queue: Queue
    referrals: rules.Referrals
    audit: Audit

    @property
    def alerts(self) -> Alerts:
        """The lines before the officers of an office."""
        return Alerts(self.connection)

    @property
    def times(self) -> OwnTimes:
        """When offices work, and when their officers are away."""
        return OwnTimes(self.connection)

    @property
    def notes(self) -> Notes:
        """The private notes of cases."""
        return Notes(self.connection)

    @property
    def offers(self) -> Offers:
        """What is offered to partners."""
        return Offers(self.connection)

    @property
    def agreements(self) -> Agreements:
        """With which partners data may be shared."""
        return Agreements(self.connection)

    async def rewrap(
        self, referral: rules.Referral, desks: Sequence[str], keys: OfficeKeys
    ) -> None:
        """Wrap what is sealed of a request for these desks alone, the first of which gets it."""
        await rewrapped(self.connection, referral, desks, keys)

    async def town(self, referral: rules.Referral, keys: OfficeKeys, officer: str) -> Point | None:
        """Return the town of a request, to rank partners by; None where it is not known.

        Raises:
            NotOpenable: none of the keys opens it.
        """
        return await town(self.connection, referral, keys, By(officer, self.referrals.now))

    async def keep(self, referral: rules.Referral, officer: str) -> bool:
        """Keep what a person took back, as a life is in danger; False where it is not to be."""
        by = By(officer, self.referrals.now)
        return await keep_withdrawn(self.connection, self.staff.sealer.keys, referral, by)

    async def tend(self, office: str, keys: OfficeKeys, after: str | None = None) -> str | None:
        """Wrap some open requests of an office for whoever lacks one, behind those up to `after`.

        Return behind which text the next call goes on, None at the end.
        """
        ladder = rules.desks(self.referrals.directory, office, rules.Category.OTHER)
        to = await OfficeKeyStore(self.connection).recipients((office, *ladder))
        return await tend_wraps(self.connection, office, keys, to, after or START)

    async def profile(self, officer: str) -> Profile:
        """Return what an officer said of themselves."""
        return await profile_of(self.connection, officer)

    async def keep_profile(self, officer: str, profile: Profile) -> None:
        """Keep what an officer says of themselves; the audit notes that it changed."""
        await keep_profile(self.connection, profile, By(officer, self.referrals.now))

    async def hold(self, reference: str) -> None:
        """Let everybody else who acts on this request wait until the transaction ends."""
        await self.connection.execute(LOCK, {"reference": reference})


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """What every transaction of the console is made of."""

    engine: AsyncEngine
    sealer: Sealer
    defer: Defer
    directory: Directory
    clock: Clock
    offices: frozenset[str]

    def on(self, connection: AsyncConnection, now: datetime) -> ConsoleUnit:
        """Return the unit over an open connection."""
        store = Referrals(connection, self.sealer, self.defer)
        return ConsoleUnit(
            connection,
            Staff(connection, self.sealer, self.offices),
            Queue(connection),
            rules.Referrals(store, self.directory, now),
            Audit(connection),
        )


def console_units(parts: ConsoleParts) -> Callable[[], AbstractAsyncContextManager[ConsoleUnit]]:
    """Return what opens a transaction for the console."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[ConsoleUnit]:
        async with parts.engine.begin() as connection:
            yield parts.on(connection, parts.clock())

    return opened
