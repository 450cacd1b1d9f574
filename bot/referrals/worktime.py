"""When an office works: its hours on its own clock, less public holidays and days nobody is there.

An office that set no hours works from nine to five on the working days of its country.  The duty
desk is always there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours, State

ALWAYS = "24/7"
HORIZON = timedelta(days=28)
"""How far ahead an opening is looked for; an office that opens later is taken for closed."""
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WEEKEND = frozenset({5, 6})
WORLD = ZoneInfo("UTC")
A_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Worktime:
    """When an office works.

    `hours` follow the OSM syntax, None for the working days of its country (ISO 3166-1 alpha-2).
    `away` are the times when none of its officers is there, in order, aware.
    """

    clock: ZoneInfo = WORLD
    country: str | None = None
    hours: str | None = None
    away: tuple[Span, ...] = ()


def is_open(worktime: Worktime, at: datetime) -> bool:
    """Tell whether the office works at an aware moment."""
    return opens(worktime, at) == at


def opens(worktime: Worktime, at: datetime) -> datetime | None:
    """Return when the office works next (aware UTC): now, later, or None where not foreseeable."""
    return next((start for start, _ in _spans(worktime, at)), None)


def closes(worktime: Worktime, at: datetime) -> datetime | None:
    """Return until when an office that works now does (aware UTC).

    None where it is closed now, and where no end of it is foreseeable.
    """
    until = None
    for start, end in _spans(worktime, at):
        if start != (until or at):
            return until
        until = end
    return None if until is None or until - at >= HORIZON - A_DAY else until


def after(worktime: Worktime, at: datetime, needed: timedelta) -> datetime | None:
    """Return when the office will have worked so long since (aware UTC), None as `opens`."""
    for start, end in _spans(worktime, at):
        if end - start >= needed:
            return start + needed
        needed -= end - start
    return None


def all_away(absences: Sequence[Sequence[Span]]) -> tuple[Span, ...]:
    """Return the times when everybody is away, from the absences of each officer of an office."""
    if not absences:
        return ()
    common: list[Span] = sorted(absences[0])
    for other in absences[1:]:
        met = ((max(a, c), min(b, d)) for a, b in common for c, d in other)
        common = sorted(span for span in met if span[0] < span[1])
    return tuple(common)


def _spans(worktime: Worktime, at: datetime) -> Iterator[Span]:
    """Yield when the office works, in order, from a moment on (aware UTC)."""
    for start, end in _scheduled(worktime, at.astimezone(worktime.clock)):
        yield from _without(worktime.away, start.astimezone(UTC), end.astimezone(UTC))


def _scheduled(worktime: Worktime, local: datetime) -> Iterator[Span]:
    until = local + HORIZON
    if worktime.hours == ALWAYS:
        yield local, until
        return
    schedule = _schedule(worktime.hours or _working_days(worktime.country), worktime.clock)
    for start, end, state, _ in schedule.intervals(local, until):
        if state == State.OPEN:
            yield from _on_working_days(worktime, start, min(end, until))


def _on_working_days(worktime: Worktime, start: datetime, end: datetime) -> Iterator[Span]:
    """Cut a span at midnights and leave out what lies on a public holiday."""
    while start < end:
        midnight = datetime.combine(start.date() + A_DAY, time(), worktime.clock)
        stop = min(end, midnight)
        if not _is_holiday(worktime.country, start.date()):
            yield start, stop
        start = stop


def _without(away: Sequence[Span], start: datetime, end: datetime) -> Iterator[Span]:
    for gone, back in away:
        if back <= start or end <= gone:
            continue
        if start < gone:
            yield start, gone
        start = max(start, back)
    if start < end:
        yield start, end


@lru_cache(maxsize=1024)
def _schedule(hours: str, clock: ZoneInfo) -> OpeningHours:
    return OpeningHours(hours, timezone=clock)


@lru_cache(maxsize=256)
def _calendar(country: str | None) -> holidays.HolidayBase | None:
    if country is None:
        return None
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        # So the library says that it knows no holidays of a country; every day is worked then.
        return None


def _is_holiday(country: str | None, day: date) -> bool:
    calendar = _calendar(country)
    return calendar is not None and day in calendar


@lru_cache(maxsize=256)
def _working_days(country: str | None) -> str:
    calendar = _calendar(country)
    weekend = frozenset(calendar.weekend) if calendar is not None else WEEKEND
    days = ",".join(name for number, name in enumerate(DAYS) if number not in weekend)
    return f"{days} 09:00-17:00"
