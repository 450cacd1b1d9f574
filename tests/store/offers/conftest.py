"""What the tests of offers share."""

import pytest
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.staff import DUTY_DESK
from bot.store.staff import Staff
from bot.store.tables import offices, referrals
from tests.sealing import given_key
from tests.store.making import AT, Deferred
from tests.store.offers.desk import ATHENS, LEGAL, OTHER, Desk
from tests.store.office import arrived


@pytest.fixture
async def desk(
    staff: Staff,
    connection: AsyncConnection,
    knowledge: Knowledge,
    sealer: Sealer,
    deferred: Deferred,
) -> Desk:
    """Give an office in Athens that has agreements with two partners."""
    for office in (ATHENS, LEGAL):
        await connection.execute(
            insert(offices).values(id=office, created=AT).on_conflict_do_nothing()
        )
    await connection.execute(update(referrals).values(wakes=None))
    await given_key(connection, DUTY_DESK)
    one, _ = await arrived(staff, "one", ATHENS)
    made = Desk(
        connection, staff, knowledge, sealer, deferred, await one.opens(staff), one.officer.id
    )
    await made.agreed(LEGAL)
    await made.agreed(OTHER)
    return made
