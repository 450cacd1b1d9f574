"""What was erased, remembered by keyed hashes for as long as a backup may still hold it.

A restore brings back what a backup held; this list, which also stands in a small file beside the
database, lets the restore erase it again.  A hash is of a random id or a pseudonym: it tells
nothing to whoever lacks the secret, and with it only whether something known was erased.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Update,
    UpdateBase,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from bot.privacy import Keys, Reason, keyed_hash
from bot.referrals import Contact, State
from bot.store.tables import (
    alerts,
    case_messages,
    contacts,
    erasures,
    referral_events,
    referrals,
    stubs,
    wraps,
)

Kind = Literal["request", "withdrawal", "stop", "chat"]
SLACK = timedelta(minutes=5)
"""A transaction that was open when a backup began may have been dated before it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One entry: a request, the withdrawal of one in hand, a stop word, or all that a chat had."""

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


def parts(ids: Collection[str]) -> tuple[Delete, ...]:
    """Return the statements that remove what hangs on requests, the wraps of their keys first."""
    tables = (wraps, case_messages, contacts, referral_events, alerts)
    return tuple(delete(table).where(table.c.referral.in_(ids)) for table in tables)


def removal(ids: Collection[str]) -> tuple[Delete, ...]:
    """Return the statements that remove requests and all that hangs on them, keys first."""
    return (*parts(ids), delete(referrals).where(referrals.c.id.in_(ids)))


def stubbed(ids: Collection[str], reason: Reason, day: datetime) -> ReturningInsert[str]:
    """Return the statement that leaves stubs of requests; one without a code can leave none."""
    kept = select(
        referrals.c.reference, referrals.c.code_check, literal(reason.value), literal(day.date())
    ).where(referrals.c.id.in_(ids), referrals.c.code_check.is_not(None))
    made = insert(stubs).from_select(["reference", "code_check", "reason", "erased"], kept)
    return made.on_conflict_do_nothing().returning(stubs.c.reference)


async def has_stub(connection: AsyncConnection, reference: str) -> bool:
    """Tell whether a number still answers for a request that time erased."""
    found = await connection.execute(
        select(stubs.c.reference).where(stubs.c.reference == reference)
    )
    return found.first() is not None


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


def unlinked(mine: ColumnElement[bool]) -> tuple[Delete | Update, ...]:
    """Return the statements that remove contacts, and the copies that wait to be read there."""
    held = select(contacts.c.referral).where(mine)
    return (
        update(case_messages).where(case_messages.c.referral.in_(held)).values(waiting_sealed=None),
        update(referrals).where(referrals.c.id.in_(held)).values(contact=Contact.CODE),
        delete(contacts).where(mine),
    )


def again(one: Erasure, subject: str) -> tuple[UpdateBase, ...]:
    """Return the statements that do again to what a backup brought back what was done to it."""
    mine = referrals.c.id == subject
    match one.kind:
        case "request":
            keys_first, *rows = removal([subject])
            stub = (stubbed([subject], one.reason, one.at),) if one.reason is not None else ()
            return (keys_first, *stub, *rows)
        case "withdrawal":
            taken_back = update(referrals).where(mine, referrals.c.state != State.WITHDRAWN)
            return (
                taken_back.values(state=State.WITHDRAWN, changed=one.at),
                *unlinked(contacts.c.referral == subject),
            )
        case "stop":
            stopped = update(referrals).where(mine).values(do_not_contact=True)
            return (stopped, *unlinked(contacts.c.referral == subject))
        case "chat":
            return unlinked(contacts.c.person == subject)


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
    kinds: tuple[Kind, ...] = ("request", "withdrawal", "stop")
    for kind in kinds:
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
    whole = len(made.hash) == 32 and kind in get_args(Kind)
    return made if whole and made.at.tzinfo is not None else None
