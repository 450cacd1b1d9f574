"""With which partners data may be shared: a supervisor says so, and until when.

Without a yes in force nothing is passed, whatever a person allowed; the audit says who said it.
"""

from datetime import date

from aiohttp import web

from bot.audit import By
from bot.console.gate import Visit, see_other
from bot.console.offices import place_of
from bot.console.words import Note, mark
from bot.directory import Place
from bot.errors import Absent
from bot.referrals import Agreement, is_partner, partners_in
from bot.staff import DUTY_DESK, Officer, Role

ADDRESS = "/console/agreements"
KEPT = Note(mark("It is kept. It counts from now on."))
NO_DAY = Note(
    mark("Write days such as 2026-12-31. An agreement needs the day since when it is in force.")
)


class PartnerUnknown(Absent):
    """There is no such partner in the country of this supervisor, or this is no supervisor."""


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show the partners of the country with what was agreed."""
    return await _page(visit, officer)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Keep what was agreed with a partner."""
    place = _place(visit, officer)
    agreed = visit.form.get("agreed") == "yes"
    try:
        since, until = _day(visit.form.get("since", "")), _day(visit.form.get("until", ""))
    except ValueError:
        return await _page(visit, officer, 400, NO_DAY)
    if agreed and (since is None or (until is not None and until < since)):
        return await _page(visit, officer, 400, NO_DAY)
    async with visit.deps.open() as work:
        known = (await work.agreements.every()).get(place.id, Agreement(place.id))
        kept = Agreement(place.id, agreed, since, until, known.full_until)
        await work.agreements.put(kept, officer.office, By(officer.id, work.referrals.now))
    return see_other(f"{ADDRESS}?done=kept&country={place.country}")


async def _page(
    visit: Visit, officer: Officer, status: int = 200, problem: Note | None = None
) -> web.Response:
    country = _country(visit, officer)
    async with visit.deps.open() as work:
        known = await work.agreements.every()
    places = partners_in(visit.deps.directory, country)
    return visit.show(
        "agreements.html",
        status,
        country=country,
        chooses=officer.office == DUTY_DESK,
        rows=[(place, known.get(place.id, Agreement(place.id))) for place in places],
        today=visit.viewer.now.date(),
        problem=problem,
        done=KEPT if visit.request.query.get("done") == "kept" else None,
    )


def _country(visit: Visit, officer: Officer) -> str:
    """Return the country whose partners a supervisor keeps; the duty desk names one.

    Raises:
        PartnerUnknown: this is no supervisor.
    """
    if Role.SUPERVISOR not in officer.roles:
        raise PartnerUnknown("not for this role")
    if officer.office == DUTY_DESK:
        return visit.request.query.get("country", "").upper()
    place = place_of(visit.deps.directory, officer.office)
    return place.country if place else ""


def _place(visit: Visit, officer: Officer) -> Place:
    own = _country(visit, officer)
    place = visit.deps.directory.places.get(visit.request.match_info["partner"])
    foreign = officer.office != DUTY_DESK and place is not None and place.country != own
    if place is None or foreign or not is_partner(place):
        raise PartnerUnknown("no such partner")
    return place


def _day(text: str) -> date | None:
    return date.fromisoformat(text.strip()) if text.strip() else None
