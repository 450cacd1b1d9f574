"""What the tests of consent share."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
    Referrals,
)
from bot.store.referrals import Referrals as Store
from tests.sealing import given_key
from tests.store.consents.desk import LATER, Desk
from tests.store.making import Deferred
from tests.store.office import SFAX, TUNIS


@pytest.fixture
async def desk(
    connection: AsyncConnection, knowledge: Knowledge, sealer: Sealer, deferred: Deferred
) -> Desk:
    known = "INSERT INTO offices VALUES (:id, now()) ON CONFLICT DO NOTHING"
    for office in (SFAX, TUNIS):
        await connection.execute(text(known), {"id": office})
    await given_key(connection, SFAX, DUTY_DESK)
    store = Store(connection, sealer, deferred)
    return Desk(connection, Referrals(store, knowledge.directory, LATER), store)
