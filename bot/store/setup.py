"""The key files at the start of a process: the secret that the rows were made with, the set-up key.

A secret that was lost is never replaced in silence: nobody could sign in, and every chat would be a
stranger.  The set-up key is made while the duty desk has none and is gone after; a crash between
the end of the set-up and the end of its file is mended here.
"""

import asyncio
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import Unavailable
from bot.privacy import Keys, Log, SetUpKey, load_keys
from bot.staff import DUTY_DESK, SET_UP, OfficeKey, set_up_finished
from bot.store.keys import OfficeKeyStore
from bot.store.tables import host_secret

log = Log(__name__)


class OtherSecret(Unavailable):
    """The secret file is not the one the database was made with; names file and key ids."""


async def secret_of(engine: AsyncEngine, path: Path) -> Keys:
    """Return the keys of the secret file that the rows were made with; a first start makes it.

    Raises:
        SecretUnusable: the file cannot be read or made.
        OtherSecret: the file is missing beside rows that were made with one, or is another.
    """
    async with engine.begin() as connection:
        known = await _key_id(connection)
        if known is not None and not await asyncio.to_thread(path.exists):
            raise OtherSecret(
                f"the secret file {path} is missing: the database was made with the one of key id "
                f"{known}; put it back from where you keep it"
            )
        keys = await asyncio.to_thread(load_keys, path)
        await connection.execute(
            insert(host_secret).values(key_id=keys.key_id).on_conflict_do_nothing()
        )
        known = await _key_id(connection)
    if known != keys.key_id:
        raise OtherSecret(
            f"the secret file {path} has key id {keys.key_id}, but the database was made with the "
            f"one of key id {known}; put that one back from where you keep it"
        )
    return keys


async def _key_id(connection: AsyncConnection) -> str | None:
    found = await connection.execute(select(host_secret.c.key_id))
    known: str | None = found.scalar_one_or_none()
    return known


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
