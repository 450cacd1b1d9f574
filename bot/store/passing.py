"""Passing a request to another office: its key is wrapped for that office and for nobody else.

Whoever had it before keeps no wrap, unless the ladder of the new office leads back to them.  What
co-handling needs is kept by another way: a request that is offered to a partner stays with its
office, and the partner gets a packet of its own (`bot/store/offers.py`).
"""

from collections.abc import Sequence

from sqlalchemy import and_, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.directory import Point
from bot.privacy import open_under
from bot.referrals import NobodyToSealTo, NotOpenable, Referral, particulars_from
from bot.staff import OfficeKey, OfficeKeys
from bot.store.keys import OfficeKeyStore
from bot.store.reading import town_of
from bot.store.resealing import START, add_wraps, held_texts, of_office, wrapped_texts
from bot.store.sealed import key_for
from bot.store.tables import wraps


async def rewrapped(
    connection: AsyncConnection, referral: Referral, desks: Sequence[str], keys: OfficeKeys
) -> None:
    """Wrap all that is sealed of a request for these desks and for recovery, and for nobody else.

    The first desk gets it; the others are those that its ladder can bring it to.  What it is bound
    to stays the office it was first sealed for.

    Raises:
        NotOpenable: none of the keys opens the request.
        NobodyToSealTo: the first desk has no key.
    """
    to = await OfficeKeyStore(connection).recipients(desks)
    if not any(one.office == desks[0] for one in to):
        raise NobodyToSealTo("the office has no key")
    await _wrap_for(connection, referral, to, keys)
    kept = {one.office for one in to}
    await connection.execute(
        delete(wraps).where(wraps.c.referral == referral.id, wraps.c.office.not_in(kept))
    )


async def town(
    connection: AsyncConnection, referral: Referral, keys: OfficeKeys, by: By
) -> Point | None:
    """Return the town of a request, to rank partners by; None where it is not known.

    The rest of what is sealed with it goes no further than this.

    Raises:
        NotOpenable: none of the keys opens it.
    """
    key = await key_for(connection, referral, keys)
    found = await connection.execute(town_of(referral, by))
    return particulars_from(open_under(key, found.scalar_one(), referral.bound)).town


async def _wrap_for(
    connection: AsyncConnection, referral: Referral, to: Sequence[OfficeKey], keys: OfficeKeys
) -> None:
    own = of_office(referral.office, keys)
    mine = and_(
        wraps.c.referral == referral.id,
        wraps.c.office == referral.office,
        wraps.c.version.in_(own),
    )
    after, opened = START, 0
    while batch := await held_texts(connection, mine, after):
        made = await wrapped_texts(batch, own, to)
        await add_wraps(connection, made)
        after, opened = batch[-1].subject, opened + len(made)
    if not opened:
        raise NotOpenable("no key at hand opens this")
