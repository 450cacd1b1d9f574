"""How many wrong codes came in a day, over all chats and processes: past a thousand, an alarm.

The count is the database's and is asked for now and then, so that every process sees the same
attack.  It names nobody, and no chat and no request is shut because of it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.privacy import Log

log = Log(__name__)

FAILURES_A_DAY = 1_000
EVERY = timedelta(seconds=10)
AGAIN = timedelta(hours=24)
Count = Callable[[datetime], Awaitable[int]]
Alarm = Callable[[datetime], Awaitable[None]]


async def _none(_at: datetime) -> int:
    return 0


def _nobody(_count: int) -> None:
    return None


async def _silent(_at: datetime) -> None:
    return None


@dataclass(slots=True)
class Watch:
    """Looks at the count of the last 24 hours; `tell` hears it each time, `alarm` an attack."""

    count: Count = _none
    tell: Callable[[int], None] = _nobody
    limit: int = FAILURES_A_DAY
    alarm: Alarm = _silent
    _seen: int = field(default=0, repr=False)
    _looked: datetime | None = field(default=None, repr=False)
    _alarmed: datetime | None = field(default=None, repr=False)

    async def under_attack(self, at: datetime) -> bool:
        """Tell whether so many codes were wrong in the last day; raises the alarm once a day.

        Raises:
            Unavailable: the database does not answer.
        """
        if self._looked is None or not timedelta() <= at - self._looked < EVERY:
            self._looked = at
            self._seen = await self.count(at)
            self.tell(self._seen)
        if self._seen < self.limit:
            return False
        if self._alarmed is None or not timedelta() <= at - self._alarmed < AGAIN:
            self._alarmed = at
            log.error("many-wrong-codes", count=self._seen)
            await self.alarm(at)
        return True
