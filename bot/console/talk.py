"""What an officer sees while they write: what the person reads, their clock, replies and notes."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.console.access import may_open
from bot.console.deps import Work
from bot.console.gate import Visit
from bot.console.words import Note, mark
from bot.directory import clock_of
from bot.referrals import ENDED, Allowed, CaseNote, Particulars, Referral
from bot.replies import LANGUAGES, Reply, fitting
from bot.staff import OfficeKeys, Officer

UNKNOWN_TIME = Note(mark("What time it is where they are is not known."))
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything around the conversation; `direction` is that of the person's language."""

    direction: str
    local: Note
    replies: tuple[Reply, ...]
    languages: tuple[str, ...]
    notes: tuple[CaseNote, ...]
    may_note: bool


async def talk_of(
    visit: Visit,
    work: Work,
    officer: Officer,
    referral: Referral,
    opened: tuple[OfficeKeys, Particulars | None],
) -> Talk | None:
    """Return what stands around the conversation; None for who may not open the case.

    Raises:
        BrokenSeal: a note was changed or moved.
    """
    keys, particulars = opened
    if particulars is None:
        return None
    allowed = await work.referrals.store.contacts.allowed(referral)
    known = visit.deps.catalogs.languages.get(referral.language)
    mine = referral.language if referral.language in LANGUAGES else LANGUAGES[0]
    return Talk(
        known.direction if known else AUTO,
        local_time(zone_of(allowed, particulars), visit.viewer.now),
        fitting(visit.deps.replies, referral.category),
        tuple(sorted(LANGUAGES, key=lambda one: one != mine)),
        await work.notes.of(referral, keys),
        may_note(officer, referral),
    )


def may_note(officer: Officer, referral: Referral) -> bool:
    """Tell whether the officer may write a note: whoever may open the case, until it ends."""
    return may_open(officer, referral) and referral.state not in ENDED


def zone_of(allowed: Allowed | None, particulars: Particulars) -> ZoneInfo | None:
    """Return the person's zone: as they chose it, else their town's or country's one clock."""
    if allowed is not None and allowed.zone != "UTC":
        try:
            return ZoneInfo(allowed.zone)
        except (ZoneInfoNotFoundError, ValueError):
            pass
    return clock_of(particulars.country, particulars.town) if particulars.country else None


def local_time(zone: ZoneInfo | None, now: datetime) -> Note:
    """Say what time it is for the person, with the day: it may not be the officer's."""
    if zone is None:
        return UNKNOWN_TIME
    shown = f"{now.astimezone(zone):%Y-%m-%d %H:%M}"
    return Note(
        mark("Where they are it is %(time)s (%(zone)s)."), {"time": shown, "zone": zone.key}
    )
