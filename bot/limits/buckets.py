"""How fast something may go: a burst, then so many a second.

One number for each key, the moment at which all that was taken is paid off (GCRA, the generic
cell rate algorithm of ITU-T I.371).
"""

from collections import OrderedDict
from dataclasses import dataclass, field

REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and then so many a second."""

    burst: int
    a_second: float


@dataclass(slots=True)
class Buckets:
    """A rate for each key (seconds on any one clock); the keys longest silent are dropped."""

    rate: Rate
    most: int = REMEMBERED
    _paid: OrderedDict[object, float] = field(default_factory=OrderedDict, repr=False)

    def wait(self, key: object, now: float, patience: float = 0.0) -> float:
        """Return the seconds until the next place, which is taken if the patience reaches so far.

        The caller that took a place ahead of its time waits; the one told more than its patience
        has taken nothing.
        """
        spacing = 1 / self.rate.a_second
        full = now + self.rate.burst * spacing + patience
        # Never beyond what can have been taken: a clock set back would shut the door for as long.
        paid = min(max(self._paid.pop(key, now), now), full)
        early = max(0.0, paid - now - (self.rate.burst - 1) * spacing)
        self._paid[key] = paid + spacing if early <= patience else paid
        if len(self._paid) > self.most:
            self._paid.popitem(last=False)
        return early
