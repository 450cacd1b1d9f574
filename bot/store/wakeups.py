"""Wakes those who wait for news of a person or an office, in whichever process it was made.

A wake-up is only a hint: who is woken reads the table, which is the truth, and so does who was
not woken for a while.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import psycopg

from bot.privacy import Log
from bot.store.unit import NEWS_CHANNEL

log = Log(__name__)
RECONNECT_SECONDS = 2.0
OFFICE_CHANNEL = "waypoint_offices"
"""Where the database names an office in whose queue something changed (migration 0012)."""


class Wakeups:
    """One listening connection for all who wait in this process."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._waiting: defaultdict[tuple[str, str], set[asyncio.Event]] = defaultdict(set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen while the block runs, connecting again after a fault."""
        task = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def of(self, person: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Give an event that is set when there is news of the person."""
        return self._woken(NEWS_CHANNEL, person)

    def of_office(self, office: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Give an event that is set when something changed in the queue of the office."""
        return self._woken(OFFICE_CHANNEL, office)

    def wake_office(self, office: str) -> None:
        """Wake who shows the queue of an office in this process, where no notice comes."""
        self._wake(OFFICE_CHANNEL, office)

    def _wake(self, channel: str, name: str) -> None:
        for event in self._waiting.get((channel, name), ()):
            event.set()

    @asynccontextmanager
    async def _woken(self, channel: str, name: str) -> AsyncIterator[asyncio.Event]:
        event, key = asyncio.Event(), (channel, name)
        self._waiting[key].add(event)
        try:
            yield event
        finally:
            self._waiting[key].discard(event)
            if not self._waiting[key]:
                del self._waiting[key]

    def wake_all(self) -> None:
        """Let everybody look at the table, such as after a reconnection or before a stop."""
        for events in self._waiting.values():
            for event in events:
                event.set()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except psycopg.Error as error:
                log.warning("wakeups-lost", error)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            for channel in (NEWS_CHANNEL, OFFICE_CHANNEL):
                await connection.execute(f"LISTEN {channel}")
            self.wake_all()
            async for notice in connection.notifies():
                self._wake(notice.channel, notice.payload)
