"""What lives how long: the rules, one table that people can read, and the arithmetic over them.

`docs/howto/erase-and-retain.md` shows this table, and a test holds the two together.  To change how
long something lives, change it here; the store only asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SIGN_IN = 8 * HOUR
"""How long a sign-in lasts at most."""


class Reason(StrEnum):
    """Why time erased a request, as its stub says it.  Stored: add one, never rename one."""

    CLOSED = "closed"
    UNCLAIMED = "unclaimed"
    UNFINISHED = "unfinished"


class Refusal(StrEnum):
    """Why a run erased less than was due."""

    AHEAD = "ahead"
    CLOCK = "clock"
    TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Rule:
    """How long something lives, from when that is counted, and what stays of it."""

    lives: timedelta
    counted_from: str
    then: str = "gone"


ALARMS = (60, 75, 83, 88)
"""Days without an event after which the office that has a request is warned."""
DESK_DAYS = 90
"""Days after which the duty desk has it and must close it."""
GRACE = 14 * DAY
"""How long the duty desk has for that."""
END = DESK_DAYS * DAY + GRACE

RULES: Mapping[str, Rule] = {
    "chats": Rule(24 * HOUR, "the last turn"),
    "message-ids": Rule(48 * HOUR, "the message"),
    "replies": Rule(24 * HOUR, "the turn", "key, pseudonym and time"),
    "turns": Rule(8 * DAY, "the turn"),
    "draft-keys": Rule(2 * DAY, "the end of their day"),
    "code-failures": Rule(48 * HOUR, "the wrong code"),
    "set-aside": Rule(2 * DAY, "the update that could not be read"),
    "wipes": Rule(3 * DAY, "the quick exit, or the code"),
    "jobs": Rule(8 * DAY, "the last try of a job that failed"),
    "invitations": Rule(24 * HOUR, "the end of the invitation"),
    "sign-ins": Rule(HOUR / 4, "the last page an officer opened, or 8 hours after the sign-in"),
    "contacts": Rule(14 * DAY, "the choice to be written to in the chat"),
    "unclaimed": Rule(END, "the last event of a request nobody took", "a stub, an incident"),
    "unfinished": Rule(END, "the last event of a request that was taken", "a stub, an incident"),
    "closed": Rule(30 * DAY, "the day of closing", "a stub"),
    "packets": Rule(30 * DAY, "the yes of a partner with an account", "that it was offered"),
    "offers": Rule(90 * DAY, "the end of an offer whose request lives on"),
    "withdrawn": Rule(72 * HOUR, "the withdrawal of a request in hand"),
    "kept": Rule(END, "the withdrawal, where a supervisor recorded danger to life"),
    "stubs": Rule(90 * DAY, "the day of the erasure"),
    "erasures": Rule(35 * DAY, "the erasure"),
    "audit": Rule(730 * DAY, "the entry"),
    "counts": Rule(730 * DAY, "the day that was counted"),
}
"""How long each thing lives.  A stub is reference, check of the code, reason and day, no more."""

AHEAD = DAY
"""How far ahead of the real clock a run may be without a word from the operator."""
FEW = 20
SHARE = 20
"""One run erases at most 20 requests or a twentieth of all, whichever is more."""
LEAP = 7 * DAY
"""A clock that is further than this from the last run may be wrong."""
SETTLES = DAY
"""How long such a clock must go on before it is believed."""
FAR = 90 * DAY
"""A clock that leapt further ahead than this is never believed without the operator's word."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the rules: as of when, what the real clock says, whether the operator confirmed.

    Times are aware UTC.
    """

    at: datetime
    real: datetime
    confirmed: bool = False

    @property
    def stored(self) -> datetime:
        """Return the time that may be written down: never one later than the real clock."""
        return min(self.at, self.real)

    def before(self, rule: str) -> datetime:
        """Return the moment before which what a rule speaks of is past its time."""
        return self.at - RULES[rule].lives

    @property
    def ahead(self) -> bool:
        """Tell whether it lies too far ahead to act without a confirmation."""
        return self.at - self.real > AHEAD and not self.confirmed


@dataclass(frozen=True, slots=True)
class Witness:
    """What is remembered of the clock between runs: when it was last right, since when doubted."""

    seen: datetime
    doubted: datetime | None = None


def witnessed(last: Witness | None, real: datetime) -> Witness:
    """Return what is known of the clock now.

    One that leapt is doubted until it comes back, or until it has gone on for a day; after a leap
    ahead over `FAR` it is doubted until the operator says that it is right.
    """
    if last is None or abs(real - last.seen) <= LEAP:
        return Witness(real)
    # One that leaps again is doubted anew.
    going_on = last.doubted is not None and timedelta(0) <= real - last.doubted <= LEAP
    since = last.doubted if going_on and last.doubted is not None else real
    if real - since >= SETTLES and real - last.seen <= FAR:
        return Witness(real)
    return Witness(last.seen, since)


def limit(requests: int) -> int:
    """Return how many of so many requests one run may erase by itself."""
    return max(FEW, requests // SHARE)


def step(age: timedelta) -> int | None:
    """Return the last step (in days) that a request without an event for so long has reached."""
    return next((one for one in (DESK_DAYS, *reversed(ALARMS)) if age >= one * DAY), None)


def is_over(age: timedelta, at_desk: timedelta | None, *, confirmed: bool) -> bool:
    """Tell whether a request nobody ended is to be erased.

    Without the operator's word only once the duty desk has really had its two weeks, so that a
    program that stood still for a month erases nothing that nobody was warned of.
    """
    warned = confirmed or (at_desk is not None and at_desk >= GRACE)
    return age >= END and warned


def table() -> str:
    """Return the rules as a table in Markdown."""
    rows = [
        f"| `{name}` | {spoken(one)} | {one.counted_from} | {one.then} |"
        for name, one in RULES.items()
    ]
    head = ["| rule | lives | counted from | what stays |", "| --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def spoken(rule: Rule) -> str:
    """Return how long a rule lets something live: in hours up to three days, else in days."""
    if rule.lives < HOUR:
        return f"{int(rule.lives.total_seconds()) // 60} minutes"
    hours = int(rule.lives / HOUR)
    return f"{hours} hours" if hours <= 72 else f"{hours // 24} days"
