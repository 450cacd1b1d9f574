"""Wrapping the keys of texts for more recipients; the texts themselves stay as they are.

At an unlock the office that has a request wraps it for what became due meanwhile: a newer version
of its own key or of a desk's on its ladder, the recovery key.  A wrap for an older version goes
then, so that whoever left reads nothing with the key they may have kept.  A desk of the ladder that
the consent to a request never named gets no wrap of it.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Bound, BrokenSeal, Log, key_of, pair_of
from bot.referrals import ENDED, passed_on
from bot.staff import DUTY_DESK, RECOVERY, SET_UP, OfficeKey, OfficeKeys, SetUpKeyElsewhere
from bot.store.consents import may_open
from bot.store.rows import wrap_columns
from bot.store.tables import referrals, wraps

log = Log(__name__)

BATCH = 200
"""Texts a transaction wraps anew: about 0.1 s of one core, beside the event loop."""
START = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Held:
    """A text as a wrap of its key has it."""

    subject: str
    referral: str
    version: int
    bound: Bound
    blob: bytes = field(repr=False)


async def leave_set_up(
    connection: AsyncConnection,
    known: OfficeKey,
    private: bytes | None,
    to: Sequence[OfficeKey],
) -> None:
    """Wrap everything that is sealed to the set-up key for these instead, and drop its wraps.

    Raises:
        SetUpKeyElsewhere: something is sealed to it, and `private` does not belong to it.
    """
    after = START
    while batch := await held_texts(connection, wraps.c.office == known.office, after):
        opening = {one.version: _fitting(private, known) for one in batch}
        await add_wraps(connection, await wrapped_texts(batch, opening, to))
        after = batch[-1].subject
    await connection.execute(delete(wraps).where(wraps.c.office == known.office))


def _fitting(private: bytes | None, known: OfficeKey) -> bytes:
    if private is None or pair_of(private).public != known.public:
        raise SetUpKeyElsewhere(
            "requests are sealed to a set-up key that is not in this data folder; "
            "do this where its file setup.key is"
        )
    return private


async def tend(
    connection: AsyncConnection,
    office: str,
    keys: OfficeKeys,
    to: Sequence[OfficeKey],
    after: str = START,
) -> str | None:
    """Wrap the texts of open requests of an office for the recipients that they may have and lack.

    Takes up to `BATCH` texts behind `after`, and returns behind which the next batch begins, None
    at the end.
    """
    own = of_office(office, keys)
    due = or_(*(and_(_may_open(one), _lacks(one)) for one in to))
    open_here = and_(referrals.c.office == office, referrals.c.state.not_in(ENDED), due)
    mine = and_(wraps.c.office == office, wraps.c.version.in_(own))
    batch = await held_texts(connection, and_(mine, open_here), after)
    for texts, recipients in await _by_recipients(connection, batch, to):
        made = await wrapped_texts(texts, own, recipients)
        await add_wraps(connection, made)
        await _drop_older(connection, made)
    return batch[-1].subject if batch else None


def of_office(office: str, keys: OfficeKeys) -> Mapping[int, bytes]:
    """Return the private keys of one office by version."""
    return {version: private for (held, version), private in keys.items() if held == office}


def _lacks(one: OfficeKey) -> ColumnElement[bool]:
    """Return the condition that a text has no wrap for a recipient."""
    has = wraps.alias()
    its = (has.c.office == one.office, has.c.version == one.version)
    return ~exists().where(has.c.subject == wraps.c.subject, *its)


def _may_open(one: OfficeKey) -> ColumnElement[bool]:
    """Return the condition that a request may be sealed to a key; the set-up's is for the desk."""
    if one.office == RECOVERY:
        return true()
    return may_open(DUTY_DESK if one.office == SET_UP else one.office)


async def _by_recipients(
    connection: AsyncConnection, batch: Sequence[Held], to: Sequence[OfficeKey]
) -> Iterable[tuple[list[Held], tuple[OfficeKey, ...]]]:
    """Return texts together that the same recipients may open."""
    cases = {one.referral for one in batch}
    open_to: dict[str, tuple[OfficeKey, ...]] = dict.fromkeys(cases, ())
    for one in to:
        found = await connection.execute(
            select(referrals.c.id).where(referrals.c.id.in_(cases), _may_open(one))
        )
        for case in found.scalars():
            open_to[case] += (one,)
    groups: dict[tuple[OfficeKey, ...], list[Held]] = {}
    for text in batch:
        groups.setdefault(open_to[text.referral], []).append(text)
    return [(texts, recipients) for recipients, texts in groups.items()]


async def held_texts(connection: AsyncConnection, where: Any, after: str) -> list[Held]:
    """Return the next texts behind `after` by the newest of their wraps that fits.

    Whoever erases one of these requests waits until the transaction ends.
    """
    found = await connection.execute(
        select(wraps, referrals.c.first_office)
        .join(referrals, referrals.c.id == wraps.c.referral)
        .where(where, wraps.c.subject > after)
        .order_by(wraps.c.subject, wraps.c.version.desc())
        .limit(BATCH)
        .with_for_update(key_share=True, read=True, of=referrals)
    )
    rows: dict[str, Row[Any]] = {}
    for row in found:
        rows.setdefault(row.subject, row)
    return [
        Held(row.subject, row.referral, row.version, _bound(row), row.blob) for row in rows.values()
    ]


def _bound(row: Row[Any]) -> Bound:
    message = row.subject if row.subject != row.referral else ""
    return Bound(row.referral, row.first_office, message)


async def wrapped_texts(
    batch: Iterable[Held], private: Mapping[int, bytes], to: Sequence[OfficeKey]
) -> list[dict[str, object]]:
    """Return rows of new wraps, made beside the event loop; what does not open is left out."""

    def work() -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for one in batch:
            try:
                key = key_of(one.blob, private[one.version], one.bound)
            except BrokenSeal as error:
                log.error("wrap-does-not-open", error)
                continue
            new = passed_on(key, one.bound, to)
            rows += [wrap_columns(one.subject, one.referral, wrap) for wrap in new]
        return rows

    return await asyncio.to_thread(work)


async def add_wraps(connection: AsyncConnection, rows: list[dict[str, object]]) -> None:
    """Keep rows of new wraps; one that is there already stays as it is."""
    if rows:
        await connection.execute(insert(wraps).on_conflict_do_nothing(), rows)


async def _drop_older(connection: AsyncConnection, rows: list[dict[str, object]]) -> None:
    """Drop wraps for older versions of the keys that these rows are wrapped for."""
    newest = {(str(row["office"]), int(str(row["version"]))) for row in rows}
    if not newest:
        return
    older = [
        and_(wraps.c.office == office, wraps.c.version < version) for office, version in newest
    ]
    subjects = {str(row["subject"]) for row in rows}
    await connection.execute(delete(wraps).where(wraps.c.subject.in_(subjects), or_(*older)))
