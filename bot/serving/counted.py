"""A dispatcher that counts what it handles, and lets nobody crowd out the others."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from weakref import WeakValueDictionary

from bot.conversation import Delivery, Dispatcher, Rendered, Turn, is_code
from bot.errors import Unavailable
from bot.i18n import say
from bot.limits import Buckets, Rate, Watch
from bot.privacy import Log
from bot.serving.metrics import Metrics

log = Log(__name__)

PUSHED = Rate(30, 1.0)
"""Turns of a chat that is pushed to; it hears no more than one message a second anyway."""
TOLD = Rate(1, 1 / 30)
FAST = say("I cannot answer that fast. Wait a moment, then send the last one again.")


@dataclass(frozen=True, slots=True)
class Counted:
    """Handles turns like the dispatcher, and counts them by channel.

    The turns of a person who has many under way wait here for each other, not in the database:
    there each would hold a connection, and a few people would take them all.  A page is told its
    pace by its own channel; a chat that is pushed to is told here, in words.
    """

    dispatcher: Dispatcher
    metrics: Metrics
    watch: Watch = field(default_factory=Watch)
    pace: Buckets = field(default_factory=lambda: Buckets(PUSHED))
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _told: Buckets = field(default_factory=lambda: Buckets(TOLD))
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def handle(self, turn: Turn) -> Delivery:
        """Return the committed reply to a turn.

        Raises:
            TooBusy: too many wait, and the channel is one that asks again by itself.
        """
        started = perf_counter()
        with self.metrics.failures.labels(turn.channel).count_exceptions():
            async with self._locks.setdefault(turn.person, asyncio.Lock()):
                delivery = await self._in_pace(turn)
        self.metrics.turns.labels(turn.channel).inc()
        self.metrics.seconds.labels(turn.channel).observe(perf_counter() - started)
        if is_code(turn):
            await self._look(turn.at)
        return delivery

    async def _in_pace(self, turn: Turn) -> Delivery:
        """Handle a turn; one of a chat that is too fast is put off, or held if it is urgent."""
        if turn.address is None or turn.unasked:
            return await self.dispatcher.handle(turn)
        now = turn.at.timestamp()
        if wait := self.pace.wait(turn.person, now):
            self.metrics.held.labels("too-fast").inc()
            if not await self.dispatcher.door.urgent(turn):
                return await self._too_fast(turn, now)
            await self.sleep(wait)
            self.pace.wait(turn.person, now + wait)
        return await self.dispatcher.handle(turn)

    async def _too_fast(self, turn: Turn, now: float) -> Delivery:
        """Say it, but not a hundred times: what comes right after is let go without a word."""
        if self._told.wait(turn.person, now):
            nothing = Rendered((), "", "")
            return Delivery(
                0, nothing, turn.person, turn.channel, turn.address, repeat=True, sent=True
            )
        return await self.dispatcher.put_off(turn, FAST)

    async def _look(self, at: datetime) -> None:
        """Look at the count of wrong codes; the turn is committed, so that it may not fail now."""
        try:
            await self.watch.under_attack(at)
        except Unavailable as error:
            log.warning("codes-not-counted", error)
