"""Order within a chat, no order between chats.

A text and a tap of the same person may arrive swapped, so of several that wait the one with the
lowest number goes first.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lanes:
    """Lets one at a time through each lane, and so many at most through all of them together."""

    def __init__(self, at_once: int) -> None:
        self._busy: dict[str, list[tuple[int, int, asyncio.Future[None]]]] = {}
        self._room = asyncio.Semaphore(at_once)
        self._arrivals = 0

    def __len__(self) -> int:
        """Return how many are inside or waiting."""
        return sum(1 + len(waiting) for waiting in self._busy.values())

    @asynccontextmanager
    async def turn(self, lane: str, number: int) -> AsyncIterator[None]:
        """Wait for the lane, hold it inside the block, then let the lowest waiting number in."""
        await self._enter(lane, number)
        try:
            async with self._room:
                yield
        finally:
            self._leave(lane)

    async def _enter(self, lane: str, number: int) -> None:
        if lane not in self._busy:
            self._busy[lane] = []
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._busy[lane], (number, self._arrivals, called))
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self._leave(lane)  # the lane was handed over at the very moment of giving up
            raise

    def _leave(self, lane: str) -> None:
        waiting = self._busy[lane]
        while waiting:
            called = heapq.heappop(waiting)[2]
            if not called.done():
                called.set_result(None)
                return
        del self._busy[lane]
