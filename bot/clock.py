"""Where the time comes from: the only place that reads the machine's clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, aware and in UTC."""


def system_clock() -> datetime:
    """Return the machine's time, aware and in UTC."""
    return datetime.now(UTC)
