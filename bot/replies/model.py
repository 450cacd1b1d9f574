"""What a canned reply is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.referrals import Category

LANGUAGES = ("en", "fr", "es", "ar")
"""What every reply is written in."""
PLACEHOLDERS = ("office", "address", "hours", "phone", "email")
"""What is filled in from the directory's entry of the office."""


@dataclass(frozen=True, slots=True)
class ReplySource:
    """Where a fact stands."""

    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A text for some categories of requests; a draft until somebody has reviewed it."""

    id: str
    categories: frozenset[Category]
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    sources: tuple[ReplySource, ...] = ()
    reviewed: date | None = None

    @property
    def draft(self) -> bool:
        """Tell whether nobody has reviewed it yet."""
        return self.reviewed is None


def fitting(replies: Iterable[Reply], category: Category) -> tuple[Reply, ...]:
    """Return the replies for a category: those for few categories first, then by id."""
    mine = [one for one in replies if category in one.categories]
    return tuple(sorted(mine, key=lambda one: (len(one.categories), one.id)))
