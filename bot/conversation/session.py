"""What is remembered between two turns of a person, and nothing else.

It lives for 24 idle hours, encrypted.  Language and country outlast a question; the rest belongs
to the step that is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Session:
    """Language, country (ISO 3166-1 alpha-2), the question we wait on and the answers so far.

    `chosen` tells that the person chose the language; until then it is what the channel hints at.
    """

    language: str | None = None
    chosen: bool = False
    country: str | None = None
    step: str | None = None
    slots: Mapping[str, str] = field(default_factory=lambda: EMPTY, repr=False)

    def at_step(self, step: str) -> "Session":
        """Return the session waiting on a question."""
        return replace(self, step=step)

    def at_rest(self) -> "Session":
        """Return the session waiting on nothing; answers so far stay, to go on with later."""
        return replace(self, step=None)

    def put(self, **slots: str) -> "Session":
        """Return the session with answers added."""
        return replace(self, slots=MappingProxyType({**self.slots, **slots}))

    def drop(self, *names: str) -> "Session":
        """Return the session without the named answers."""
        kept = {name: value for name, value in self.slots.items() if name not in names}
        return replace(self, slots=MappingProxyType(kept))

    def without(self, prefix: str) -> "Session":
        """Return the session without the answers whose name starts so."""
        return self.drop(*(name for name in self.slots if name.startswith(prefix)))

    def to_json(self) -> dict[str, Any]:
        """Return the session as plain values."""
        return {
            "language": self.language,
            "chosen": self.chosen,
            "country": self.country,
            "step": self.step,
            "slots": dict(self.slots),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Session":
        """Return the session that `to_json` gave."""
        return cls(
            stored["language"],
            stored["chosen"],
            stored["country"],
            stored["step"],
            MappingProxyType(dict(stored["slots"])),
        )
