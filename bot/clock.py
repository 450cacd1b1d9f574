"""Where the time comes from: the only place that reads the machine's clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present moment, aware and in UTC."""

LEAP = timedelta(minutes=1)
"""What the clock may be set forward or back at once without being doubted."""
SETTLES = timedelta(minutes=10)
"""How long a clock that leapt must go on before it is believed."""


def system_clock() -> datetime:
    """Return the machine's time, aware and in UTC."""
    return datetime.now(UTC)


def elapsed() -> timedelta:
    """Return how long the machine has been on, asleep or not; nobody can set this."""
    return timedelta(
        seconds=time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
    )


class SteadyClock:
    """The machine's time, but a leap is believed only once it has gone on for a while.

    Until then the time goes on by what has really passed: a clock that is set wrong and right
    again within minutes takes nothing from anybody, and lets nothing come too soon or too late.
    """

    def __init__(self, wall: Clock = system_clock, ran: Callable[[], timedelta] = elapsed) -> None:
        self._wall, self._ran = wall, ran
        self._last, self._last_ran = wall(), ran()
        self._off: timedelta | None = None
        self._since = self._last_ran

    def __call__(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        wall, ran = self._wall(), self._ran()
        expected = self._last + (ran - self._last_ran)
        self._last = wall if self._believed(wall - expected, ran) else expected
        self._last_ran = ran
        return self._last

    def _believed(self, off: timedelta, ran: timedelta) -> bool:
        """Tell whether a clock so far off is right: a little always, a leap that goes on."""
        if abs(off) <= LEAP:
            self._off = None
            return True
        if self._off is None or abs(off - self._off) > LEAP:
            # One that leaps again is doubted anew.
            self._off, self._since = off, ran
        if ran - self._since < SETTLES:
            return False
        self._off = None
        return True
