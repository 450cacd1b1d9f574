"""Keep what a person took back past its 72 hours, as a life is in danger: a supervisor's act."""

from aiohttp import web

from bot.console.access import may_keep, open_to
from bot.console.case import changed_meanwhile, done, refused_pending
from bot.console.gate import Visit
from bot.console.words import Note, mark
from bot.privacy.retention import RULES
from bot.referrals import DANGER_TO_LIFE
from bot.staff import Officer

MISSING = Note(mark("Tick the box if it is so; else go back, and nothing is kept."))


async def ask(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Say what it means, and ask whether a life is in danger."""
    return await _page(visit, officer)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Record danger to life; pressing twice is the same as pressing once."""
    if visit.form.get("why") != DANGER_TO_LIFE:
        return await _page(visit, officer, 400, MISSING)
    reference = visit.request.match_info["reference"]
    async with visit.deps.open() as work:
        referral = await open_to(work, officer, reference, may_keep)
        holds = bool(await visit.keys(work))
        kept = holds and (referral.kept or await work.keep(referral, officer.id))
    if not holds:
        return await refused_pending(visit, officer)
    return done(referral, "kept") if kept else await changed_meanwhile(visit, officer)


async def _page(
    visit: Visit, officer: Officer, status: int = 200, problem: Note | None = None
) -> web.Response:
    reference = visit.request.match_info["reference"]
    async with visit.deps.open() as work:
        referral = await open_to(work, officer, reference, may_keep)
        holds = bool(await visit.keys(work))
    if referral.kept:
        return done(referral, "kept")
    if not holds:
        return await refused_pending(visit, officer)
    days = RULES["kept"].lives.days
    return visit.show("keep.html", status, referral=referral, days=days, problem=problem)
