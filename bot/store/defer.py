"""Putting a job into the queue inside the transaction that causes it.

A job exists exactly when its cause was committed.  Its arguments are ids only: the queue keeps
them in clear and logs them.
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection


class Defer(Protocol):
    """Puts a job into the queue on the caller's own connection."""

    async def __call__(
        self, connection: AsyncConnection, task: str, at: datetime | None = None, **ids: str | int
    ) -> None:
        """Defer a task by name; it runs once the transaction is committed, not before `at`."""
