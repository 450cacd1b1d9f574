"""Take a request, so that nobody else works on it."""

from aiohttp import web

from bot.console.access import visible_to, working_on
from bot.console.case import changed_meanwhile, done
from bot.console.gate import Visit
from bot.referrals import ENDED, MoveRefused, TakenByAnother
from bot.staff import Officer


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Take the request; pressing twice is the same as pressing once."""
    reference = visit.request.match_info["reference"]
    try:
        async with visit.deps.open() as work:
            referral = await working_on(work, officer, reference)
            if referral.claimed_by != officer.id or referral.state in ENDED:
                referral = await work.referrals.claim(referral, officer.id)
    except (MoveRefused, TakenByAnother):
        async with visit.deps.open() as work:
            referral = await visible_to(work, officer, reference)
        # The other press may have been one's own.
        if referral.claimed_by != officer.id or referral.state in ENDED:
            return await changed_meanwhile(visit, officer)
    return done(referral, "taken")
