"""When a request is late, and who is told then: the ladder, as rules without a clock of their own.

A request waits on a rung.  When its time there is over the next rung has it: the officers of the
office, their supervisor, the regional desk, the duty desk.  There it is said again every day until
a person closes it.  Danger now rings at its office at any hour, and goes on only to where somebody
is up; what else must be quick goes past a desk that does not open in its time; the rest counts the
hours an office works.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.referrals.model import Category, Urgency
from bot.referrals.rungs import Pace, Rung, Stand
from bot.referrals.worktime import Worktime, after, opens

HOUR = timedelta(hours=1)
FIRST_ALERT = timedelta(minutes=15)
FIRST_LOOK = timedelta(minutes=15)
"""When a claim is looked at first; no office can give itself less time for an answer."""
A_DAY = timedelta(days=1)
LONGEST = timedelta(days=5)
"""No request waits longer on one rung, however long its office is closed."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long an office gives itself; the day is counted in hours of work."""

    hour: timedelta = HOUR
    three_hours: timedelta = 3 * HOUR
    day: timedelta = 8 * HOUR


@dataclass(frozen=True, slots=True)
class Desk:
    """An office as a rung of the ladder."""

    office: str
    worktime: Worktime = field(default_factory=Worktime)
    times: Times = field(default_factory=Times)


Ladder = Mapping[Rung, Desk]
"""The desks of a request; a rung that nobody stands on is left out, the duty desk never."""


def pace(category: Category, urgency: Urgency, *, young: bool = False) -> Pace:
    """Return how soon it must be taken: danger, trafficking, protection and the young, the rest."""
    if urgency is Urgency.NOW:
        return Pace.NOW
    if category is Category.TRAFFICKING:
        return Pace.HOUR
    if young or category in (Category.PROTECTION, Category.CHILD):
        return Pace.THREE_HOURS
    return Pace.DAY


def due(pace: Pace, desk: Desk, at: datetime) -> datetime:
    """Return by when a desk must have taken what comes to it now, or answered what it took."""
    match pace:
        case Pace.NOW:
            return at + HOUR
        case Pace.HOUR:
            return at + desk.times.hour
        case Pace.THREE_HOURS:
            return at + desk.times.three_hours
        case Pace.DAY:
            worked = after(desk.worktime, at, desk.times.day)
            return min(worked or at + LONGEST, at + LONGEST)


def first(pace: Pace, ladder: Ladder, at: datetime) -> Stand:
    """Return where a new request waits: at its office, or where somebody is up in time.

    Danger now rings at a closed office too: who hears it may take it.
    """
    if pace is Pace.NOW:
        rung = next(one for one in Rung if one in ladder)
        return _standing(pace, rung, ladder[rung], at)
    return next(_open(pace, ladder, tuple(Rung), at))


def climbed(pace: Pace, stand: Stand, ladder: Ladder, at: datetime) -> Stand:
    """Return where a request waits after its time was over: higher, or where it is, told again."""
    if pace is Pace.NOW and not stand.alerts and at < stand.since + HOUR:
        return replace(stand, wakes=stand.since + HOUR, alerts=1)
    if stand.rung is Rung.DUTY:
        return replace(stand, wakes=at + A_DAY, alerts=stand.alerts + 1)
    return next(_open(pace, ladder, _from(stand.rung)[1:], at))


def in_hand(stand: Stand, at: datetime) -> Stand:
    """Return where a request stands that somebody takes; its time is counted at the first look.

    So a claim asks nothing of hours, holidays and absences, and most are answered before that.  An
    office has no less time to answer than it had to take it; the duty desk is only told daily.
    """
    look = at + FIRST_LOOK
    return replace(
        stand, since=at, wakes=look if stand.rung is Rung.DUTY else max(look, stand.wakes)
    )


def recounted(pace: Pace, stand: Stand, desk: Desk, at: datetime) -> Stand:
    """Return where a request waits whose time was counted by a clock that ran ahead of `at`."""
    since = min(stand.since, at)
    if stand.rung is Rung.DUTY and stand.alerts:
        return replace(stand, since=since, wakes=at + A_DAY)
    if pace is Pace.NOW and not stand.alerts:
        return replace(stand, since=since, wakes=since + FIRST_ALERT)
    return replace(stand, since=since, wakes=_daily(stand.rung, due(pace, desk, since), at))


def again(pace: Pace, stand: Stand, ladder: Ladder, at: datetime) -> Stand:
    """Return where a request waits that somebody gave back: on its rung, counted anew."""
    return next(_open(pace, ladder, _from(stand.rung), at))


def _from(rung: Rung) -> Sequence[Rung]:
    rungs = tuple(Rung)
    return rungs[rungs.index(rung) :]


def _open(pace: Pace, ladder: Ladder, rungs: Sequence[Rung], at: datetime) -> Iterator[Stand]:
    for rung in rungs:
        desk = ladder.get(rung)
        if desk is not None and (rung is Rung.DUTY or _in_time(pace, desk, at)):
            yield _standing(pace, rung, desk, at)


def _in_time(pace: Pace, desk: Desk, at: datetime) -> bool:
    """Tell whether a desk works soon enough: for danger at this moment; a day may be waited for."""
    if pace is Pace.DAY:
        return True
    opening = opens(desk.worktime, at)
    if pace is Pace.NOW:
        return opening == at
    return opening is not None and opening < due(pace, desk, at)


def _standing(pace: Pace, rung: Rung, desk: Desk, at: datetime) -> Stand:
    wakes = at + FIRST_ALERT if pace is Pace.NOW else due(pace, desk, at)
    return Stand(rung, desk.office, at, _daily(rung, wakes, at))


def _daily(rung: Rung, wakes: datetime, at: datetime) -> datetime:
    """Return when a rung is told; the duty desk within a day, however long it gives itself."""
    return min(wakes, at + A_DAY) if rung is Rung.DUTY else wakes
