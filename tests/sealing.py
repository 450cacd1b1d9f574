"""Keys of offices for tests: what the first officer of an office would have made."""

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import DUTY_DESK, RECOVERY, OfficeKeys, made_key
from bot.store.keys import OfficeKeyStore
from bot.store.tables import office_key_wraps, office_keys, wraps

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


async def no_keys(connection: AsyncConnection) -> None:
    """Forget every key of every office, as on a machine that has just been set up."""
    for table in (wraps, office_key_wraps, office_keys):
        await connection.execute(delete(table))


async def given_key(connection: AsyncConnection, *offices: str) -> OfficeKeys:
    """Give offices (the duty desk unless told otherwise) a fresh key, and return what it opens."""
    store = OfficeKeyStore(connection)
    opened: dict[tuple[str, int], bytes] = {}
    for office in offices or (DUTY_DESK,):
        made = made_key(office, await store.next_version(office))
        await store.add(made.key, AT)
        opened[office, made.key.version] = made.private
    return opened


async def given_recovery(connection: AsyncConnection) -> bytes:
    """Make a recovery key and return its private half."""
    made = made_key(RECOVERY, await OfficeKeyStore(connection).next_version(RECOVERY))
    await OfficeKeyStore(connection).add(made.key, AT)
    return made.private
