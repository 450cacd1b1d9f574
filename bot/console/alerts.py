"""What stands before the officers of an office until one of them ticks it off."""

from collections.abc import Mapping

from aiohttp import web

from bot.console.case import PENDING
from bot.console.deps import Work
from bot.console.gate import Visit, see_other
from bot.console.noted import note_refused
from bot.console.standing import watched_by
from bot.console.steps import said_of
from bot.console.words import Note
from bot.referrals import Alert, UnknownReferral, Watched
from bot.staff import Officer

ADDRESS = "/console/alerts"
AT_ONCE = 100
TICKED = 20
"""How many of those that are ticked off are shown below the others."""


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show what is not ticked off, latest first, and what was ticked off last."""
    return await _page(visit, officer)


async def send_tick(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Tick one off; whoever is pending cannot hide what colleagues must see."""
    watched, number = _watched(officer), int(visit.request.match_info["alert"])
    async with visit.deps.open() as work:
        if holds := bool(await visit.keys(work)):
            await work.alerts.tick(watched, number, officer.id, visit.deps.clock())
    if not holds:
        await note_refused(visit.deps, visit.request, officer)
        return await _page(visit, officer, 403, PENDING)
    return see_other(ADDRESS)


async def back(_visit: Visit, _officer: Officer) -> web.StreamResponse:
    """Lead a browser that reloads the address of a form back to the list."""
    return see_other(ADDRESS)


async def _page(
    visit: Visit, officer: Officer, status: int = 200, problem: Note | None = None
) -> web.Response:
    watched = _watched(officer)
    async with visit.deps.open() as work:
        lines = await work.alerts.page(watched, AT_ONCE, ticked=False)
        ticked = await work.alerts.page(watched, TICKED, ticked=True)
        holds = bool(await visit.keys(work))
        names = await _names(work, officer) if holds else {}
    return visit.show(
        "alerts.html",
        status,
        standing_lines=lines,
        ticked=ticked,
        names=names,
        holds=holds,
        said_of=said_of,
        is_here=lambda alert: _is_here(alert, officer),
        problem=problem,
    )


async def _names(work: Work, officer: Officer) -> Mapping[str, str]:
    """Return the addresses of the office's officers by id, for those who may see colleagues."""
    members = await work.staff.members(officer.office)
    return {one.officer.id: one.officer.email for one in members}


def _is_here(alert: Alert, officer: Officer) -> bool:
    """Tell whether the request a line is about can still be opened from this office."""
    return alert.referral is not None and alert.referral.office == officer.office


def _watched(officer: Officer) -> Watched:
    """Return whose lines the officer sees.

    Raises:
        UnknownReferral: neither requests nor offers come to their role, so no lines either.
    """
    watched = watched_by(officer)
    if not (watched.categories or watched.offered):
        raise UnknownReferral("not for this role")
    return watched
