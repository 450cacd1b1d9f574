"""A dispatcher that counts what it handles, and lets nobody crowd out the others."""

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from weakref import WeakValueDictionary

from bot.conversation import Delivery, Dispatcher, Turn
from bot.serving.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Counted:
    """Handles turns like the dispatcher, and counts them by channel.

    The turns of a person who has many under way wait here for each other, not in the database:
    there each would hold a connection, and a few people would take them all.
    """

    dispatcher: Dispatcher
    metrics: Metrics
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def handle(self, turn: Turn) -> Delivery:
        """Return the committed reply to a turn."""
        started = perf_counter()
        with self.metrics.failures.labels(turn.channel).count_exceptions():
            async with self._locks.setdefault(turn.person, asyncio.Lock()):
                delivery = await self.dispatcher.handle(turn)
        self.metrics.turns.labels(turn.channel).inc()
        self.metrics.seconds.labels(turn.channel).observe(perf_counter() - started)
        return delivery
