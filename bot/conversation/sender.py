"""Sends committed replies and marks them as sent; what is not marked is sent by the sweep.

Whatever answers no turn of the person is checked once more against what they allowed; a reply that
comes late begins with a line that says nothing.  A reply may go out twice when a process dies
between sending and marking; it is never lost.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.conversation.channel import Channel, NotNow, NotReached
from bot.conversation.ports import Delivery, Outbox
from bot.privacy import Log

log = Log(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends through the channels of this process."""

    channels: Mapping[str, Channel]
    outbox: Outbox
    clock: Clock

    async def send(self, delivery: Delivery) -> None:
        """Send one reply and mark it; a reply that was sent before is left alone.

        What a channel fetches by itself, such as the news of the web chat, stays until it does.
        """
        channel = self.channels.get(delivery.channel)
        if delivery.sent or channel is None or not channel.capabilities.pushes:
            return
        if delivery.unasked and not await self._may_go(delivery):
            return
        try:
            await channel.deliver(delivery)
        except NotNow as error:
            log.warning("not-sent-yet", error, channel=delivery.channel)
            again = self.clock() + timedelta(seconds=error.after)
            await self.outbox.later(delivery, again)
            return
        except NotReached:
            log.info("not-reachable", channel=delivery.channel)
        await self.outbox.sent(delivery, self.clock())

    async def sweep(self) -> int:
        """Send what is due, side by side, and return how many were tried.

        One after the other, a chat that is slow would use up the lease of all the others.
        """
        waiting = await self.outbox.due(self.clock())
        await asyncio.gather(*(self.send(delivery.late()) for delivery in waiting))
        return len(waiting)

    async def _may_go(self, delivery: Delivery) -> bool:
        """Ask once more, right before a line goes out; one that may never go is emptied."""
        now = self.clock()
        at = await self.outbox.goes_at(delivery, now)
        if at is None:
            log.info("line-not-allowed", channel=delivery.channel)
            await self.outbox.sent(delivery, now)
        elif at > now:
            await self.outbox.later(delivery, at)
        return at == now
