"""When the office works and how soon it answers, as its supervisor says; when an officer is away.

Routing and the ladder count with it from the next request on: what is urgent goes past an office
where nobody is.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.audit import By
from bot.console.gate import Visit, see_other
from bot.console.noted import note_refused
from bot.console.offices import office_zone, place_of
from bot.console.words import Note, mark
from bot.directory import clock_of
from bot.referrals import (
    LIMITS,
    BadAbsence,
    BadHours,
    BadTimes,
    OfficeTimes,
    Worktime,
    checked_absence,
    office_times,
)
from bot.referrals.worktime import WORLD
from bot.staff import DUTY_DESK, NoSuchMember, Officer, Role, may_hold

ADDRESS = "/console/times"
DIGITS = 18
DONE: Mapping[str, str] = {
    "kept": mark("The times of your office are kept. They count from the next request on."),
    "away": mark("Noted. What is urgent goes past your office while everybody is away."),
    "back": mark("That absence is taken back."),
}
BAD_HOURS = Note(
    mark(
        "These hours cannot be read, or nobody would work in the next four weeks. "
        "Write them like this: Mo-Fr 09:00-17:00; Sa 09:00-12:00"
    )
)
BAD_TIMES = Note(
    mark(
        "Give whole numbers: %(hour_least)s to %(hour_most)s minutes, %(three_least)s to "
        "%(three_most)s minutes, and %(day_least)s to %(day_most)s hours of work."
    ),
    {
        f"{name}_{end}": bound
        for name, key in (("hour", "hour"), ("three", "three_hours"), ("day", "day"))
        for end, bound in zip(("least", "most"), LIMITS[key], strict=True)
    },
)
BAD_ABSENCE = Note(
    mark("Give a first and a last moment that is not over yet, the last one within a year.")
)
NOT_YOURS = Note(mark("Nothing was changed: only a supervisor sets the times of the office."))


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show the times of the office and when the officer is away."""
    return await _page(visit, officer)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Keep the times of the office."""
    now = visit.deps.clock()
    if not _sets(officer):
        await note_refused(visit.deps, visit.request, officer)
        return await _page(visit, officer, 403, NOT_YOURS)
    try:
        said = office_times(_typed(visit, officer), _worktime(visit, officer), now)
    except BadHours:
        return await _page(visit, officer, 400, BAD_HOURS)
    except BadTimes:
        return await _page(visit, officer, 400, BAD_TIMES)
    async with visit.deps.open() as work:
        await work.times.keep(officer.office, said, By(officer.id, now))
    return see_other(f"{ADDRESS}?done=kept")


async def send_leave(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Note when the officer is away."""
    now = visit.deps.clock()
    try:
        gone, back = (_moment(visit, officer, name) for name in ("gone", "back"))
        checked_absence(gone, back, now)
    except BadAbsence:
        return await _page(visit, officer, 400, BAD_ABSENCE)
    async with visit.deps.open() as work:
        await work.times.leave(gone, back, By(officer.id, now))
    return see_other(f"{ADDRESS}?done=away")


async def send_stay(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Take an absence back; pressing twice is the same as pressing once."""
    typed = visit.form.get("absence", "")
    if typed.isdecimal() and len(typed) <= DIGITS:
        async with visit.deps.open() as work:
            await work.times.stay(int(typed), By(officer.id, visit.deps.clock()))
    return see_other(f"{ADDRESS}?done=back")


async def back(_visit: Visit, _officer: Officer) -> web.StreamResponse:
    """Lead a browser that reloads the address of a form back to the page."""
    return see_other(ADDRESS)


async def _page(
    visit: Visit, officer: Officer, status: int = 200, problem: Note | None = None
) -> web.Response:
    if not may_hold(officer):
        raise NoSuchMember("not for this role")
    async with visit.deps.open() as work:
        said = await work.times.of(officer.office)
        away = await work.times.absences(officer.id, visit.deps.clock())
    return visit.show(
        "times.html",
        status,
        values={**_values(said), **(visit.form if problem else {})},
        typed={"gone": "", "back": "", **visit.form},
        limits=LIMITS,
        sets=_sets(officer),
        always=officer.office == DUTY_DESK,
        away=away,
        problem=problem,
        said=DONE.get(visit.request.query.get("done", ""), ""),
    )


def _sets(officer: Officer) -> bool:
    """Tell whether the officer sets the times of the office."""
    return Role.SUPERVISOR in officer.roles


def _typed(visit: Visit, officer: Officer) -> Mapping[str, str]:
    """Return what was typed; the duty desk is always there, so it has no hours."""
    return dict(visit.form) | ({"hours": ""} if officer.office == DUTY_DESK else {})


def _values(said: OfficeTimes) -> dict[str, str]:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    return {
        "hours": said.hours or "",
        "hour": str(said.times.hour // minute),
        "three_hours": str(said.times.three_hours // minute),
        "day": str(said.times.day // hour),
    }


def _worktime(visit: Visit, officer: Officer) -> Worktime:
    place = place_of(visit.deps.directory, officer.office)
    if place is None:
        return Worktime()
    return Worktime(clock_of(place.country, place.point) or WORLD, place.country)


def _moment(visit: Visit, officer: Officer, name: str) -> datetime:
    """Return a moment that was typed on the clock of the office (aware UTC).

    Raises:
        BadAbsence: it is none.
    """
    try:
        typed = datetime.fromisoformat(visit.form.get(name, ""))
        zone = office_zone(visit.deps.directory, officer.office)
        return typed.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadAbsence("no moment") from None
