"""Fetches updates and confirms them only after their turns are committed.

Telegram forgets what lies below the offset.  So the offset is the lowest number that is not yet
committed, and what Telegram gives again meanwhile is recognised by its number.  A slow turn holds
up nobody but its own chat.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable
from typing import Any, TypeVar

from bot.channels.telegram.client import POLL_SECONDS, Client
from bot.channels.telegram.inbound import CHANNEL, UnreadableUpdate, update_number
from bot.channels.telegram.intake import Intake, NotTaken
from bot.channels.telegram.retry import PolledElsewhere
from bot.conversation import NotNow
from bot.errors import Refused
from bot.privacy import Log

log = Log(__name__)
T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
"""Seconds between polls that fail, doubling."""
CONFLICT_PAUSE = 10.0
SHORT, LONG = 0.05, 0.25
"""Seconds to wait for turns under way, before the next poll and after one that gave nothing new."""
STOP_SECONDS, CONFIRM_SECONDS = 3.0, 2.0
"""How long a stop waits for turns under way, and then for Telegram to hear which were committed."""


class Poller:
    """Long polling for one bot."""

    def __init__(self, client: Client, intake: Intake) -> None:
        self._client = client
        self._intake = intake
        self._stop = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._done: set[int] = set()
        self._highest: int | None = None
        self._pauses = 0

    async def run(self) -> None:
        """Serve until `stop`; then finish the turns under way and confirm them.

        Raises:
            BadToken: Telegram does not know the bot.
        """
        try:
            await self._until_stopped(self._remove_webhook())
            while not self._stop.is_set():
                await self._round()
            await self._finish()
        finally:
            for task in self._under_way.values():
                task.cancel()

    async def _round(self) -> None:
        began = asyncio.get_running_loop().time()
        batch = await self._until_stopped(self._fetch())
        if self._start(batch or []):
            await self._settle(SHORT)
        elif self._under_way:
            await self._settle(LONG)
        elif asyncio.get_running_loop().time() - began < LONG:
            # A server that does not hold an empty poll must not be asked without a pause.
            await self._until_stopped(asyncio.sleep(LONG))

    def stop(self) -> None:
        """Fetch no more; `run` returns soon."""
        self._stop.set()

    @property
    def offset(self) -> int | None:
        """The lowest number not yet committed, None when there is nothing to confirm.

        None also keeps us from holding on to a number for long: after a week without updates
        Telegram may count from a lower one.
        """
        if self._under_way:
            return min(self._under_way)
        return None if self._highest is None else self._highest + 1

    async def _remove_webhook(self) -> None:
        while True:
            try:
                await self._client.delete_webhook()
            except NotNow as error:
                await self._pause(error.after)
            except Refused as error:
                log.warning("webhook-not-removed", error, channel=CHANNEL)
                return
            else:
                return

    async def _fetch(self) -> list[Any]:
        offset = self.offset
        try:
            batch = await self._client.updates(offset, 0 if self._under_way else POLL_SECONDS)
        except PolledElsewhere:
            log.error("polled-elsewhere", channel=CHANNEL)
            await asyncio.sleep(CONFLICT_PAUSE)
            return []
        except NotNow as error:
            await self._pause(error.after)
            return []
        self._pauses = 0
        self._confirmed(offset)
        return batch

    async def _pause(self, asked: float) -> None:
        """Wait longer after each failure in a row, and as long as Telegram asks."""
        self._pauses += 1
        log.warning("telegram-does-not-answer", channel=CHANNEL, tries=self._pauses)
        await asyncio.sleep(max(_pause(self._pauses), asked))

    def _confirmed(self, offset: int | None) -> None:
        if offset is None:
            return
        self._done = {number for number in self._done if number >= offset}
        if not self._under_way and self._highest is not None and self._highest < offset:
            self._highest = None

    def _start(self, batch: list[Any]) -> int:
        """Start the turns of the updates not seen yet, and return how many there were."""
        new = 0
        for raw in batch:
            try:
                number = update_number(raw)
            except UnreadableUpdate as error:
                log.error("update-without-number", error, channel=CHANNEL)
                continue
            if number in self._under_way or number in self._done:
                continue
            new += 1
            self._highest = max(number, self._highest or number)
            self._under_way[number] = asyncio.create_task(self._take(number, raw))
        return new

    async def _take(self, number: int, raw: object) -> None:
        """Try until it is committed or the program stops; not confirmed, it comes again."""
        with contextlib.suppress(NotTaken):
            await self._intake.take(raw, self._again)
            self._done.add(number)
            del self._under_way[number]

    async def _again(self, tried: int) -> bool:
        await self._until_stopped(asyncio.sleep(_pause(tried)))
        return not self._stop.is_set()

    async def _settle(self, seconds: float) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=seconds)

    async def _finish(self) -> None:
        """Let turns under way end, then tell Telegram which were committed."""
        await self._settle(STOP_SECONDS)
        offset = self.offset
        if offset is not None:
            try:
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await self._client.updates(offset, 0)
            except (TimeoutError, NotNow, Refused):
                log.info("last-updates-not-confirmed", channel=CHANNEL)

    async def _until_stopped(self, work: Awaitable[T]) -> T | None:
        """Return the result, or None as soon as the program stops."""
        task = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
            stopping.cancel()
            await asyncio.gather(task, stopping, return_exceptions=True)


def _pause(tried: int) -> float:
    """Return a random number of seconds, twice as many after each failure in a row."""
    widest = min(FIRST_PAUSE * 2.0 ** min(tried - 1, 10), LONGEST_PAUSE)
    return random.uniform(widest / 2, widest)
