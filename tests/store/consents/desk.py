"""A desk at which requests are made and passed on."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.directory import Service
from bot.referrals import (
    Consent,
    Contact,
    Danger,
    Field,
    Override,
    Purpose,
    Recipient,
    Referral,
    Referrals,
)
from bot.store.referrals import Referrals as Store
from tests.store.making import AT, a_request
from tests.store.office import SFAX

LATER = AT + timedelta(minutes=95)

HELPER = Recipient(
    "helper-tn", frozenset({Service.LABOUR, Service.LEGAL}), "TN", frozenset({Field.WORDS})
)
ALLOWED = Consent(office=True, partner=True, contact=Contact.CODE)


class Desk:
    """An office in Sfax, its requests, and somebody who writes SQL as the program's role."""

    def __init__(self, connection: AsyncConnection, rules: Referrals, store: Store) -> None:
        self.connection, self.rules, self.store = connection, rules, store

    async def asked(self, **fields: Any) -> Referral:
        receipt = await self.rules.open(a_request(**{"consent": ALLOWED} | fields), SFAX, None)
        referral = await self.store.by_reference(receipt.reference)
        assert referral is not None
        return referral

    async def run(self, statement: str, **values: object) -> None:
        """Run a statement; what it refuses leaves the transaction usable."""
        async with self.connection.begin_nested():
            await self.connection.execute(text(statement), values)

    async def moves(self, referral: Referral, office: str) -> None:
        await self.run(
            "UPDATE referrals SET office = :office WHERE id = :id", office=office, id=referral.id
        )

    async def moved(self, referral: Referral, office: str, at: datetime) -> None:
        await self.run(
            "UPDATE referrals SET office = :office, changed = :at WHERE id = :id",
            office=office, at=at, id=referral.id,
        )  # fmt: skip

    async def decided(
        self, referral: Referral, recipient: str, *desks: str, to: Purpose = Purpose.OFFICE
    ) -> None:
        """Let one officer propose and another one confirm danger to life."""
        made = Override(0, recipient, Danger.CAPTIVE, "officer-1", AT, desks=desks, purpose=to)
        await self.store.consents.ask(referral, made)
        kept = (await self.store.consents.record(referral)).overrides[-1]
        assert await self.store.consents.confirm(referral, kept.id, "officer-2", AT)

    async def offered(self, referral: Referral, partner: str, at: datetime) -> None:
        """Write an offer as the program's role can, and move the request."""
        await self.run("UPDATE referrals SET state = 'claimed' WHERE id = :id", id=referral.id)
        async with self.connection.begin_nested():
            made = "INSERT INTO offers (id, referral, office, partner, made, expires) VALUES ("
            values = {"new": str(uuid.uuid4()), "id": referral.id, "office": SFAX, "at": at}
            said = f"{made}:new, :id, :office, :partner, :at, :at)"
            await self.connection.execute(text(said), values | {"partner": partner})
            offered = "UPDATE referrals SET state = 'offered' WHERE id = :id"
            await self.connection.execute(text(offered), {"id": referral.id})
