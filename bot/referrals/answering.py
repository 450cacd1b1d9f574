"""How fast an office really answers, and whether it helped: from counters, never from requests.

A counter is raised in the transaction of the first answer, by day and class of time; no request is
ever looked at for it, so the figure outlives erasure and points at nobody.  It counts for the
office that was asked, whoever answered: one that lets others answer for it does not look quick.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from bot.referrals.model import Referral
from bot.referrals.rungs import Pace

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


class AnsweringStore(Protocol):
    """The counters inside the transaction of the caller."""

    async def answered(self, office: str, pace: Pace, since: date) -> Mapping[int, int]:
        """Return how many first answers came within how many minutes, from a day on."""

    async def judge(self, referral: Referral, judgement: Judgement, day: date) -> bool:
        """Count whether a closed request helped, once; False where that was said before."""

    async def lacked(self, referral: Referral, lack: Lack, day: date) -> None:
        """Count what was missing in one that helped partly or not."""


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
