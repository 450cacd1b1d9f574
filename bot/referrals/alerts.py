"""Lines that stand before an office until somebody ticks them off: what happened, about what.

A step is a code that the writer chose; the console has words for each (`bot/console/steps.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.referrals.model import Category, Referral

DO_NOT_CONTACT = "do-not-contact"
WITHDRAWN = "withdrawn"
STANDING = frozenset({DO_NOT_CONTACT, WITHDRAWN})
"""What working on a request does not settle: somebody says that they have seen it."""
OFFER_OVER = frozenset({"offer-over", "offer-unshared"})
OF_OFFERS = OFFER_OVER | {"offered", "offer-ends"}
"""What stands before a partner with an account: about an offer to it, not about the request."""
MANY_TEXTS = "many-texts"
"""An officer opened sealed texts of more than `MOST_TEXTS` requests in 24 hours.

It carries the officer's id, and only who may read the audit of the office sees it.
"""
MOST_TEXTS = 40
SINCE = "@"
"""A step that can come again carries behind this what makes it a line of its own."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One line; without a request it is about the program itself.  Times are aware UTC."""

    id: int
    step: str
    at: datetime
    referral: Referral | None = None
    ticked: datetime | None = None
    ticked_by: str | None = None

    @property
    def of_offer(self) -> bool:
        """Tell whether it is about an offer to the office, which knows nothing of the request."""
        return self.step.partition(SINCE)[0] in OF_OFFERS

    @property
    def of_officer(self) -> bool:
        """Tell whether it is about an officer, and not about a request or the program."""
        return self.step.partition(SINCE)[0] == MANY_TEXTS

    @property
    def about(self) -> str:
        """The id of the officer it is about; empty where it is about none."""
        return self.step.partition(SINCE)[2] if self.of_officer else ""


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose lines are wanted: of an office, about requests of these categories or about none.

    `offered`: about what was offered to it, too.  `officers`: about what its officers do, too.
    """

    office: str
    categories: frozenset[Category]
    offered: bool = False
    officers: bool = False


class AlertStore(Protocol):
    """The lines inside the transaction of the caller."""

    async def count(self, watched: Watched) -> int:
        """Return how many are not ticked off."""
        ...

    async def page(self, watched: Watched, limit: int, *, ticked: bool) -> tuple[Alert, ...]:
        """Return the latest that are ticked off, or that are not."""
        ...

    async def tick(self, watched: Watched, alert: int, officer: str, at: datetime) -> bool:
        """Tick one off, with an entry in the audit; False where none of these is open."""
        ...

    async def settle(
        self,
        referral: Referral,
        officer: str,
        at: datetime,
        but: Collection[str] = STANDING,
        partner: str | None = None,
    ) -> None:
        """Tick off what stands about a request at its office, or at a partner, but some steps."""
        ...
