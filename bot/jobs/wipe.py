"""Go on deleting what must not stay in a chat, until the channel lets go of it no more.

The reply to a quick exit deletes what it can at once, and a code goes after a minute.  What the
channel refused, or could not do since it or this program was away, is tried again here: soon at
first, then less often, for 48 hours.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.conversation import Clears, NotNow, NotReached, Wipe
from bot.jobs.later import NotYet
from bot.jobs.parts import Jobs

FIRST = timedelta(minutes=1)
SELDOM = timedelta(hours=2)
TRIED = timedelta(hours=48)
"""Telegram lets a bot delete what is younger."""


def task(jobs: Jobs) -> Callable[[int], Awaitable[None]]:
    """Return the task `wipe(wipe)`."""

    async def wipe(wipe: int) -> None:
        left, now = await jobs.store.wipe(wipe, jobs.clock()), jobs.clock()
        if left is None:
            return
        if now < left.at + FIRST:
            raise NotYet(left.at + FIRST)
        gone = await _cleared(jobs, left)
        await jobs.store.wiped(wipe, gone)
        if (left.early or set(gone) < set(left.messages)) and now < left.at + TRIED:
            raise NotYet(again_at(left.at, now))
        await jobs.store.end_wipe(wipe)

    return wipe


def again_at(left: datetime, now: datetime) -> datetime:
    """Return when to try again: each time after twice as long, every two hours at most."""
    return now + min(max(now - left, FIRST), SELDOM)


async def _cleared(jobs: Jobs, left: Wipe) -> tuple[int, ...]:
    """Return the messages that are gone now, or that nobody can ever delete."""
    channel = jobs.sender.channels.get(left.channel)
    if not left.messages or not isinstance(channel, Clears):
        return ()
    try:
        return await channel.clear(left.address, left.messages)
    except NotNow:
        return ()
    except NotReached:
        return left.messages
