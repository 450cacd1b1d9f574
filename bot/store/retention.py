"""The rules of retention carried out: what is past its time is erased, and nothing else.

One transaction under one lock, so that two workers never count the same request twice.  Keys go
before the rows: a page that a disk still remembers then holds a text whose key is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.privacy import DraftSealer, Log, Reason, Sealer, Seals, retention
from bot.privacy.drafts import FOLDER
from bot.privacy.retention import Refusal, Run, Witness
from bot.referrals import DUTY_DESK, State
from bot.store import erasures as gone
from bot.store.codes import hide_codes
from bot.store.contacts import forget as forget_contacts
from bot.store.erasurelog import NAME, ErasureLog, copy_out, forget
from bot.store.staleness import Stale, stale_requests, warned
from bot.store.tables import (
    alerts,
    channel_messages,
    chats,
    code_failures,
    contacts,
    invitations,
    referrals,
    replies,
    retention_clock,
    set_aside,
    stubs,
    wipes,
)

log = Log(__name__)

LOCK = text("SELECT pg_advisory_xact_lock(7211202612)")
REFUSED = "retention-refused"
ROWS: tuple[tuple[str, Table, str], ...] = (
    ("chats", chats, "touched"),
    ("message-ids", channel_messages, "at"),
    ("turns", replies, "at"),
    ("code-failures", code_failures, "at"),
    ("set-aside", set_aside, "at"),
    ("wipes", wipes, "at"),
    ("invitations", invitations, "expires"),
)
"""Rows that simply go, by rule, and the column from which their time counts."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: how much by each rule; `due` of at most `limit` requests, or its refusal."""

    counts: dict[str, int] = field(default_factory=dict)
    refused: Refusal | None = None
    due: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Retention:
    """Runs the rules on a database, and on the files beside it."""

    engine: AsyncEngine
    sealer: Sealer
    stored: Seals
    """What opens stored replies."""
    data_dir: Path

    async def run(self, run: Run) -> Ran:
        """Carry the rules out once, and say aloud what was refused or lost.

        Raises:
            DatabaseUnreachable, ErasureLogUnusable: nothing, or not everything, was done.
        """
        async with self.engine.begin() as connection:
            ran = await retained(connection, self.sealer, self.stored, run)
        if ran.refused is not None:
            log.error(REFUSED, status=ran.refused, count=ran.due)
            return ran
        if lost := ran.counts[Reason.UNCLAIMED]:
            log.error("requests-erased-unclaimed", count=lost)
        drafts = DraftSealer(self.data_dir / FOLDER, lambda: run.at).forget_old()
        await self.note_erasures()
        return Ran(ran.counts | {"draft-keys": drafts}, None, ran.due, ran.limit)

    async def note_erasures(self) -> int:
        """Bring the list of erasures in the data folder up to date; return how many were new.

        Raises:
            DatabaseUnreachable, ErasureLogUnusable: it could not be done; the next run tries.
        """
        file = ErasureLog(self.data_dir / NAME)
        async with self.engine.begin() as connection:
            await connection.execute(LOCK)
            moment = (await connection.execute(select(func.now()))).scalar_one()
            before = moment - retention.RULES["erasures"].lives
            await forget(connection, before)
            file.forget(before)
            return await copy_out(connection, file)


async def retained(connection: AsyncConnection, sealer: Sealer, stored: Seals, run: Run) -> Ran:
    """Carry the rules out inside a transaction."""
    if run.ahead:
        return Ran(refused=Refusal.AHEAD)
    await connection.execute(LOCK)
    if await _doubted(connection, run):
        await _alert_desk(connection, run)
        return Ran(refused=Refusal.CLOCK)
    counts = await _rows(connection, stored, run)
    counts |= await _withdrawn(connection, sealer, run)
    stale = await stale_requests(connection, run)
    over = [
        one for one in stale if retention.is_over(one.age, one.at_desk, confirmed=run.confirmed)
    ]
    counts |= await warned(connection, run, [one for one in stale if one not in over])
    return await _erased(connection, sealer, run, over, counts)


async def _doubted(connection: AsyncConnection, run: Run) -> bool:
    """Note the clock, and tell whether it leapt too far to be believed yet."""
    row = (await connection.execute(select(retention_clock))).first()
    last = Witness(row.seen, row.doubted_until) if row is not None else None
    now = Witness(run.real) if run.confirmed else retention.witnessed(last, run.real)
    values = {"seen": now.seen, "doubted_until": now.doubted_until}
    await connection.execute(
        insert(retention_clock)
        .values(single=True, **values)
        .on_conflict_do_update(index_elements=["single"], set_=values)
    )
    return now.doubted_until is not None


async def _rows(connection: AsyncConnection, stored: Seals, run: Run) -> dict[str, int]:
    """Remove rows that simply go; empty old replies first, for their draft key may be gone."""
    counts: dict[str, int] = {}
    for rule, table, column in ROWS:
        done = await connection.execute(delete(table).where(table.c[column] < run.before(rule)))
        counts[rule] = done.rowcount
    emptied = await connection.execute(
        update(replies)
        .where(
            replies.c.at < run.before("replies"),
            or_(replies.c.body_sealed.is_not(None), replies.c.address_sealed.is_not(None)),
        )
        .values(body_sealed=None, address_sealed=None)
    )
    await hide_codes(connection, stored, replies.c.leased_until < run.at)
    await forget_contacts(connection, contacts.c.until < run.at)
    day = run.before("stubs").date()
    old = await connection.execute(delete(stubs).where(stubs.c.erased < day))
    audit = await _audit_forgotten(connection, run.before("audit"))
    return counts | {"replies": emptied.rowcount, "stubs": old.rowcount, "audit": audit}


async def _audit_forgotten(connection: AsyncConnection, before: datetime) -> int:
    known = await connection.execute(text("SELECT to_regprocedure('audit_forget(timestamptz)')"))
    if known.scalar_one() is None:
        return 0
    done = await connection.execute(
        text("SELECT audit_forget(CAST(:before AS timestamptz))"), {"before": before}
    )
    return int(done.scalar_one() or 0)


async def _withdrawn(connection: AsyncConnection, sealer: Sealer, run: Run) -> dict[str, int]:
    """Erase what people took back, without a trace; what danger to life keeps goes later."""
    counts = {}
    for rule, kept in (("withdrawn", False), ("kept", True)):
        has_reason = referrals.c.kept_reason.is_not(None)
        ids = await _held(
            connection,
            select(referrals.c.id).where(
                referrals.c.state == State.WITHDRAWN,
                has_reason if kept else ~has_reason,
                referrals.c.changed < run.before(rule),
            ),
        )
        await _erase(connection, sealer, ids, None)
        counts[rule] = len(ids)
    return counts


async def _held(connection: AsyncConnection, query: Select[str]) -> list[str]:
    """Return the ids of requests that nobody is working on at this moment, and hold them."""
    found = await connection.execute(query.with_for_update(skip_locked=True, of=referrals))
    return list(found.scalars())


async def _erased(
    connection: AsyncConnection,
    sealer: Sealer,
    run: Run,
    over: Sequence[Stale],
    counts: dict[str, int],
) -> Ran:
    """Erase the requests whose time is over, unless they are too many for one run."""
    closed = await _held(
        connection,
        select(referrals.c.id).where(
            referrals.c.state == State.CLOSED, referrals.c.changed <= run.before("closed")
        ),
    )
    by_reason = {one: [each.id for each in over if each.reason is one] for one in Reason}
    by_reason[Reason.CLOSED] = closed
    due = sum(len(ids) for ids in by_reason.values())
    total = await connection.execute(select(func.count()).select_from(referrals))
    most = retention.limit(total.scalar_one())
    if due > most and not run.confirmed:
        await _alert_desk(connection, run)
        return Ran(counts | dict.fromkeys(Reason, 0), Refusal.TOO_MANY, due, most)
    for reason, ids in by_reason.items():
        await _erase(connection, sealer, ids, (reason, run.stored))
        counts[reason] = len(ids)
    return Ran(counts, None, due, most)


async def _erase(
    connection: AsyncConnection,
    sealer: Sealer,
    ids: Sequence[str],
    by_time: tuple[Reason, datetime] | None,
) -> None:
    """Erase requests, the wraps of their keys first; time leaves stubs, a person nothing."""
    if not ids:
        return
    keys_first, *rows = gone.removal(ids)
    await connection.execute(keys_first)
    if by_time is not None:
        await connection.execute(gone.stubbed(ids, *by_time))
    reason = by_time[0] if by_time is not None else None
    for one in ids:
        await connection.execute(gone.noted(sealer.keys, "request", one, reason))
    for statement in rows:
        await connection.execute(statement)


async def _alert_desk(connection: AsyncConnection, run: Run) -> None:
    """Tell the duty desk that the rules wait for the operator, once until it is ticked off."""
    standing = exists().where(
        and_(alerts.c.step == REFUSED, alerts.c.office == DUTY_DESK, alerts.c.ticked.is_(None))
    )
    row = select(literal(DUTY_DESK), literal(REFUSED), literal(run.stored)).where(~standing)
    await connection.execute(insert(alerts).from_select(["office", "step", "at"], row))
