"""What the tests of retention share: an empty database with one office, and a code."""

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Keys, Sealer, new_pair
from bot.referrals import (
    DUTY_DESK,
    NewCode,
    OfficeKey,
    made_code,
)
from bot.store.keys import OfficeKeyStore
from bot.store.referrals import Referrals
from bot.store.tables import (
    metadata,
    offices,
)
from tests.store.making import Deferred
from tests.store.retention.world import AT, OFFICE, World


@pytest.fixture
async def world(connection: AsyncConnection, sealer: Sealer, deferred: Deferred) -> World:
    """Give an empty database with one office, which has a key as the duty desk has."""
    for table in reversed(metadata.sorted_tables):
        if table is not offices and not table.name.startswith("audit"):
            await connection.execute(delete(table))
    await connection.execute(insert(offices).values(id=OFFICE, created=AT))
    pair = new_pair()
    keys = OfficeKeyStore(connection)
    await keys.add(OfficeKey(OFFICE, 1, pair.public), AT)
    await keys.add(OfficeKey(DUTY_DESK, 1, new_pair().public), AT)
    return World(connection, Referrals(connection, sealer, deferred), sealer, pair)


@pytest.fixture(scope="module")
def code(keys: Keys) -> NewCode:
    """Give a code, which is slow to make."""
    return made_code(keys)
