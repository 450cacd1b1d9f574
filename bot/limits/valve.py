"""A valve for floods: so many at once, the urgent first, and a line that has an end.

It slows, and past the end of the line asks the others to come again; who asks for help is never
sent away, and some places are kept for them, so that they need not even wait for the next one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import Unavailable


class TooBusy(Unavailable):
    """The line is too long to join; the same thing may work a little later."""


class Valve:
    """Lets `at_once` through, the last `kept` places for the urgent; `most` of the others wait."""

    def __init__(self, at_once: int, *, kept: int = 0, most: int = 256) -> None:
        if not 0 <= kept < at_once:
            raise ValueError("at least one place is open to all")
        self._free = at_once
        self._kept = kept
        self._most = most
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @property
    def at_ease(self) -> bool:
        """Whether anybody would pass without waiting."""
        return self._free > self._kept and not self._others

    def waiting(self, *, urgent: bool) -> int:
        """Return how many stand in one of the two lines."""
        return len(self._urgent if urgent else self._others)

    @asynccontextmanager
    async def passing(self, *, urgent: bool, bounded: bool = True) -> AsyncIterator[None]:
        """Wait for a place and hold it inside the block.

        Raises:
            TooBusy: the line of the others is full, and this one does not stand in it regardless.
        """
        await self._enter(urgent=urgent, bounded=bounded)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, *, urgent: bool, bounded: bool) -> None:
        line = self._urgent if urgent else self._others
        if not line and self._has_room(urgent=urgent):
            self._free -= 1
            return
        if bounded and not urgent and len(line) >= self._most:
            raise TooBusy("the line is full")
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._leave()  # the place was handed over at the very moment of giving up
            else:
                line.remove(called)
            raise

    def _has_room(self, *, urgent: bool) -> bool:
        return self._free > (0 if urgent else self._kept)

    def _leave(self) -> None:
        self._free += 1
        line = self._urgent or self._others
        if line and self._has_room(urgent=line is self._urgent):
            self._free -= 1
            line.popleft().set_result(None)
