"""How often something happened lately, for each key, up to a limit that is all one asks about."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

A_DAY = 24 * 3600.0
REMEMBERED = 10_000


@dataclass(slots=True)
class Tallies:
    """Tells of a key whether it reached the limit within so many seconds."""

    limit: int
    seconds: float = A_DAY
    most: int = REMEMBERED
    _times: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict, repr=False)

    def add(self, key: str, now: float) -> None:
        """Count one."""
        times = self._times.setdefault(key, deque(maxlen=self.limit))
        times.append(now)
        self._times.move_to_end(key)
        if len(self._times) > self.most:
            self._times.popitem(last=False)

    def full(self, key: str, now: float) -> bool:
        """Tell whether the limit is reached."""
        times = self._times.get(key)
        return times is not None and len(times) == self.limit and now - times[0] < self.seconds
