"""Safe contact: when a person who chose to be written to may get one neutral line, and no more.

By default nothing is ever sent unasked.  A yes holds for one line at a time: after each the person
is asked again, and three lines or 14 days end it.  The sender asks these rules before every line,
not the officer; a change here changes what reaches a phone that somebody else may hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.privacy import Keys, Reason, key_of_code, new_check, opened_by_token
from bot.referrals.codes import READER

USES = 3
LASTS = timedelta(days=14)
DAY = timedelta(days=1)
SHORTEST_WORD, LONGEST_WORD, MOST_WORDS = 4, 60, 3


class Hours(StrEnum):
    """When a line may come, on the person's clock.  The values are stored and on buttons."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    ANY = "any"


WINDOWS: Mapping[Hours, tuple[int, int]] = {
    Hours.MORNING: (8, 12),
    Hours.AFTERNOON: (12, 17),
    Hours.EVENING: (17, 21),
    Hours.ANY: (0, 24),
}
"""From which full hour to which, local time."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a person allowed: hours on the clock of a zone, until when, and how many lines.

    `confirmed` is their yes to the next line; a line uses it up.
    """

    hours: Hours
    zone: str
    until: datetime
    left: int = USES
    confirmed: bool = True


def allowed_from(hours: Hours, zone: str, now: datetime) -> Allowed:
    """Return what a fresh yes allows."""
    return Allowed(hours, zone, now + LASTS)


def after_line(allowed: Allowed) -> Allowed:
    """Return what is still allowed after a line: nothing before a new yes."""
    return replace(allowed, left=allowed.left - 1, confirmed=False)


def may_ask_again(allowed: Allowed, now: datetime) -> bool:
    """Tell whether another yes would allow another line without choosing hours anew."""
    return allowed.left > 0 and now < allowed.until


def may_write(allowed: Allowed, now: datetime) -> bool:
    """Tell whether a line may go out now."""
    return goes_at(allowed, now) == now


def goes_at(allowed: Allowed, now: datetime) -> datetime | None:
    """Return when a line may go out: now, when the window opens, or never (aware UTC)."""
    if not allowed.confirmed or allowed.left <= 0:
        return None
    return line_goes_at(allowed, now)


def line_goes_at(allowed: Allowed, now: datetime) -> datetime | None:
    """Return when a line whose use is counted already may go out: the sender's last check."""
    opens = _opens(allowed, now)
    return opens if opens < allowed.until else None


def _opens(allowed: Allowed, now: datetime) -> datetime:
    zone, (first, last) = _zone(allowed.zone), WINDOWS[allowed.hours]
    local = now.astimezone(zone)
    if first <= local.hour < last:
        return now
    day = local.date() if local.hour < first else local.date() + DAY
    return datetime.combine(day, time(first), zone).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    """Return the zone; one that this machine does not know is UTC, as the person was told."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


# --- the word that stops everything --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of the code and of the word that stops contact; None where there is none."""

    check: bytes | None = field(default=None, repr=False)
    locked: bytes | None = field(default=None, repr=False)
    stop: bytes | None = field(default=None, repr=False)
    erased: Reason | None = None
    """Why time erased it, where only this and the check of the code are left."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a typed secret is: the code, which fits and opens `reader`; the stop word; neither."""

    fits: bool = False
    reader: bytes | None = field(default=None, repr=False)
    stops: bool = False


def judged(keys: Keys, typed: str, kept: Kept) -> Judged:
    """Return what was typed in place of the code; blocking, and as long whatever it is.

    Both are stretched always, so that nobody who watches the clock learns which word it was.
    """
    key = key_of_code(keys, typed, kept.check)
    stops = key_of_code(keys, typed, kept.stop) is not None
    reader = None
    if key is not None and kept.locked is not None:
        reader = opened_by_token(kept.locked, key.hex(), READER)
    return Judged(key is not None, reader, stops)


def which_stops(keys: Keys, word: str, checks: Sequence[bytes]) -> int | None:
    """Return which of these stop words was typed alone, None for none; blocking.

    All are stretched, and two at least: as many as `judged` takes for a code.
    """
    padded: list[bytes | None] = [*checks, *[None] * (2 - len(checks))]
    met = [key_of_code(keys, word, one) is not None for one in padded]
    return met.index(True) if any(met) else None


def stop_check(keys: Keys, word: str) -> bytes:
    """Return what is stored of a stop word (`stop_word` of what was typed); blocking."""
    return new_check(keys, word)[0]


def stop_word(folded: str) -> str | None:
    """Return a word as it is stretched, from its folded text; None for what cannot be one.

    Four letters or digits at least, one letter among them: digits alone are a number or a code.
    At most three words: what is longer is a question, and costs no try.
    """
    if len(folded.split()) > MOST_WORDS:
        return None
    word = "".join(one for one in folded if one.isalnum())
    if not SHORTEST_WORD <= len(word) <= LONGEST_WORD or not any(map(str.isalpha, word)):
        return None
    return word
