"""Tell a person that there is something new, where they chose to be written to.

What they allowed decides, not who wrote: outside their hours the line is held until the window
opens, and where no line is allowed none goes.  It goes through the dispatcher like any turn, so
that it is committed, numbered and sent the same way; its key is the event's, so that a job that
runs twice says it once.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.conversation import Turn
from bot.jobs.later import NotYet
from bot.jobs.parts import Jobs
from bot.referrals import MayNotWrite, Told, goes_at

SOON = timedelta(minutes=1)


def task(jobs: Jobs) -> Callable[[int], Awaitable[None]]:
    """Return the task `news(event)`."""

    async def news(event: int) -> None:
        told, now = await jobs.store.told_of(event), jobs.clock()
        if told is None:
            return
        at = goes_at(told.allowed, now)
        if at is not None and at > now:
            raise NotYet(at)
        if at is not None:
            await _say(jobs, _turn(event, told, now))
        elif told.ended:
            await jobs.store.drop_address(told.referral)

    return news


async def _say(jobs: Jobs, turn: Turn) -> None:
    try:
        delivery = await jobs.dispatcher.handle(turn)
    except MayNotWrite:
        # What is allowed has changed since it was read: it is read again.
        raise NotYet(turn.at + SOON) from None
    # A repeat that is not marked as sent belongs to the sweep; sent here too it would double.
    if not delivery.repeat:
        await jobs.sender.send(delivery)


def _turn(event: int, told: Told, now: datetime) -> Turn:
    return Turn(
        key=f"news:{event}",
        channel=told.channel,
        person=told.person,
        at=now,
        choice="news",
        hint=told.language,
        address=told.address,
        unasked=True,
        about=told.referral,
    )
