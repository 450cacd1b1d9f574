"""The rules of retention carried out: what is past its time is erased, and nothing else.

Each request is erased in a transaction of its own that holds it first, so that nobody claims,
answers, re-seals or withdraws it meanwhile; one that somebody holds already waits for the next run.
Keys go before the rows: a page that a disk still remembers then holds a text whose key is gone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.audit import Act
from bot.privacy import DraftSealer, Keys, Log, Reason, Sealer, Seals, retention
from bot.privacy.drafts import FOLDER
from bot.privacy.retention import Refusal, Run, Witness
from bot.referrals import DUTY_DESK, State
from bot.store import audit
from bot.store import erasures as gone
from bot.store.audit import acting
from bot.store.contacts import forget as forget_contacts
from bot.store.erasurelog import NAME, ErasureLog, copy_out, forget
from bot.store.leftovers import tidied
from bot.store.staleness import Stale, stale_requests, warn
from bot.store.tables import alerts, contacts, referrals, retention_clock

log = Log(__name__)

REFUSED = "retention-refused"
INCIDENTS: Mapping[Reason, str] = {
    Reason.UNCLAIMED: "requests-erased-unclaimed",
    Reason.UNFINISHED: "requests-erased-unfinished",
}
"""What must never happen: how the log says how often, and a line before the duty desk that it did.
"""

Begin = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""Gives a transaction: its end commits, an error rolls back."""


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
        ran = await retained(self.engine.begin, self.sealer.keys, self.stored, run)
        if ran.refused is not None:
            log.error(REFUSED, status=ran.refused, count=ran.due)
        for reason, incident in INCIDENTS.items():
            if lost := ran.counts.get(reason, 0):
                log.error(incident, count=lost)
        if ran.refused in (Refusal.AHEAD, Refusal.CLOCK):
            return ran
        # Never as of a day that is over: the keys of those since would count as of days to come.
        drafts = DraftSealer(self.data_dir / FOLDER, lambda: max(run.at, run.real)).forget_old()
        await self.note_erasures()
        await self._forget_erasures(min(run.at, run.real) - retention.RULES["erasures"].lives)
        return Ran(ran.counts | {"draft-keys": drafts}, ran.refused, ran.due, ran.limit)

    async def note_erasures(self) -> int:
        """Bring the list of erasures in the data folder up to date; return how many were new.

        Raises:
            DatabaseUnreachable, ErasureLogUnusable: it could not be done; the next run tries.
        """
        async with self.engine.begin() as connection:
            return await copy_out(connection, ErasureLog(self.data_dir / NAME))

    async def _forget_erasures(self, before: datetime) -> None:
        async with self.engine.begin() as connection:
            await forget(connection, ErasureLog(self.data_dir / NAME), before)


async def retained(begin: Begin, keys: Keys, stored: Seals, run: Run) -> Ran:
    """Carry the rules out in the database."""
    if run.ahead:
        return Ran(refused=Refusal.AHEAD)
    async with begin() as connection:
        if await _doubted(connection, run):
            await _tell_desk(connection, REFUSED, run)
            return Ran(refused=Refusal.CLOCK)
    async with begin() as connection:
        counts = await tidied(connection, stored, run)
    async with begin() as connection:
        # By itself: it holds the heads of all chains.
        counts["audit"] = await audit.forget(connection, run.before("audit"))
    counts["contacts"] = await _unlinked(begin, run)
    for rule, query in _withdrawn(run).items():
        counts[rule] = await _erased(begin, keys, query, None)
    stale = await _stale(begin, run)
    counts |= await _warned(begin, stale, run)
    return await _by_time(begin, keys, stale, run, counts)


async def _doubted(connection: AsyncConnection, run: Run) -> bool:
    """Note the clock, and tell whether it leapt too far to be believed yet."""
    row = (await connection.execute(select(retention_clock).with_for_update())).first()
    last = Witness(row.seen, row.doubted) if row is not None else None
    now = Witness(run.real) if run.confirmed else retention.witnessed(last, run.real)
    doubted = now.doubted is not None
    refused = Refusal.CLOCK if doubted else row.refused if row is not None else None
    values = {"seen": now.seen, "doubted": now.doubted, "refused": refused}
    await connection.execute(
        insert(retention_clock)
        .values(single=True, **values)
        .on_conflict_do_update(index_elements=["single"], set_=values)
    )
    return doubted


async def _unlinked(begin: Begin, run: Run) -> int:
    """Forget where people could be written to until now; return how many that were."""
    over = contacts.c.until < run.at

    async def act(connection: AsyncConnection, subject: str) -> None:
        await forget_contacts(connection, and_(over, contacts.c.referral == subject))

    async with begin() as connection:
        ids = list((await connection.execute(select(contacts.c.referral).where(over))).scalars())
    await _each(begin, ids, act)
    return len(ids)


def _withdrawn(run: Run) -> dict[str, Select[Any]]:
    """Return what finds, by rule, what people took back; danger to life keeps it longer."""
    found = select(referrals.c.id).where(referrals.c.state == State.WITHDRAWN)
    kept = referrals.c.kept_reason.is_not(None)
    return {
        "withdrawn": found.where(~kept, referrals.c.changed < run.before("withdrawn")),
        "kept": found.where(kept, referrals.c.changed < run.before("kept")),
    }


async def _stale(begin: Begin, run: Run) -> list[Stale]:
    async with begin() as connection:
        return await stale_requests(connection, run)


async def _warned(begin: Begin, stale: Sequence[Stale], run: Run) -> dict[str, int]:
    """Warn of those that reached a step; at the last the duty desk gets them."""
    counts = {"alarms": 0, "handed-over": 0}

    async def act(connection: AsyncConnection, subject: str) -> None:
        for one in await stale_requests(connection, run, [subject]):
            if one.step is not None and not _is_over(one, run):
                handed = await warn(connection, one, one.step, run)
                counts["handed-over" if handed else "alarms"] += 1

    due = [one.id for one in stale if one.step is not None and not _is_over(one, run)]
    await _each(begin, due, act)
    return counts


def _is_over(one: Stale, run: Run) -> bool:
    return retention.is_over(one.age, one.at_desk, confirmed=run.confirmed)


async def _by_time(
    begin: Begin, keys: Keys, stale: Sequence[Stale], run: Run, counts: dict[str, int]
) -> Ran:
    """Erase the requests whose time is over, unless they are too many for one run."""
    closed = select(referrals.c.id).where(
        referrals.c.state == State.CLOSED, referrals.c.changed <= run.before("closed")
    )
    over = [one.id for one in stale if _is_over(one, run)]
    async with begin() as connection:
        due = len(over) + len((await connection.execute(closed)).all())
        total = await connection.scalar(select(func.count()).select_from(referrals))
        most = retention.limit(total or 0)
        refused = Refusal.TOO_MANY if due > most and not run.confirmed else None
        await connection.execute(update(retention_clock).values(refused=refused))
        if refused is not None:
            await _tell_desk(connection, REFUSED, run)
            return Ran(counts | dict.fromkeys(Reason, 0), refused, due, most)
    counts |= await _unended(begin, keys, over, run)
    counts[Reason.CLOSED] = await _erased(begin, keys, closed, (Reason.CLOSED, run.stored.date()))
    return Ran(counts, None, due, most)


async def _unended(begin: Begin, keys: Keys, over: Iterable[str], run: Run) -> dict[str, int]:
    """Erase what nobody ended, and tell the duty desk of it."""
    counts: dict[str, int] = dict.fromkeys(INCIDENTS, 0)

    async def act(connection: AsyncConnection, subject: str) -> None:
        for one in await stale_requests(connection, run, [subject]):
            if _is_over(one, run):
                await _erase(connection, keys, subject, (one.reason, run.stored.date()))
                await _tell_desk(connection, INCIDENTS[one.reason], run)
                counts[one.reason] += 1

    await _each(begin, over, act)
    return counts


async def _erased(
    begin: Begin, keys: Keys, due: Select[Any], by_time: tuple[Reason, date] | None
) -> int:
    """Erase all that a query finds, each if the query finds it still; return how many went."""
    count = 0

    async def act(connection: AsyncConnection, subject: str) -> None:
        nonlocal count
        found = await connection.execute(due.where(referrals.c.id == subject))
        if found.first() is not None:
            await _erase(connection, keys, subject, by_time)
            count += 1

    async with begin() as connection:
        ids = list((await connection.execute(due)).scalars())
    await _each(begin, ids, act)
    return count


async def _each(
    begin: Begin, ids: Iterable[str], act: Callable[[AsyncConnection, str], Awaitable[None]]
) -> None:
    """Do something to requests, holding each in a transaction of its own; pass by the busy ones.

    What was known of a request before it was held is asked again by `act`.
    """
    for one in ids:
        async with begin() as connection:
            if (await connection.execute(gone.held(one, wait=False))).first() is not None:
                await act(connection, one)


async def _erase(
    connection: AsyncConnection, keys: Keys, subject: str, by_time: tuple[Reason, date] | None
) -> None:
    """Erase a request that is held, the wraps of its keys first; time leaves a stub."""
    keys_first, *rest = gone.parts([subject])
    await connection.execute(keys_first)
    reason = by_time[0] if by_time is not None else None
    if by_time is not None:
        await connection.execute(gone.stubbed([subject], *by_time))
    for statement in (*rest, gone.noted(keys, "request", subject, reason)):
        await connection.execute(statement)
    row = delete(referrals).where(referrals.c.id == subject)
    act = Act(f"erase-{reason or State.WITHDRAWN}", subject)
    done = row.returning(referrals.c.id, referrals.c.office)
    await connection.execute(acting(done, act, None, chain="office"))


async def _tell_desk(connection: AsyncConnection, step: str, run: Run) -> None:
    """Put a line before the duty desk that is about no request, once until it is ticked off."""
    standing = exists().where(
        and_(alerts.c.step == step, alerts.c.office == DUTY_DESK, alerts.c.ticked.is_(None))
    )
    row = select(literal(DUTY_DESK), literal(step), literal(run.stored)).where(~standing)
    await connection.execute(insert(alerts).from_select(["office", "step", "at"], row))
