"""How fast an office really answers: the middle of its last thirty days, from counters.

A counter is raised in the transaction of the first answer, by day and class of time; no request is
ever looked at for it, so the figure outlives erasure and points at nobody.
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import timedelta

LOOKED_AT = timedelta(days=30)
FEWEST = 5
"""With fewer answers than this the office's set time is told instead."""
MINUTES = (5, 10, 15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 4320, 7200, 10080)
"""The upper ends of the classes; what took longer counts as the last."""


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
