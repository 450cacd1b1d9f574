"""When a request that nobody ends goes to the duty desk, and when one that ended is erased."""

from collections.abc import Collection
from datetime import datetime

from bot.console.words import Note, mark
from bot.privacy import retention
from bot.referrals import ENDED, Action, Case, State

MARKS = frozenset({Action.STOP, Action.LIFT})
"""What leaves the state as it is: an open request ages anew from it, an ended one does not."""


def aged(case: Case, now: datetime) -> Note | None:
    """Return what an old open request waits for, None where it is not old."""
    if case.referral.state in ENDED:
        return None
    age = now - _last(case, MARKS)
    reached = retention.step(age)
    if reached is None:
        return None
    values = {"days": age.days, "end": retention.DESK_DAYS, "grace": retention.GRACE.days}
    if reached < retention.DESK_DAYS:
        return Note(
            mark(
                "Nothing has happened here for %(days)s days. After %(end)s days it goes to the "
                "duty desk, which must close it; %(grace)s days later it is erased."
            ),
            values,
        )
    return Note(
        mark(
            "Nothing has happened here for %(days)s days. The duty desk must take it and close it "
            "with an outcome, else it is erased %(grace)s days after it came there."
        ),
        values,
    )


def erased_on(case: Case) -> datetime | None:
    """Return when an ended request is erased, None for an open one."""
    rules = {State.CLOSED: "closed", State.WITHDRAWN: "kept" if case.referral.kept else "withdrawn"}
    rule = rules.get(case.referral.state)
    return _last(case) + retention.RULES[rule].lives if rule else None


def _last(case: Case, counted: Collection[Action] = ()) -> datetime:
    """Return when a request last moved or was written to, or had one of these marks.

    That time hands it to the duty desk is no event (`bot/store/staleness.py`).
    """
    by_clock = (Action.RELEASE, None)
    events = [
        one.at
        for one in case.events
        if (one.action not in MARKS or one.action in counted)
        and (one.action, one.officer) != by_clock
    ]
    return max((*events, *(one.at for one in case.messages)), default=case.referral.created)
