"""A connection whose transaction is rolled back, so that no test leaves anything behind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.tables import officers


@dataclass(slots=True)
class Deferred:
    """Notes jobs instead of queueing them (`bot.store.Defer`)."""

    jobs: list[tuple[str, dict[str, str | int]]] = field(default_factory=list)

    async def __call__(self, connection: AsyncConnection, task: str, **ids: str | int) -> None:
        self.jobs.append((task, ids))

    def named(self, task: str) -> list[dict[str, str | int]]:
        """Return the arguments of the jobs of a task."""
        return [ids for one, ids in self.jobs if one == task]


@pytest.fixture
def deferred() -> Deferred:
    """Give the jobs of this test."""
    return Deferred()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Give a connection inside a transaction that never commits; nobody is on duty in it."""
    async with engine.connect() as opened:
        outer = await opened.begin()
        await opened.execute(delete(officers))
        yield opened
        await outer.rollback()
