"""How an answer can reach a person now: what they allowed, in words, as the sender will judge it.

Nothing is decided here.  The words follow `bot.referrals.goes_at`, which the job asks before a line
leaves, so that an officer is told what will happen and not what was once agreed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.console.deps import Work
from bot.console.words import Note, mark
from bot.referrals import WINDOWS, Allowed, Hours, Referral, goes_at

NEXT_DAY = timedelta(days=1)
UNASKED = Note(mark("Nothing is sent to them unasked."))
STOPPED = Note(mark("Nothing may be sent to them, and their code opens nothing."))
BY_CODE = Note(mark("They read answers when they come back with their number and code."))
IN_CHAT = Note(mark("They have no code: answers show in their chat alone, when they open it."))
NOWHERE = Note(mark("They have no code and left no chat: an answer cannot reach them."))


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be sent, until when, how answers are read, and whether the last one was noticed."""

    sends: Note
    reads: Note
    ends: Note | None = None
    told: Note | None = None

    @property
    def lines(self) -> tuple[Note, ...]:
        """What the person allowed, a sentence each."""
        return tuple(one for one in (self.sends, self.ends, self.reads) if one is not None)


async def reach_of(work: Work, referral: Referral, now: datetime) -> Reach:
    """Return how an answer reaches the person of a request."""
    store = work.referrals.store
    allowed = await store.contacts.allowed(referral)
    has_code = await store.check_of(referral.reference) is not None
    reads = BY_CODE if has_code else IN_CHAT if allowed is not None else NOWHERE
    if referral.do_not_contact:
        return Reach(STOPPED, reads)
    if allowed is None:
        return Reach(UNASKED, reads)
    told = _told(allowed, now, unread=await store.contacts.unread(referral))
    return Reach(sends(allowed, now), reads, _ends(allowed, now), told)


def sends(allowed: Allowed, now: datetime) -> Note:
    """Return whether, and when, a line may go to a person who chose to be written to."""
    at = goes_at(allowed, now)
    if at is None:
        return _nothing(allowed, now)
    if allowed.hours is Hours.ANY:
        return Note(
            mark("They may be written to now, at any hour: a neutral line with a button, no more.")
        )
    return Note(_when(allowed, at, now), _hours(allowed))


def _when(allowed: Allowed, at: datetime, now: datetime) -> str:
    if at <= now:
        return mark(
            "They may be written to now, until %(last)s (%(clock)s): a neutral line with a "
            "button, no more."
        )
    if _tomorrow(allowed, at, now):
        return mark(
            "They may be written to tomorrow, %(first)s to %(last)s (%(clock)s): a neutral line "
            "with a button, no more."
        )
    return mark(
        "They may be written to today, %(first)s to %(last)s (%(clock)s): a neutral line with a "
        "button, no more."
    )


def _nothing(allowed: Allowed, now: datetime) -> Note:
    """Say why no line may go; the first reason is the one that no new yes undoes."""
    if now >= allowed.until:
        return Note(mark("What they allowed has expired. Nothing is sent to them."))
    if allowed.left <= 0:
        return Note(mark("They allow no more lines. Nothing is sent to them."))
    if not allowed.confirmed:
        return Note(
            mark("A neutral line went out. The next one goes only after they say yes again.")
        )
    return Note(mark("What they allowed expires before their hours come. Nothing is sent to them."))


def _ends(allowed: Allowed, now: datetime) -> Note | None:
    if now >= allowed.until or allowed.left <= 0:
        return None
    return Note(
        mark("At most %(count)s such lines more, each after a new yes, until %(until)s."),
        {"count": allowed.left, "until": allowed.until},
    )


def _told(allowed: Allowed, now: datetime, *, unread: bool) -> Note:
    """Say what became of the line about the last answer."""
    if not unread:
        return Note(mark("They have opened it."))
    at = goes_at(allowed, now)
    if at is None and not allowed.confirmed and allowed.left > 0:
        return Note(mark("A neutral line went out and was not opened yet. No second one is sent."))
    if at is None:
        return Note(mark("They have not opened it yet, and no line about it goes out."))
    if at <= now:
        return Note(mark("A neutral line about it goes out now."))
    if _tomorrow(allowed, at, now):
        text = mark("A neutral line about it goes out tomorrow at %(first)s (%(clock)s).")
    else:
        text = mark("A neutral line about it goes out today at %(first)s (%(clock)s).")
    return Note(text, _hours(allowed))


def _hours(allowed: Allowed) -> dict[str, str | Note]:
    first, last = WINDOWS[allowed.hours]
    zone = _zone(allowed.zone).key
    clock = Note(mark("their time, %(zone)s"), {"zone": zone}) if zone != "UTC" else "UTC"
    return {"first": f"{first:02}:00", "last": f"{last:02}:00", "clock": clock}


def _tomorrow(allowed: Allowed, at: datetime, now: datetime) -> bool:
    zone = _zone(allowed.zone)
    return at.astimezone(zone).date() == now.astimezone(zone).date() + NEXT_DAY


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
