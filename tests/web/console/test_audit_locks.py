"""Acts that come at once wait for each other in one order, never in a circle.

First the gate of the keys, then a request's row, then the chain of an office (of several in the
order of their ids), the system's last.
"""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.staff import Role
from tests.web.console.world import SFAX, Login, World

ROUNDS = 6
DEADLOCK = "40P01"


@pytest.fixture
def circles(engine: AsyncEngine) -> Iterator[list[str]]:
    """Give the states of all errors of the database while the test runs."""
    found: list[str] = []

    def note(context: ExceptionContext) -> None:
        found.append(str(getattr(context.original_exception, "sqlstate", None)))

    event.listen(engine.sync_engine, "handle_error", note)
    yield found
    event.remove(engine.sync_engine, "handle_error", note)


async def test_joining_admitting_and_removing_at_once(world: World, circles: list[str]) -> None:
    first = await world.officer("first@example.org", SFAX, Role.SUPERVISOR)
    second = await world.officer("second@example.org", SFAX, Role.SUPERVISOR)
    one, two = await world.signed_in(first), await world.signed_in(second)
    await one.get("/console/members")
    await two.get("/console/members")
    for number in range(ROUNDS):
        leaving = await world.officer(f"leaving{number}@example.org")
        pending = await world.newcomer(f"pending{number}@example.org")
        for _ in range(3):
            await in_hand(world, leaving)
        page = f"/console/requests/{await world.request()}"
        answers = await asyncio.gather(
            one.post(f"/console/members/{leaving.id}/remove"),
            two.post(f"/console/members/{pending.id}/admit"),
            one.post(f"{page}/claim"),
            two.get(page),
        )
        await asyncio.gather(
            *(world.newcomer(f"new{number}-{n}@example.org") for n in range(3)),
            two.post(f"/console/members/{pending.id}/remove"),
        )
        assert [seen.status for seen in answers] == [303, 303, 303, 200]
    assert DEADLOCK not in circles


async def in_hand(world: World, officer: Login) -> str:
    """Make a request and let an officer take it."""
    reference = await world.request()
    async with world.deps.open() as work:
        found = await work.referrals.store.by_reference(reference)
        assert found is not None
        await work.referrals.claim(found, officer.id)
    return reference
