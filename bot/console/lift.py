"""Let a person be answered again who had stopped all contact: asked first, with a reason."""

from aiohttp import web

from bot.console.access import known_form, may_lift, open_to
from bot.console.case import done, refused_pending
from bot.console.gate import Visit
from bot.console.words import LIFTING, Note, mark
from bot.referrals import Lifting
from bot.staff import Officer

MISSING = Note(mark("Choose why, then press the button again."))


async def ask(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Say what it means, and ask why."""
    return await _page(visit, officer)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Let the code open the request again; pressing twice is the same as pressing once."""
    try:
        why = Lifting(visit.form.get("why", ""))
    except ValueError:
        return await _page(visit, officer, 400, MISSING)
    reference = visit.request.match_info["reference"]
    async with visit.deps.open() as work:
        await work.hold(known_form(reference))
        referral = await open_to(work, officer, reference, may_lift)
        holds = bool(await visit.keys(work))
        if holds and referral.do_not_contact:
            now = work.referrals.now
            await work.referrals.store.contacts.lift(referral, officer.id, now, why)
            await work.alerts.settle(referral, officer.id, now, but=())
    if not holds:
        return await refused_pending(visit, officer)
    return done(referral, "lifted")


async def _page(
    visit: Visit, officer: Officer, status: int = 200, problem: Note | None = None
) -> web.Response:
    reference = visit.request.match_info["reference"]
    async with visit.deps.open() as work:
        referral = await open_to(work, officer, reference, may_lift)
        holds = bool(await visit.keys(work))
    if not referral.do_not_contact:
        return done(referral, "lifted")
    if not holds:
        return await refused_pending(visit, officer)
    return visit.show("lift.html", status, referral=referral, reasons=LIFTING, problem=problem)
