"""What a person may wish about who reads their request: kept under the host's key, for routing.

No origin is recorded: a country stands here only where the person named it to keep its offices
away, or to be answered from there in their own language.
"""

from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """A wish by its name.  The values are stored and on buttons."""

    WOMAN = "woman"
    """Only a woman reads it."""
    NOT_OFFICE = "not-office"
    """Not this office."""
    NOT_COUNTRY = "not-country"
    """No office in a country the person named."""
    TONGUE = "tongue"
    """Rather an office in a country whose language is the person's own, over the distance."""
    NOT_COMMUNITY = "not-community"
    """Nobody from their own community: the officer who takes it confirms this."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wishes; countries are ISO 3166-1 alpha-2, `not_offices` ids of offices."""

    woman: bool = False
    not_offices: frozenset[str] = frozenset()
    not_country: str | None = None
    tongue: str | None = None
    not_community: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is any wish."""
        return self != NONE


NONE = Wishes()
