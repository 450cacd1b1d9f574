"""Where a request waits: who is to take it, how soon, and when the clock looks at it again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Pace(StrEnum):
    """How soon somebody must have taken a request.  The values are stored."""

    NOW = "now"
    HOUR = "hour"
    THREE_HOURS = "three-hours"
    DAY = "day"


class Rung(StrEnum):
    """Who is to take it.  The values are stored, in the order of the ladder."""

    OFFICE = "office"
    SUPERVISOR = "supervisor"
    REGIONAL = "regional-desk"
    DUTY = "duty-desk"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a request waits, and when the clock looks at it again (aware UTC)."""

    rung: Rung
    office: str
    since: datetime
    wakes: datetime
    alerts: int = 0
    """How often the rung was told since the request came to it, apart from its coming."""
    due: datetime | None = None
    """By when an office that gets it now must answer; None where that stays as it was."""
