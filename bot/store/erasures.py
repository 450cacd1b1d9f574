"""What was erased, remembered by keyed hashes for as long as a backup may still hold it.

A restore brings back what a backup held; this list, which also stands in a small file beside the
database, lets the restore erase it again.  A hash is of a random id or a pseudonym: it tells
nothing to whoever lacks the secret, and with it only whether something known was erased.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Delete, Insert, Update, and_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from bot.privacy import Keys, Reason, keyed_hash
from bot.referrals import State
from bot.store.tables import (
    alerts,
    case_messages,
    chats,
    code_failures,
    contacts,
    erasures,
    referral_events,
    referrals,
    replies,
    stubs,
    wraps,
)

Kind = Literal["request", "withdrawal", "chat"]
SLACK = timedelta(minutes=5)
"""A transaction that was open when a backup began may have been dated before it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One entry: a request, a withdrawal of one in hand, or all that a chat had."""

    kind: Kind
    hash: bytes
    at: datetime
    reason: Reason | None = None


def hash_of(keys: Keys, kind: Kind, subject: str) -> bytes:
    """Return the keyed hash of a request's id or a chat's pseudonym."""
    return keyed_hash(keys, "erasure", f"{kind}\x00{subject}")


def noted(keys: Keys, kind: Kind, subject: str, reason: Reason | None = None) -> Insert:
    """Return the statement that remembers an erasure, dated by the database's clock."""
    row = insert(erasures).values(hash=hash_of(keys, kind, subject), kind=kind, reason=reason)
    return row.on_conflict_do_update(
        index_elements=["hash"], set_={"at": func.now(), "in_file": False}
    )


def removal(ids: Collection[str]) -> tuple[Delete, ...]:
    """Return the statements that remove requests, the wraps of their keys first."""
    parts = (wraps, case_messages, contacts, referral_events, alerts)
    return (
        *(delete(table).where(table.c.referral.in_(ids)) for table in parts),
        delete(referrals).where(referrals.c.id.in_(ids)),
    )


def stubbed(ids: Collection[str], reason: Reason, day: datetime) -> ReturningInsert[str]:
    """Return the statement that leaves stubs of requests; one without a code can leave none."""
    kept = select(
        referrals.c.reference, referrals.c.code_check, literal(reason.value), literal(day.date())
    ).where(referrals.c.id.in_(ids), referrals.c.code_check.is_not(None))
    made = insert(stubs).from_select(["reference", "code_check", "reason", "erased"], kept)
    return made.on_conflict_do_nothing().returning(stubs.c.reference)


def cut_to_the_day(referral: str) -> tuple[Update, ...]:
    """Return the statements that leave of a request's times only the days, and their order."""
    day = func.date_trunc
    nth = func.row_number().over(order_by=(case_messages.c.at, case_messages.c.id))
    numbered = (
        select(case_messages.c.id, nth.label("nth"))
        .where(case_messages.c.referral == referral)
        .subquery()
    )
    tick = func.make_interval(0, 0, 0, 0, 0, 0, numbered.c.nth / 1_000_000.0)
    columns = ("created", "due", "changed")
    return (
        update(referrals)
        .where(referrals.c.id == referral)
        .values({name: day("day", referrals.c[name], "UTC") for name in columns}),
        update(referral_events)
        .where(referral_events.c.referral == referral)
        .values(at=day("day", referral_events.c.at, "UTC")),
        update(case_messages)
        .where(case_messages.c.id == numbered.c.id)
        .values(at=day("day", case_messages.c.at, "UTC") + tick),
    )


def emptied(person: str) -> tuple[Delete | Update, ...]:
    """Return the statements that remove all that is held for a chat but the keys of its turns."""
    return (
        delete(chats).where(chats.c.person == person),
        delete(contacts).where(contacts.c.person == person),
        delete(code_failures).where(code_failures.c.person == person),
        update(replies)
        .where(replies.c.person == person)
        .values(body_sealed=None, address_sealed=None, sent=func.now()),
    )


def withdrawn(referral: str, at: datetime) -> tuple[Delete | Update, ...]:
    """Return the statements that withdraw a request again, the address at once."""
    mine = and_(
        referrals.c.id == referral,
        or_(referrals.c.state != State.WITHDRAWN, referrals.c.changed > at),
    )
    return (
        update(referrals).where(mine).values(state=State.WITHDRAWN, changed=at),
        delete(contacts).where(contacts.c.referral == referral),
    )


def repeated(
    keys: Keys,
    entries: Iterable[Erasure],
    requests: Sequence[str],
    people: Sequence[str],
    made: datetime,
) -> list[tuple[Erasure, str]]:
    """Return which entries speak of something that a backup brought back, and of what.

    Ids of requests never come again; a chat may have come back between its erasure and the
    backup, so that only what was erased since counts there.
    """
    known = {hash_of(keys, "chat", one): one for one in people}
    for kind in ("request", "withdrawal"):
        known |= {hash_of(keys, kind, one): one for one in requests}
    return [
        (one, known[one.hash])
        for one in entries
        if one.hash in known and (one.kind != "chat" or one.at > made - SLACK)
    ]


def to_line(one: Erasure) -> str:
    """Return an entry as the file holds it: time, kind, reason or a dash, hash."""
    return f"{one.at.isoformat(timespec='seconds')} {one.kind} {one.reason or '-'} {one.hash.hex()}"


def from_line(line: str) -> Erasure | None:
    """Return the entry of a line; None for one that a crash cut short."""
    try:
        at, kind, reason, digest = line.split()
        made = Erasure(
            kind,  # type: ignore[arg-type]
            bytes.fromhex(digest),
            datetime.fromisoformat(at),
            None if reason == "-" else Reason(reason),
        )
    except ValueError:
        return None
    whole = len(made.hash) == 32 and kind in ("request", "withdrawal", "chat")
    return made if whole and made.at.tzinfo is not None else None
