"""From a raw update to a committed turn; what comes after the commit goes on by itself.

`take` returns only when the update may be confirmed to Telegram: its turn and its reply are
committed, or it asks nothing of us, or it is set aside encrypted because it can be read or
handled by nobody.  A change here can lose what a person wrote.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.telegram.inbound import (
    CHANNEL,
    Arrival,
    Group,
    Ignored,
    Reader,
    UnreadableUpdate,
    lane_of,
    update_number,
)
from bot.channels.telegram.lanes import Lanes
from bot.clock import Clock
from bot.conversation import Delivery, MessageIds, SetAside, Turn
from bot.errors import Unavailable
from bot.privacy import Log

log = Log(__name__)

TRIES = 5
"""How often a turn may fail before it is set aside; a database that is away fails that too."""
TURN_SECONDS = 60.0
AT_ONCE = 100
PROMPT = timedelta(minutes=1)
"""Who said something longer ago may have put the phone away: the reply must begin dully."""


Again = Callable[[int], Awaitable[bool]]


class NotTaken(Unavailable):
    """The turn is not committed; the same update must come again."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What an update needs to become a turn, and its reply to go out."""

    reader: Reader
    handle: Callable[[Turn], Awaitable[Delivery]]
    send: Callable[[Delivery], Awaitable[None]]
    answer: Callable[[str], Awaitable[None]]
    """Ends the little clock on a pressed button."""
    leave: Callable[[Group], Awaitable[None]]
    """Takes leave of a group."""
    ids: MessageIds
    """Keeps the numbers of people's own messages, so that a quick exit can delete them."""
    aside: SetAside
    clock: Clock
    _lanes: Lanes = field(default_factory=lambda: Lanes(AT_ONCE))
    _failed: dict[int, int] = field(default_factory=dict)
    _after: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, raw: object, again: Again | None = None) -> None:
        """Bring one update to its commit, in order with the others of its chat.

        `again` waits before another try and tells whether there is to be one; the later updates
        of the chat wait meanwhile, for what a person wrote next must not overtake.

        Raises:
            UnreadableUpdate: it has no number, so that not even setting it aside would help.
            NotTaken: it is not committed; it must not be confirmed.
        """
        number = update_number(raw)
        async with self._lanes.turn(lane_of(raw), number):
            came = self.clock()
            while not await self._taken(number, raw, came):
                if again is None or not await again(self._failed[number]):
                    raise NotTaken("the turn is not committed")
            self._failed.pop(number, None)

    @property
    def under_way(self) -> int:
        """How many updates are being handled or wait for one of their chat."""
        return len(self._lanes)

    async def drain(self, seconds: float) -> None:
        """Let replies under way go out, for so many seconds at most."""
        if self._after:
            await asyncio.wait(self._after, timeout=seconds)

    async def _turn(self, raw: object, came: datetime) -> None:
        now = self.clock()
        try:
            read = self.reader.read(raw, now)
        except UnreadableUpdate as error:
            log.warning("update-set-aside", error, channel=CHANNEL)
            await self._set_aside(raw)
            return
        match read:
            case Arrival():
                await self._commit(read, came)
            case Group():
                self._afterwards(self.leave(read))
            case Ignored():
                pass

    async def _commit(self, arrival: Arrival, came: datetime) -> None:
        turn = arrival.turn
        async with asyncio.timeout(TURN_SECONDS):
            if arrival.message is not None:
                await self.ids.keep(turn.person, (arrival.message,), turn.at)
            delivery = await self.handle(turn)
        if arrival.query is not None:
            self._afterwards(self.answer(arrival.query))
        # A repeat that is not marked as sent belongs to the sweep; sent here too it would double.
        if not delivery.repeat:
            waited = self.clock() - min(came, arrival.said or came)
            self._afterwards(self.send(delivery.late() if waited > PROMPT else delivery))

    async def _taken(self, number: int, raw: object, came: datetime) -> bool:
        error = await _error_of(self._turn(raw, came))
        if error is None:
            return True
        tries = self._failed[number] = self._failed.get(number, 0) + 1
        log.error("turn-failed", error, channel=CHANNEL, tries=tries)
        if tries < TRIES or isinstance(error, Unavailable):
            return False
        if error := await _error_of(self._set_aside(raw)):
            log.error("not-set-aside", error, channel=CHANNEL, tries=tries)
            return False
        # The store takes it, so it may just have come back: the turn gets one more chance.
        if error := await _error_of(self._turn(raw, came)):
            log.error("update-set-aside", error, channel=CHANNEL, tries=tries)
        return True

    async def _set_aside(self, raw: object) -> None:
        await self.aside.put(CHANNEL, json.dumps(raw).encode(), self.clock())

    def _afterwards(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_logged(work))
        self._after.add(task)
        task.add_done_callback(self._after.discard)


async def _logged(work: Awaitable[None]) -> None:
    if error := await _error_of(work):
        log.error("after-turn-failed", error, channel=CHANNEL)


async def _error_of(work: Awaitable[None]) -> BaseException | None:
    """Return what went wrong: whatever it is, a person's words must not be lost with it."""
    outcome = await asyncio.gather(work, return_exceptions=True)
    return outcome[0]
