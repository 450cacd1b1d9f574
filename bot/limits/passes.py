"""What work that was done is good for: some turns in some minutes, not one turn alone."""

from collections import OrderedDict
from dataclasses import dataclass, field

REMEMBERED = 10_000


@dataclass(slots=True)
class Passes:
    """Passes of keys, each for `turns` turns within `seconds` seconds."""

    turns: int
    seconds: float
    most: int = REMEMBERED
    _left: OrderedDict[str, tuple[int, float]] = field(default_factory=OrderedDict, repr=False)

    def give(self, key: str, now: float) -> None:
        """Give a pass, in place of one there is."""
        self._left[key] = (self.turns, now + self.seconds)
        self._left.move_to_end(key)
        if len(self._left) > self.most:
            self._left.popitem(last=False)

    def take(self, key: str, now: float) -> bool:
        """Use one turn of a pass; False if there is none left."""
        turns, until = self._left.get(key, (0, now))
        if turns < 1 or now >= until:
            self._left.pop(key, None)
            return False
        self._left[key] = (turns - 1, until)
        return True
