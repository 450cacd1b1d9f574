"""Requests in a transaction that is rolled back, and rules that run on them."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import KeyPair, Sealer
from bot.privacy.retention import DAY, Run
from bot.referrals import (
    DUTY_DESK,
    Action,
    Contact,
    Event,
    NewCode,
    Outcome,
    Referral,
    State,
)
from bot.store.referrals import Referrals
from bot.store.retention import Ran, retained
from bot.store.tables import (
    alerts,
    chats,
)
from tests.store.making import a_referral, a_request

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE = "iom-xx-test"
OFFICER = "officer-1"


@dataclass
class World:
    """Requests in a transaction that is rolled back, and rules that run on them."""

    connection: AsyncConnection
    store: Referrals
    sealer: Sealer
    pair: KeyPair

    async def waiting(
        self, code: NewCode | None = None, contact: Contact = Contact.CODE, at: datetime = AT
    ) -> Referral:
        """Return a request that an office got."""
        request = a_request(contact)
        referral = a_referral(request, office=OFFICE, created=at, due=at + HOUR)
        assert await self.store.insert(referral, request, code, (OFFICE, DUTY_DESK))
        return referral

    async def moved(self, referral: Referral, *steps: Action, at: datetime = AT) -> Referral:
        """Return the request after what officers, or its person, did."""
        after = {
            Action.CLAIM: State.CLAIMED,
            Action.ANSWER: State.ANSWERED,
            Action.CLOSE: State.CLOSED,
            Action.WITHDRAW: State.WITHDRAWN,
        }
        for one in steps:
            who = None if one is Action.WITHDRAW else OFFICER
            outcome = Outcome.HELPED if one is Action.CLOSE else None
            moved = await self.store.move(referral, Event(at, one, after[one], who, outcome))
            assert moved is not None
            referral = moved
        return referral

    async def run(
        self, at: datetime, real: datetime | None = None, *, confirmed: bool = False
    ) -> Ran:
        """Run the rules as of a time; the real clock says the same unless told otherwise."""
        run = Run(at, real or at, confirmed)
        return await retained(self.begin, self.sealer.keys, self.sealer, run)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Give a part of the transaction that is rolled back in the end, as one of its own."""
        async with self.connection.begin_nested():
            yield self.connection

    async def through(self, first: datetime, days: int) -> None:
        """Run the rules once a day, as a program that never stops does."""
        for day in range(days + 1):
            await self.run(first + day * DAY)

    async def rows(self, table: Table) -> int:
        """Return how many rows a table has."""
        return int(
            (await self.connection.execute(select(func.count()).select_from(table))).scalar_one()
        )

    async def alarms(self, office: str = OFFICE) -> list[str]:
        """Return what stands before an office."""
        found = await self.connection.execute(
            select(alerts.c.step).where(alerts.c.office == office).order_by(alerts.c.id)
        )
        return list(found.scalars())


def a_chat(at: datetime) -> tuple[Table, dict[str, object]]:
    """Return the table of chats, and the row of one whose last turn was then."""
    return chats, {
        "person": secrets.token_hex(8),
        "channel": "web",
        "state_sealed": b"",
        "touched": at,
    }
