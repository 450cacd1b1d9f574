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


async def note(work: Work, officer: Officer, action: str, on: Officer | None = None) -> None:
    """Note an act of an officer, on themselves unless it is said on whom, with what it did."""
    act = Act(action, on.id if on else officer.id, chain=officer.office)
    await work.audit.note(act, By(officer.id, work.referrals.now))


async def note_refused(deps: Deps, request: web.Request, officer: Officer) -> None:
    """Note that what an address names was refused to an officer."""
    verb = request.path.rpartition("/")[2]
    async with deps.open() as work:
        act = Act(
            verb if verb in VERBS else "open",
            await _object(work, request),
            Outcome.REFUSED,
            officer.office,
        )
        await work.audit.note(act, By(officer.id, work.referrals.now))


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
