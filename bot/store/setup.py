"""The set-up key at the start of a process: made while the duty desk has none, else gone.

A crash between the end of the set-up and the end of its file is mended here.
"""

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.privacy import Log, SetUpKey
from bot.staff import DUTY_DESK, SET_UP, OfficeKey, set_up_finished
from bot.store.keys import OfficeKeyStore

log = Log(__name__)


async def begin_set_up(engine: AsyncEngine, file: SetUpKey, now: datetime) -> None:
    """See to it that there is somebody to seal to, and that the set-up key ends with the set-up.

    Raises:
        SetUpKeyUnusable: its file cannot be read, made or removed.
    """
    async with engine.begin() as connection:
        over = await _over(connection, file, now)
    if over and await asyncio.to_thread(file.remove):
        log.info("set-up-key-removed")


async def is_finished(connection: AsyncConnection) -> bool:
    """Tell whether the duty desk and recovery have keys: until then a taken disk reads requests."""
    return await set_up_finished(OfficeKeyStore(connection))


async def _over(connection: AsyncConnection, file: SetUpKey, now: datetime) -> bool:
    keys = OfficeKeyStore(connection)
    await keys.alone()
    known = {one.office: one for one in await keys.newest((DUTY_DESK, SET_UP))}
    if DUTY_DESK in known:
        return True
    if SET_UP not in known:
        pair = await asyncio.to_thread(file.make)
        await keys.add(OfficeKey(SET_UP, 1, pair.public), now)
        return False
    here = await asyncio.to_thread(file.load)
    if here is None or here.public != known[SET_UP].public:
        # Another machine's data folder may hold it; only there the first officer can be made.
        log.warning("set-up-key-elsewhere")
    return False
