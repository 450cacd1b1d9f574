"""What was erased, remembered by keyed hashes for as long as a backup may still hold it.

A restore brings back what a backup held; this list, which also stands in a small file beside the
database, lets the restore erase it again.  A hash is of a random id or a pseudonym: it tells
nothing to whoever lacks the secret, and with it only whether something known was erased.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
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
from bot.referrals import DANGER_TO_LIFE, Action, Contact, State
from bot.store.tables import (
    alerts,
    approvals,
    case_messages,
    case_notes,
    consents,
    contacts,
    erasures,
    offers,
    overrides,
    referral_events,
    referrals,
    stubs,
    wraps,
)

Kind = Literal["request", "withdrawal", "kept", "stop", "chat"]
AGAIN = frozenset({"chat", "stop"})
"""What can be undone by a person or an officer after it was listed."""
SLACK = timedelta(minutes=5)
"""A transaction that was open when a backup began may have been dated before it."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One entry: a request, the withdrawal of one in hand, a stop word, or all that a chat had.

    `kept` is no erasure: it tells that a withdrawn request stays, as a life is in danger.
    """

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
    tables = (
        wraps,
        case_messages,
        case_notes,
        contacts,
        referral_events,
        alerts,
        consents,
        overrides,
        approvals,
        offers,
    )
    return tuple(delete(table).where(table.c.referral.in_(ids)) for table in tables)


def removal(ids: Collection[str]) -> tuple[Delete, ...]:
    """Return the statements that remove requests and all that hangs on them, keys first."""
    return (*parts(ids), delete(referrals).where(referrals.c.id.in_(ids)))


def held(subject: str, *, wait: bool = True) -> Select[str]:
    """Return what locks a request against whoever moves, answers, re-seals or erases it.

    Without waiting it returns nothing where one of them is at work.

    Wraps and messages hang on it by no foreign key: who erases without this lock would leave
    those that come at the same moment.
    """
    query = select(referrals.c.id).where(referrals.c.id == subject)
    return query.with_for_update(skip_locked=not wait)


def stubbed(ids: Collection[str], reason: Reason, day: date) -> ReturningInsert[str]:
    """Return the statement that leaves stubs of requests.

    One without a code can leave none, and one whose person used the stop word must not: its code
    answers like a wrong one, to whoever made them type it.
    """
    kept = select(
        referrals.c.reference, referrals.c.code_check, literal(reason.value), literal(day)
    ).where(
        referrals.c.id.in_(ids), referrals.c.code_check.is_not(None), ~referrals.c.do_not_contact
    )
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
    columns = ("created", "due", "changed")
    decided = (
        consents.c.at,
        overrides.c.asked,
        overrides.c.confirmed,
        overrides.c.used,
        approvals.c.at,
        *(offers.c[name] for name in ("made", "expires", "opened", "tried_again", "answered")),
    )
    return (
        update(referrals)
        .where(referrals.c.id == referral)
        .values({name: day("day", referrals.c[name], "UTC") for name in columns}),
        update(referral_events)
        .where(referral_events.c.referral == referral)
        .values(at=day("day", referral_events.c.at, "UTC")),
        _numbered_days(case_messages, referral),
        _numbered_days(case_notes, referral),
        update(alerts)
        .where(alerts.c.referral == referral)
        .values({name: day("day", alerts.c[name], "UTC") for name in ("at", "ticked")}),
        *(
            update(one.table)
            .where(one.table.c.referral == referral)
            .values({one.name: day("day", one, "UTC")})
            for one in decided
        ),
    )


def _numbered_days(table: Table, referral: str) -> Update:
    """Return what leaves of the times of texts the day, and a tick for their order."""
    nth = func.row_number().over(order_by=(table.c.at, table.c.id))
    rows = select(table.c.id, nth.label("nth")).where(table.c.referral == referral).subquery()
    tick = func.make_interval(0, 0, 0, 0, 0, 0, rows.c.nth / 1_000_000.0)
    cut = func.date_trunc("day", table.c.at, "UTC") + tick
    return update(table).where(table.c.id == rows.c.id).values(at=cut)


def cut_since() -> tuple[Update, ...]:
    """Return the statements that cut to the day what was noted of requests after their closing."""
    # A stop word, the work of a queue or a tick in the console may come after it.
    closed = select(referrals.c.id).where(referrals.c.state == State.CLOSED)
    return tuple(
        update(column.table)
        .where(column.table.c.referral.in_(closed), column != func.date_trunc("day", column, "UTC"))
        .values({column.name: func.date_trunc("day", column, "UTC")})
        for column in (referral_events.c.at, alerts.c.at, alerts.c.ticked)
    )


def unlinked(mine: ColumnElement[bool]) -> tuple[Delete | Update, ...]:
    """Return the statements that remove contacts, and the copies that wait to be read there.

    The requests then say again that nothing is sent unasked.  The contacts go last.
    """
    whose = select(contacts.c.referral).where(mine)
    return (
        update(referrals).where(referrals.c.id.in_(whose)).values(contact=Contact.CODE),
        update(case_messages)
        .where(case_messages.c.referral.in_(whose), case_messages.c.waiting_sealed.is_not(None))
        .values(waiting_sealed=None),
        delete(contacts).where(mine),
    )


def shut(referral: str) -> Update:
    """Return the statement that lets no link and no partner open a packet of a request."""
    mine = update(offers).where(offers.c.referral == referral)
    return mine.values(
        answer=func.coalesce(offers.c.answer, Action.WITHDRAW),
        packet_sealed=None,
        key_locked=None,
        page_hash=None,
    )


def shut_anew(made: datetime) -> tuple[Update, ...]:
    """Return the statements that let no packet open again that a backup of `made` brought back.

    What was opened, answered or taken back since then stands in no list.  So an offer that nobody
    had answered is over, and the clock lets its request wait again; one that was accepted stands,
    and shows nothing any more.
    """
    open_still = offers.c.answer.is_(None)
    return (
        update(offers).where(open_still).values(expires=func.least(offers.c.expires, made)),
        update(offers).values(packet_sealed=None, key_locked=None),
        update(referrals)
        .where(referrals.c.state == State.OFFERED)
        .values(wakes=func.least(referrals.c.wakes, made)),
    )


def again(one: Erasure, subject: str) -> tuple[UpdateBase, ...]:
    """Return the statements that do again to what a backup brought back what was done to it."""
    mine = referrals.c.id == subject
    match one.kind:
        case "request":
            return removal([subject])
        case "withdrawal":
            taken_back = update(referrals).where(mine, referrals.c.state != State.WITHDRAWN)
            return (
                taken_back.values(state=State.WITHDRAWN, changed=one.at),
                *unlinked(contacts.c.referral == subject),
                shut(subject),
            )
        case "kept":
            return (update(referrals).where(mine).values(kept_reason=DANGER_TO_LIFE),)
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
    """Return which entries speak of something that a backup brought back, and of what, in order.

    Ids of requests never come again.  A chat may have come back between its erasure and the
    backup, and a stop word may have been lifted: there only what happened since counts.
    """
    known = {hash_of(keys, "chat", one): one for one in people}
    kinds: tuple[Kind, ...] = ("request", "withdrawal", "kept", "stop")
    for kind in kinds:
        known |= {hash_of(keys, kind, one): one for one in requests}
    return [
        (one, known[one.hash])
        for one in sorted(entries, key=lambda one: one.at)
        if one.hash in known and (one.kind not in AGAIN or one.at > made - SLACK)
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
