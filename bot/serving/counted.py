"""A dispatcher that counts what it handles."""

from dataclasses import dataclass
from time import perf_counter

from bot.conversation import Delivery, Dispatcher, Turn
from bot.serving.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Counted:
    """Handles turns like the dispatcher, and counts them by channel."""

    dispatcher: Dispatcher
    metrics: Metrics

    async def handle(self, turn: Turn) -> Delivery:
        """Return the committed reply to a turn."""
        started = perf_counter()
        with self.metrics.failures.labels(turn.channel).count_exceptions():
            delivery = await self.dispatcher.handle(turn)
        self.metrics.turns.labels(turn.channel).inc()
        self.metrics.seconds.labels(turn.channel).observe(perf_counter() - started)
        return delivery
