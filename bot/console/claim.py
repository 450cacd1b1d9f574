"""Take a request, so that nobody else works on it."""

from aiohttp import web

from bot.console.access import visible_to, working_on
from bot.console.case import changed_meanwhile, done, refused_pending, refused_wish
from bot.console.deps import Work
from bot.console.gate import Visit
from bot.console.wished import COMMUNITY, UNCONFIRMED, WOMAN
from bot.referrals import (
    ENDED,
    CommunityUnconfirmed,
    MoveRefused,
    Referral,
    TakenByAnother,
    WomanWished,
)
from bot.staff import Officer


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Take the request; pressing twice is the same as pressing once.

    Whoever cannot read it does not take it: it would wait in hands that cannot help.
    """
    reference = visit.request.match_info["reference"]
    try:
        async with visit.deps.open() as work:
            referral = await working_on(work, officer, reference)
            if holds := bool(await visit.keys(work)):
                referral = await _taken(visit, work, officer, referral)
    except WomanWished:
        return await refused_wish(visit, officer, 403, WOMAN)
    except CommunityUnconfirmed:
        return await refused_wish(visit, officer, 400, UNCONFIRMED)
    except (MoveRefused, TakenByAnother):
        async with visit.deps.open() as work:
            referral = await visible_to(work, officer, reference)
        # The other press may have been one's own.
        if referral.claimed_by != officer.id or referral.state in ENDED:
            return await changed_meanwhile(visit, officer)
        return done(referral, "taken")
    if not holds:
        return await refused_pending(visit, officer)
    visit.deps.live.tell(referral.office)
    return done(referral, "taken")


async def _taken(visit: Visit, work: Work, officer: Officer, referral: Referral) -> Referral:
    if referral.claimed_by == officer.id and referral.state not in ENDED:
        return referral
    confirmed = visit.form.get(COMMUNITY) == "yes"
    taken = await work.referrals.claim(referral, officer.id, not_community=confirmed)
    await work.alerts.settle(taken, officer.id, work.referrals.now)
    return taken
