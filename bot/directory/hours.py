"""Whether a place is open now, on the clock that hangs on its own wall.

Hours are OSM `opening_hours`.  Unknown hours or an unknown clock give None: said as "ask", never
as closed.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # the stub leaves the error out
    OpeningHours,
    UnknownCountryError,
    validate,
)

from bot.directory.borders import clock_of
from bot.directory.model import Place

ALWAYS = "24/7"


def open_now(place: Place, at: datetime) -> bool | None:
    """Tell whether the place is open at an aware moment; None where it cannot be known."""
    if place.hours == ALWAYS:
        return True
    schedule, clock = _schedule_of(place)
    if schedule is None or clock is None:
        return None
    return bool(schedule.is_open(at.astimezone(clock)))


def opens_next(place: Place, at: datetime) -> datetime | None:
    """Return when a closed place opens next, aware in its own zone; None if open or unknown."""
    schedule, clock = _schedule_of(place)
    if schedule is None or clock is None:
        return None
    local = at.astimezone(clock)
    change: datetime | None = None if schedule.is_open(local) else schedule.next_change(local)
    return change


@lru_cache(maxsize=2048)
def readable(hours: str) -> bool:
    """Tell whether the hours follow the OSM syntax."""
    return validate(hours)


def _schedule_of(place: Place) -> tuple[OpeningHours | None, ZoneInfo | None]:
    if place.hours is None:
        return None, None
    clock = clock_of(place.country, place.point)
    return (_parsed(place.hours, clock, place.country) if clock else None), clock


@lru_cache(maxsize=2048)
def _parsed(hours: str, clock: ZoneInfo, country: str) -> OpeningHours:
    """Parse once; public holidays count where the parser knows the country's."""
    try:
        return OpeningHours(hours, timezone=clock, country=country)
    except UnknownCountryError:
        return OpeningHours(hours, timezone=clock)
