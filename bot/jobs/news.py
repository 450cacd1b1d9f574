"""Tell a person that there is something new, where they chose to be written to.

The line goes through the dispatcher like any turn, so that it is committed, numbered and sent the
same way; its key is the event's, so that a job that runs twice says it once.
"""

from collections.abc import Awaitable, Callable

from bot.conversation import Turn
from bot.jobs.parts import Jobs


def task(jobs: Jobs) -> Callable[[int], Awaitable[None]]:
    """Return the task `news(event)`."""

    async def news(event: int) -> None:
        told = await jobs.store.told_of(event)
        if told is None:
            return
        turn = Turn(
            key=f"news:{event}",
            channel=told.channel,
            person=told.person,
            at=jobs.clock(),
            choice="news",
            hint=told.language,
            address=told.address,
            unasked=True,
        )
        delivery = await jobs.dispatcher.handle(turn)
        # A repeat that is not marked as sent belongs to the sweep; sent here too it would double.
        if not delivery.repeat:
            await jobs.sender.send(delivery)
        if told.ended:
            await jobs.store.drop_address(told.referral)

    return news
