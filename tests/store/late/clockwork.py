"""The clock's work, moved by hand over the real store."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    Category,
    OfficeKeys,
    Referral,
    Referrals,
    Step,
)
from bot.store.late import Late
from bot.store.referrals import Referrals as Store
from bot.store.tables import referrals
from tests.store.making import AT, Deferred, a_request
from tests.store.office import SFAX

TUNIS, CAIRO, DAKAR = "iom-tn-tunis", "iom-eg-cairo-regional", "iom-sn-dakar-regional"

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=one) for one in (1, 60, 3600, 86_400))


# 24 November 2026 is a Tuesday; at 10:00 UTC it is 11:00 in Sfax.
@dataclass(slots=True)
class Clockwork:
    """A clock that is moved by hand, and what acts by it."""

    connection: AsyncConnection
    late: Late
    knowledge: Knowledge
    sealer: Sealer
    deferred: Deferred
    opens: OfficeKeys
    officer: str
    now: datetime = AT

    @property
    def rules(self) -> Referrals:
        store = Store(self.connection, self.sealer, self.deferred)
        return Referrals(store, self.knowledge.directory, self.now)

    async def wanted(self, **fields: Any) -> Referral:
        """Give a request to the office in Sfax, about trafficking unless told otherwise."""
        known: dict[str, Any] = {"category": Category.TRAFFICKING}
        receipt = await self.rules.open(a_request(**known | fields), SFAX, None)
        return await self.found(receipt.reference)

    def above(self, region: str) -> None:
        """Let a regional desk stand above the office in Tunis, from now on."""
        known = self.knowledge.directory
        tunis = replace(known.places[TUNIS], regional=region)
        here = tuple(tunis if one.id == TUNIS else one for one in known.in_country("TN"))
        directory = replace(
            known,
            places={**known.places, TUNIS: tunis},
            countries={**known.countries, "TN": here},
        )
        self.knowledge = replace(self.knowledge, directory=directory)
        self.late = replace(self.late, directory=lambda: directory)

    async def found(self, reference: str) -> Referral:
        referral = await self.rules.store.by_reference(reference)
        assert referral is not None
        return referral

    async def until(self, moment: datetime) -> list[Step]:
        """Let time pass, with a scan whenever something is due, and return what was done."""
        done: list[Step] = []
        due = select(func.min(referrals.c.wakes))
        while (wakes := await self.connection.scalar(due)) is not None and wakes <= moment:
            self.now = max(self.now, wakes)
            assert await self.late.scan(self.now - SECOND, self.now - SECOND) == ()
            done += await self.late.scan(self.now, self.now)
        self.now = moment
        return done
