"""What the tests of the clock share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
)
from bot.store.late import Late
from bot.store.staff import Staff
from bot.store.tables import offices, referrals
from tests.sealing import given_key
from tests.store.late.clockwork import Clockwork
from tests.store.making import AT, Deferred
from tests.store.office import SFAX, arrived


@pytest.fixture
async def clockwork(
    staff: Staff,
    connection: AsyncConnection,
    knowledge: Knowledge,
    sealer: Sealer,
    deferred: Deferred,
) -> Clockwork:
    """Give the clock's work on a machine where Sfax and the duty desk have an officer each."""

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncConnection]:
        async with connection.begin_nested():
            yield connection

    await connection.execute(insert(offices).values(id=SFAX, created=AT).on_conflict_do_nothing())
    await connection.execute(update(referrals).values(wakes=None))
    await given_key(connection, DUTY_DESK)
    one, _ = await arrived(staff, "one")
    opens = await one.opens(staff)
    late = Late(begin, sealer, deferred, lambda: knowledge.directory)
    return Clockwork(connection, late, knowledge, sealer, deferred, opens, one.officer.id)
