"""Close a request with what became of it."""

from aiohttp import web

from bot.console.access import working_on
from bot.console.case import changed_meanwhile, show_case
from bot.console.gate import Visit, see_other
from bot.console.queue import ADDRESS
from bot.console.words import Note, mark
from bot.referrals import MoveRefused, Outcome, TakenByAnother
from bot.staff import Officer


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Close the request, or ask for the outcome again."""
    try:
        outcome = Outcome(visit.form.get("outcome", ""))
    except ValueError:
        missing = Note(mark("Choose how it ended, then press Close again."))
        return await show_case(visit, officer, 400, outcome_problem=missing)
    try:
        async with visit.deps.open() as work:
            referral = await working_on(work, officer, visit.request.match_info["reference"])
            closed = await work.referrals.close(referral, officer.id, outcome)
            await work.alerts.settle(closed, officer.id, work.referrals.now)
    except (MoveRefused, TakenByAnother):
        return await changed_meanwhile(visit, officer)
    return see_other(f"{ADDRESS}?done=closed")
