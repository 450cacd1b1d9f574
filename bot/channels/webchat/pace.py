"""How fast one chat may go: far faster than a person taps, far slower than a program can.

By pseudonym, never by address: a camp's Wi-Fi is one address.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

BURST = 120.0
A_SECOND = 2.0
REMEMBERED = 10_000


@dataclass(slots=True)
class Pace:
    """A bucket for each chat (seconds on any one clock); the chats longest silent are dropped."""

    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, person: str, now: float) -> float:
        """Return the seconds until the next turn is taken, 0 if this one is."""
        left, since = self._buckets.pop(person, (BURST, now))
        left = min(BURST, left + (now - since) * A_SECOND)
        taken = left >= 1
        self._buckets[person] = (left - 1 if taken else left, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - left) / A_SECOND
