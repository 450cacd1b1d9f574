"""The sealed texts of a case: wraps of their keys, and what office and person can open of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Sealer, key_of, open_under
from bot.referrals import Author, OfficeKeys, Referral, Sealed, Wrap, opened, text_key
from bot.store.rows import bound_of
from bot.store.tables import wraps

WAITING = "waiting"


async def keep_wraps(
    connection: AsyncConnection, referral: Referral, subject: str, made: Sequence[Wrap]
) -> None:
    """Keep the wraps of a text: the request's own, or a message's of its person."""
    rows = [
        {
            "subject": subject,
            "office": one.office,
            "version": one.version,
            "referral": referral.id,
            "blob": one.blob,
        }
        for one in made
    ]
    await connection.execute(insert(wraps), rows)


async def wraps_of(connection: AsyncConnection, referral: Referral) -> dict[str, list[Wrap]]:
    """Return the wraps of a referral by what they open: it, or a message of its person."""
    found = await connection.execute(select(wraps).where(wraps.c.referral == referral.id))
    by_subject: dict[str, list[Wrap]] = {}
    for row in found:
        by_subject.setdefault(row.subject, []).append(Wrap(row.office, row.version, row.blob))
    return by_subject


async def key_for(connection: AsyncConnection, referral: Referral, keys: OfficeKeys) -> bytes:
    """Return the key of a request for the office that has it.

    Raises:
        NotOpenable: none of the keys opens it.
    """
    own = await wraps_of(connection, referral)
    return text_key(own.get(referral.id, []), referral.office, keys, referral.bound)


def office_text(
    referral: Referral,
    row: Row[Any],
    key: bytes,
    own: Mapping[str, Sequence[Wrap]],
    keys: OfficeKeys,
) -> bytes:
    """Return a message as the office may read it; `key` is that of the request."""
    bound = bound_of(referral, row.id)
    if Author(row.author) is Author.OFFICE:
        return open_under(key, row.text_sealed, bound)
    return opened(Sealed(row.text_sealed, tuple(own[row.id])), referral.office, keys, bound)


def person_text(sealer: Sealer, referral: Referral, row: Row[Any], reader: bytes | None) -> bytes:
    """Return a message as the person may read it: never what they wrote themselves."""
    if Author(row.author) is not Author.OFFICE:
        return b""
    bound = bound_of(referral, row.id)
    if reader is not None and row.reader_sealed is not None:
        return open_under(key_of(row.reader_wrap, reader, bound), row.reader_sealed, bound)
    if row.waiting_sealed is not None:
        return sealer.open(row.waiting_sealed, WAITING, _subject(referral, row.id))
    return b""


def waiting_copy(sealer: Sealer, plain: bytes, referral: Referral, message: str) -> bytes:
    """Return the second copy of an answer that waits for a person without a code."""
    return sealer.seal(plain, WAITING, _subject(referral, message))


def _subject(referral: Referral, message: str) -> str:
    return f"{referral.id}/{message}"
