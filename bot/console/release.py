"""Give a request back to the queue."""

from aiohttp import web

from bot.console.access import working_on
from bot.console.case import changed_meanwhile
from bot.console.gate import Visit, see_other
from bot.console.queue import ADDRESS
from bot.referrals import MoveRefused, TakenByAnother
from bot.staff import Officer


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Give the request back."""
    try:
        async with visit.deps.open() as work:
            referral = await working_on(work, officer, visit.request.match_info["reference"])
            await work.referrals.release(referral, officer.id)
    except (MoveRefused, TakenByAnother):
        return await changed_meanwhile(visit, officer)
    return see_other(f"{ADDRESS}?done=released")
