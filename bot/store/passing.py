"""Passing a request to another office: its key is wrapped for that office, then it moves.

Whoever had it before keeps no wrap, unless the ladder of the new office leads back to them.
"""

from collections.abc import Sequence

from sqlalchemy import and_, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.referrals import NobodyToSealTo, NotOpenable, Referral, TakenByAnother
from bot.staff import OfficeKey, OfficeKeys
from bot.store.audit import acting
from bot.store.keys import OfficeKeyStore
from bot.store.reading import on
from bot.store.referrals import Referrals
from bot.store.resealing import START, add_wraps, held_texts, of_office, wrapped_texts
from bot.store.rows import from_row
from bot.store.tables import referrals, wraps


async def passed_to(
    store: Referrals,
    referral: Referral,
    desks: Sequence[str],
    keys: OfficeKeys,
    by: By | None = None,
) -> Referral:
    """Return the request as the receiving office has it: sealed to its newest key, and moved.

    `desks` is the receiving office and then the desks that its ladder can bring the request to.
    What it is bound to stays the office it was first sealed for.  The audit of the office that had
    it says who passed it on, and to which.

    Raises:
        NotOpenable: none of the keys opens the request.
        NobodyToSealTo: the receiving office has no key.
        TakenByAnother: meanwhile it is elsewhere.
    """
    to = await OfficeKeyStore(store.connection).recipients(desks)
    if not any(one.office == desks[0] for one in to):
        raise NobodyToSealTo("the office has no key")
    await _wrap_for(store.connection, referral, to, keys)
    await _drop_others(store.connection, referral, to)
    passed = (
        update(referrals)
        .where(referrals.c.id == referral.id, referrals.c.office == referral.office)
        .values(office=desks[0])
        .returning(referrals)
    )
    act = on(referral, f"pass:{desks[0]}")
    row = (await store.connection.execute(acting(passed, act, by))).first()
    if row is None:
        raise TakenByAnother("the referral has changed meanwhile")
    return from_row(row)


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


async def _drop_others(
    connection: AsyncConnection, referral: Referral, to: Sequence[OfficeKey]
) -> None:
    kept = {one.office for one in to}
    await connection.execute(
        delete(wraps).where(wraps.c.referral == referral.id, wraps.c.office.not_in(kept))
    )
