"""The queue of an office: which requests an officer wants to see, most pressing first."""

from dataclasses import dataclass
from typing import Protocol

from bot.referrals.model import Category, Referral, Urgency
from bot.referrals.states import State


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests of one office are wanted; None stands for any."""

    office: str
    states: frozenset[State]
    categories: frozenset[Category]
    claimed_by: str | None = None
    urgency: Urgency | None = None
    language: str | None = None


class QueueStore(Protocol):
    """The queue inside the transaction of the caller."""

    async def page(self, wanted: Wanted, limit: int, offset: int) -> tuple[Referral, ...]:
        """Return some requests: waiting ones first, danger, due time; ended ones latest first."""
        ...

    async def count(self, wanted: Wanted) -> int:
        """Return how many requests are wanted."""
        ...

    async def languages(self, office: str) -> tuple[str, ...]:
        """Return the languages of the open requests of an office, in order."""
        ...
