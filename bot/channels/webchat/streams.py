"""How many streams may be open: a page that was left by a lost line still holds one for a while."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.channels.webchat.errors import TooFast

RETRY_SECONDS = 10


@dataclass(slots=True)
class Place:
    """One open stream; `over` tells that a newer one of the same chat took its place."""

    over: bool = False
    wake: Callable[[], None] = lambda: None

    def end(self) -> None:
        """Let the stream end."""
        self.over = True
        self.wake()


@dataclass(slots=True)
class Streams:
    """The open streams of this process, by chat and by block of addresses."""

    of_chat: int
    of_block: int
    _places: dict[str, list[Place]] = field(default_factory=dict, repr=False)
    _blocks: Counter[str] = field(default_factory=Counter, repr=False)

    @contextmanager
    def place(self, person: str, block: str) -> Iterator[Place]:
        """Hold a place inside the block; of a chat that has too many the oldest ends.

        Raises:
            TooFast: the block of addresses has too many.
        """
        if self._blocks[block] >= self.of_block:
            raise TooFast(RETRY_SECONDS)
        here = Place()
        self._blocks[block] += 1
        older = self._places.get(person, [])
        if len(older) >= self.of_chat:
            older[0].end()
            older = older[1:]
        self._places[person] = [*older, here]
        try:
            yield here
        finally:
            self._leave(person, block, here)

    def _leave(self, person: str, block: str, here: Place) -> None:
        self._blocks[block] -= 1
        if not self._blocks[block]:
            del self._blocks[block]
        rest = [one for one in self._places.pop(person, []) if one is not here]
        if rest:
            self._places[person] = rest
