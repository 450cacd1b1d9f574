"""An officer who offers requests to partners."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    Action,
    Agreement,
    Category,
    Consent,
    Contact,
    Field,
    Offer,
    OfficeKeys,
    Particulars,
    Referral,
    Referrals,
    Says,
    Sending,
    answered,
    offer,
)
from bot.store.agreements import Agreements
from bot.store.offers import Offers
from bot.store.referrals import Referrals as Store
from bot.store.staff import Staff
from tests.store.making import AT, Deferred, a_request

ATHENS, LESVOS = "iom-gr-athens", "iom-gr-lesvos"

LEGAL, OTHER, POLICE = "gr-elil-athens", "gr-metadrasi", "gr-emergency"
WORDS = "CANARY-WORDS the letter came on Friday"

TOLD = Particulars(WORDS, country="GR", place="Athens-canary", safe_word="CANARY-SAFE")
FIELDS = frozenset({Field.PLACE, Field.WORDS})

YES = Consent(office=True, partner=True, contact=Contact.CODE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class Desk:
    """An office in Athens with an officer, partners with an agreement, a clock moved by hand."""

    connection: AsyncConnection
    staff: Staff
    knowledge: Knowledge
    sealer: Sealer
    deferred: Deferred
    keys: OfficeKeys
    officer: str
    now: datetime = AT

    @property
    def rules(self) -> Referrals:
        store = Store(self.connection, self.sealer, self.deferred)
        return Referrals(store, self.knowledge.directory, self.now)

    @property
    def offers(self) -> Offers:
        return Offers(self.connection)

    @property
    def agreements(self) -> Agreements:
        return Agreements(self.connection)

    async def taken(self, **fields: Any) -> Referral:
        known: dict[str, Any] = {
            "category": Category.ASYLUM,
            "consent": YES,
            "particulars": TOLD,
        }
        receipt = await self.rules.open(a_request(**known | fields), ATHENS, None)
        return await self.rules.claim(await self.found(receipt.reference), self.officer)

    async def found(self, reference: str) -> Referral:
        referral = await self.rules.store.by_reference(reference)
        assert referral is not None
        return referral

    async def offered(
        self, referral: Referral, to: str = LEGAL, fields: frozenset[Field] = FIELDS
    ) -> str | None:
        place = self.knowledge.directory.places[to]
        sending = Sending(place, fields, self.officer)
        return await offer(self.rules, self.offers, referral, sending, self.keys)

    async def agreed(self, partner: str, **fields: Any) -> None:
        known: dict[str, Any] = {"agreed": True, "since": date(2026, 1, 1)}
        by = By(self.officer, self.now)
        await self.agreements.put(Agreement(partner, **known | fields), ATHENS, by)

    async def linked(self, token: str | None) -> Offer:
        assert token is not None
        found = await self.offers.by_link(token)
        assert found is not None
        return found

    async def says(self, to: Offer, action: Action, **fields: Any) -> Referral:
        return await answered(self.rules, self.offers, self.agreements, to, Says(action, **fields))
