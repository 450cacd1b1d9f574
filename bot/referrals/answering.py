"""How fast an office really answers, and whether it helped: from counters, never from requests.

A counter is raised in the transaction of the first answer, by day and class of time; no request is
ever looked at for it, so the figure outlives erasure and points at nobody.  It counts for the
office that was asked, whoever answered: one that lets others answer for it does not look quick.
What climbs past its office counts as the longest class until somebody answers it; what is closed
without an answer counts as none.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from bot.referrals.model import Event, Referral
from bot.referrals.rungs import Pace
from bot.referrals.states import Action, Outcome

LOOKED_AT = timedelta(days=30)
FEWEST = 5
"""With fewer answers than this the office's set time is told instead."""
MINUTES = (5, 10, 15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 4320, 7200, 10080)
"""The upper ends of the classes; what took longer counts as the last."""
LONGEST_CLASS = timedelta(minutes=MINUTES[-1])
"""A figure of this means: so long, or longer."""


class Judgement(StrEnum):
    """Whether it helped, as the person says.  The values are counted and on buttons."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Lack(StrEnum):
    """Why it did not help, or not wholly.  The values are counted and on buttons."""

    TOO_LATE = "too-late"
    NO_ANSWER = "no-answer"
    NOT_WHAT_I_NEEDED = "not-what-i-needed"
    WORSE = "worse"


ANSWERS = (*Judgement, *Lack)
HEARD = frozenset({Outcome.HELPED, Outcome.REFERRED_ON})
"""What a request is closed with where somebody spoke with the person, by phone for one."""


class AnsweringStore(Protocol):
    """The counters inside the transaction of the caller."""

    async def answered(self, office: str, pace: Pace, since: date) -> Mapping[int, int]:
        """Return how many first answers came within how many minutes, from a day on."""

    async def judge(self, referral: Referral, judgement: Judgement, day: date) -> bool:
        """Count whether a closed request helped, once; False where that was said before."""

    async def lacked(self, referral: Referral, lack: Lack | None, day: date) -> bool:
        """Count what was missing in one that helped partly or not, once; None counts nothing.

        False where it was said before, or is not asked.
        """


def is_answer(event: Event) -> bool:
    """Tell whether a person hears something of use with this."""
    closed = event.action is Action.CLOSE and event.outcome in HEARD
    return closed or event.action is Action.ANSWER


def class_of(took: timedelta) -> int:
    """Return the class of a time between request and first answer: its upper end in minutes."""
    position = bisect_left(MINUTES, took / timedelta(minutes=1))
    return MINUTES[min(position, len(MINUTES) - 1)]


def median(counts: Mapping[int, int]) -> timedelta | None:
    """Return within which time half of the answers came, from counts by class; None if too few."""
    total = sum(counts.values())
    if total < FEWEST:
        return None
    seen = 0
    for minutes in sorted(counts):
        seen += counts[minutes]
        if 2 * seen >= total:
            return timedelta(minutes=minutes)
    return None
