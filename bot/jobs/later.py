"""A job that must wait says until when; the queue keeps it, durably, and wakes it then."""

from datetime import datetime, timedelta

from procrastinate import BaseRetryStrategy, RetryStrategy
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from bot.clock import system_clock
from bot.errors import Unavailable

AT_SOONEST = timedelta(seconds=5)
"""A job does not run in circles where the queue's clock is ahead of the program's."""


class NotYet(Unavailable):
    """It is not the time for this job; it runs again at `at` (aware UTC)."""

    def __init__(self, at: datetime) -> None:
        super().__init__("not yet")
        self.at = at


class AtItsTime(BaseRetryStrategy):
    """Runs a job again when it says so, and after a fault with patience."""

    def __init__(self, patience: RetryStrategy) -> None:
        self._patience = patience

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when the job runs again, None for never."""
        if isinstance(exception, NotYet):
            return RetryDecision(retry_at=max(exception.at, system_clock() + AT_SOONEST))
        return self._patience.get_retry_decision(exception=exception, job=job)
