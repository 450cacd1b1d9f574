"""What officers did, and what they were refused, as entries of the audit.

Opening a request and moving it write their entry by themselves, in the store; a refusal undoes its
transaction, so it is noted in one of its own.
"""

from aiohttp import web

from bot.audit import Act, By, Outcome
from bot.console.access import known_form
from bot.console.deps import Deps, Work
from bot.errors import Absent
from bot.staff import Officer

VERBS = frozenset(
    "claim answer note close release pass-on pass-office admit remove recover renew lift keep"
    " approve override times leave stay tick counter".split()
)


async def note(
    work: Work, officer: Officer, action: str, on: str | None, outcome: Outcome = Outcome.DONE
) -> None:
    """Note an act of an officer on what has this id, in the transaction that does it."""
    act = Act(action, on, outcome, officer.office)
    await work.audit.note(act, By(officer.id, work.referrals.now))


async def note_refused(deps: Deps, request: web.Request, officer: Officer) -> None:
    """Note that what an address names was refused to an officer."""
    verb = request.path.rpartition("/")[2]
    action = verb if verb in VERBS else "open"
    async with deps.open() as work:
        await note(work, officer, action, await _object(work, request), Outcome.REFUSED)


async def _object(work: Work, request: web.Request) -> str | None:
    """Return the id of what an address names, if there is such; what was typed is not repeated."""
    if member := request.match_info.get("officer"):
        known = await work.staff.officer(member)
        return known.id if known else None
    try:
        reference = known_form(request.match_info.get("reference", ""))
    except Absent:
        return None
    referral = await work.referrals.store.by_reference(reference)
    return referral.id if referral else None
