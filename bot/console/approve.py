"""Agree, as a supervisor, that a request about somebody under 18 may be passed on."""

from aiohttp import web

from bot.console.access import visible_to
from bot.console.allows import may_decide
from bot.console.case import done, refused_pending
from bot.console.gate import Visit
from bot.referrals import ENDED, UnknownReferral
from bot.staff import Officer


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Record that the supervisor agrees; pressing twice is the same as pressing once."""
    async with visit.deps.open() as work:
        referral = await visible_to(work, officer, visit.request.match_info["reference"])
        if not may_decide(officer, referral) or referral.state in ENDED:
            raise UnknownReferral("not for this role")
        if holds := bool(await visit.keys(work)):
            await work.referrals.store.consents.approve(referral, officer.id, work.referrals.now)
    return done(referral, "approved") if holds else await refused_pending(visit, officer)
