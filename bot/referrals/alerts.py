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


@dataclass(frozen=True, slots=True)
class Alert:
    """One line; without a request it is about the program itself.  Times are aware UTC."""

    id: int
    step: str
    at: datetime
    referral: Referral | None = None
    ticked: datetime | None = None
    ticked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """Whose lines are wanted: of an office, about requests of these categories or about none."""

    office: str
    categories: frozenset[Category]


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
        self, referral: Referral, officer: str, at: datetime, but: Collection[str] = STANDING
    ) -> None:
        """Tick off what stands about a request whose officer has it in hand, but some steps."""
        ...
