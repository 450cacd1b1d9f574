"""The audit in PostgreSQL: entries are written by the statement that does what they tell.

`acting` does that for an INSERT, UPDATE or DELETE and `reading` for a SELECT of sealed text; where
neither is possible, `Audit.note` writes an entry of its own in the same transaction.  The row of
the chain's head is locked until the transaction ends, so act first and note last.  A transaction
that writes into an office's chain and the system's takes the system's last; into those of two
offices, in the order of their ids: else two of them would wait for each other.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Row,
    Select,
    Text,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert, ReturningUpdate

from bot.audit import (
    OPENINGS,
    Act,
    By,
    Check,
    Ends,
    Entry,
    Heads,
    Link,
    Outcome,
    SignedHead,
)
from bot.store.tables import audit_entries, audit_heads, audit_signed_heads

AT_ONCE = 2000
"""Entries fetched at once while they are checked."""
RUNNING = select(func.nextval("audit_running"))

Returning = ReturningInsert[Any] | ReturningUpdate[Any] | ReturningDelete[Any]


def appended(act: Act, by: By | None, **columns: ColumnElement[Any]) -> ColumnElement[int]:
    """Return what appends an entry where it is selected: once for every row.

    `columns` (chain, officer, object) stand for what only the statement itself knows.  Who does
    not say who acts stands as the program, at the time of the database.
    """
    return func.audit_append(
        columns.get("chain", act.chain),
        columns.get("officer", by.officer if by else None),
        act.action,
        columns.get("object", act.object),
        act.outcome,
        by.at if by else None,
    )


def appended_bound() -> ColumnElement[int]:
    """Return what appends the entry that `bound` tells, for a statement that is built once."""
    said = ("audit_chain", "audit_officer", "audit_action", "audit_object", "audit_outcome")
    at = bindparam("audit_at", type_=DateTime(timezone=True))
    return func.audit_append(*(bindparam(name, type_=Text) for name in said), at)


def bound(act: Act, by: By) -> dict[str, object]:
    """Return an act as the parameters of `appended_bound`."""
    return {
        "audit_chain": act.chain,
        "audit_officer": by.officer,
        "audit_action": act.action,
        "audit_object": act.object,
        "audit_outcome": act.outcome,
        "audit_at": by.at,
    }


def acting(done: Returning, act: Act, by: By | None, **columns: str) -> Select[Any]:
    """Return a statement that does something and appends an entry for each row it returns.

    `columns` (chain, officer, object) name columns that it returns.
    """
    rows = done.cte("done")
    known = {name: rows.c[column] for name, column in columns.items()}
    return select(rows, appended(act, by, **known).label("entry"))


def reading(found: Select[Any], act: Act, by: By | None) -> Select[Any]:
    """Return a statement that selects and appends one entry if there is anything."""
    rows = found.cte("found")
    entry = select(appended(act, by).label("entry")).where(select(rows).exists()).cte("noted")
    return select(rows, entry.c.entry).select_from(rows.join(entry, true()))


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit inside the transaction of a connection (`bot.audit.AuditLog`)."""

    connection: AsyncConnection

    async def note(self, act: Act, by: By) -> None:
        """Write one entry."""
        await self.connection.execute(select(appended(act, by)))


async def opened_by(connection: AsyncConnection, officer: str, since: datetime) -> int:
    """Return of how many requests an officer has opened sealed text since a moment."""
    found = await connection.execute(
        select(func.count(audit_entries.c.object.distinct())).where(
            audit_entries.c.who == officer,
            audit_entries.c.at >= since,
            audit_entries.c.action.in_(OPENINGS),
            audit_entries.c.outcome == Outcome.DONE,
        )
    )
    return int(found.scalar_one())


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Remove entries older than this from the start of every chain; return how many went.

    The ordinary role lets nothing go that is younger than 24 months by the database's own clock.
    """
    found = await connection.execute(select(func.audit_forget(before)))
    return int(found.scalar_one())


async def cut(owner: AsyncConnection, before: datetime) -> int:
    """Remove entries like `forget`, however young they are; only the schema's owner may."""
    found = await owner.execute(select(func.audit_cut(before)))
    return int(found.scalar_one())


async def checked(connection: AsyncConnection, heads: Sequence[SignedHead] = ()) -> Check:
    """Compute every chain again and return the check, whose ends are not looked at yet.

    The connection must see one state of the database: its transaction is REPEATABLE READ.
    """
    found = await connection.execute(select(audit_heads))
    check = Check({row.chain: to_ends(row) for row in found}, heads)
    async for entry in entries(connection):
        check.add(entry)
    return check


async def entries(connection: AsyncConnection) -> AsyncIterator[Entry]:
    """Yield every entry, chain by chain, in the order of numbers."""
    query = select(audit_entries).order_by(audit_entries.c.chain, audit_entries.c.number)
    async with connection.stream(query.execution_options(yield_per=AT_ONCE)) as rows:
        async for row in rows:
            yield to_entry(row)


@dataclass(frozen=True, slots=True)
class AuditHeads:
    """Where the chains stand (`bot.audit.HeadStore`); each call is a transaction of its own."""

    engine: AsyncEngine

    async def heads(self) -> Heads:
        """Return where every chain stands now, under a running number of their own."""
        query = select(audit_heads.c.chain, audit_heads.c.number, audit_heads.c.hash)
        async with self.engine.begin() as connection:
            rows = (await connection.execute(query)).all()
            # Drawn last, so it is higher than that of every entry which was seen.
            running = (await connection.execute(RUNNING)).scalar_one()
        return Heads(running, {row.chain: Link(row.number, row.hash) for row in rows})

    async def keep(self, head: SignedHead) -> None:
        """Keep a signed head in the database."""
        async with self.engine.begin() as connection:
            await connection.execute(
                insert(audit_signed_heads)
                .values(running=head.running, made=head.made, document=head.document)
                .on_conflict_do_nothing()
            )

    async def kept(self) -> str | None:
        """Return the document of the signed head that was kept last."""
        newest = select(audit_signed_heads.c.document).order_by(audit_signed_heads.c.running.desc())
        async with self.engine.connect() as connection:
            document: str | None = await connection.scalar(newest.limit(1))
        return document

    async def check(self, heads: Sequence[SignedHead] = ()) -> Check:
        """Compute every chain again, in one state of the database."""
        async with self.engine.connect() as connection:
            return await checked(
                await connection.execution_options(isolation_level="REPEATABLE READ"), heads
            )


def to_entry(row: Row[Any]) -> Entry:
    """Return the entry of a row."""
    return Entry(**row._mapping)


def to_ends(row: Row[Any]) -> Ends:
    """Return what the row of a head says of its chain."""
    return Ends(Link(row.start_number, row.start_hash), Link(row.number, row.hash))
