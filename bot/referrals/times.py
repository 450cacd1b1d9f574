"""What an office may say of its own times, and an officer of the days they are away: the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.audit import By
from bot.directory import readable
from bot.errors import Invalid
from bot.referrals.sla import Times
from bot.referrals.worktime import Worktime, opens

LONGEST_HOURS = 200
LIMITS: Mapping[str, tuple[int, int]] = {
    "hour": (15, 180),
    "three_hours": (30, 720),
    "day": (1, 40),
}
"""From and to: minutes, minutes, and hours of work."""
LONGEST_ABSENCE = timedelta(days=366)


class BadHours(Invalid):
    """Opening hours that cannot be read, or at which nobody ever works."""


class BadTimes(Invalid):
    """A time in which an office answers that is no number, or out of its limits."""


class BadAbsence(Invalid):
    """An absence that is over, ends before it begins, or is longer than a year."""


@dataclass(frozen=True, slots=True)
class OfficeTimes:
    """When an office works (None: the working days of its country) and how soon it answers."""

    hours: str | None = None
    times: Times = field(default_factory=Times)


@dataclass(frozen=True, slots=True)
class Absence:
    """From when to when an officer is away (aware UTC)."""

    id: int
    gone: datetime
    back: datetime


class TimesStore(Protocol):
    """The times of offices and officers, inside the transaction of the caller."""

    async def of(self, office: str) -> OfficeTimes:
        """Return what an office said of itself; what is usual where it said nothing."""
        ...

    async def keep(self, office: str, said: OfficeTimes, by: By) -> None:
        """Keep what an office says, audited."""
        ...

    async def absences(self, officer: str, at: datetime) -> tuple[Absence, ...]:
        """Return when an officer is away, now or later, the next one first."""
        ...

    async def leave(self, gone: datetime, back: datetime, by: By) -> None:
        """Note when an officer is away, audited."""
        ...

    async def stay(self, absence: int, by: By) -> bool:
        """Take an absence of the officer back, audited; False where there is no such one."""
        ...


def office_times(said: Mapping[str, str], worktime: Worktime, at: datetime) -> OfficeTimes:
    """Return the times that were typed, for an office whose clock and country are given.

    Raises:
        BadHours, BadTimes: something typed cannot be so.
    """
    hours = " ".join(said.get("hours", "").split()) or None
    if hours is not None and not _works(hours, worktime, at):
        raise BadHours("hours that cannot be read, or nobody ever works")
    hour, three, day = (_number(said.get(name, ""), *LIMITS[name]) for name in LIMITS)
    minute = timedelta(minutes=1)
    return OfficeTimes(hours, Times(hour * minute, three * minute, day * 60 * minute))


def checked_absence(gone: datetime, back: datetime, at: datetime) -> None:
    """Refuse an absence that cannot be so.

    Raises:
        BadAbsence: it is over, ends before it begins, or is longer than a year.
    """
    if not gone < back or back <= at or back - gone > LONGEST_ABSENCE:
        raise BadAbsence("no such time")


def _works(hours: str, worktime: Worktime, at: datetime) -> bool:
    if len(hours) > LONGEST_HOURS or not readable(hours):
        return False
    return opens(Worktime(worktime.clock, worktime.country, hours), at) is not None


def _number(typed: str, least: int, most: int) -> int:
    typed = typed.strip()
    number = int(typed) if typed.isdecimal() and len(typed) <= len(str(most)) else 0
    if not least <= number <= most:
        raise BadTimes("not a number within its limits")
    return number
