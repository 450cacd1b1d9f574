"""Waiting for something to become true, without sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Changes:
    """Wakes everybody who waits whenever anything in the server has changed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def happened(self) -> None:
        """Wake all who wait, so that they look again."""
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, look: Callable[[], Found | None], within: float) -> Found:
        """Return the first true result of the look.

        Raises:
            TimeoutError: it stayed false for so many seconds.
        """
        async with asyncio.timeout(within):
            while not (found := look()):
                await self._event.wait()
            return found
