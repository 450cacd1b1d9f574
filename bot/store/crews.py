"""What onboarded offices and their officers said of themselves, for routing and the ladder."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.referrals import Category, Staffed, Times, all_away
from bot.referrals.worktime import Span
from bot.staff import Act, Officer, Role, allowed, request_facts
from bot.store.tables import absences, office_key_wraps, office_times, officers

TAKERS = ("officer", "supervisor", "clinician", "admin")
"""Roles whose holder can take a request of their office."""
HOLDS = exists().where(
    office_key_wraps.c.holder == officers.c.id, office_key_wraps.c.office == officers.c.office
)
READY = (officers.c.role.in_(TAKERS), officers.c.password_hash.is_not(None), HOLDS)
"""Who can open what comes to their office: a pending officer cannot."""
MINUTE = timedelta(minutes=1)


async def onboarded(connection: AsyncConnection) -> Iterable[str]:
    """Return the ids of the offices that have an officer who holds its key."""
    found = await connection.execute(select(officers.c.office).where(*READY).distinct())
    return found.scalars()


async def staffed(connection: AsyncConnection, at: datetime) -> Mapping[str, Staffed]:
    """Return the offices that have an officer who holds its key."""
    crew: dict[str, list[Any]] = defaultdict(list)
    found = await connection.execute(
        select(*(officers.c[one] for one in ("id", "office", "role", "languages", "woman")))
        .where(*READY)
        .order_by(officers.c.id)
    )
    for row in found:
        crew[row.office].append(row)
    gone, times = await _gone(connection, at), await _times(connection)
    return {office: _staffed(rows, gone, times.get(office)) for office, rows in crew.items()}


def _staffed(
    rows: Sequence[Any], gone: Mapping[str, list[Span]], times: Row[Any] | None
) -> Staffed:
    said = Staffed(
        languages=frozenset(language for row in rows for language in row.languages),
        women=frozenset(one for row in rows if row.woman for one in _takes(row)),
        away=all_away([gone.get(row.id, []) for row in rows]),
    )
    if times is None:
        return said
    own = Times(
        times.hour_minutes * MINUTE, times.three_hours_minutes * MINUTE, times.day_minutes * MINUTE
    )
    return Staffed(said.languages, said.women, times.hours, own, said.away)


def _takes(row: Row[Any]) -> Iterator[Category]:
    """Yield what an officer may take; a clinician, say, takes nothing but health."""
    officer = Officer(row.id, "", row.office, Role(row.role))
    for one in Category:
        facts = request_facts(officer, office=row.office, category=one, claimed_by_officer=False)
        if allowed(officer, Act.WORK, facts):
            yield one


async def _gone(connection: AsyncConnection, at: datetime) -> Mapping[str, list[Span]]:
    found = await connection.execute(
        select(absences).where(absences.c.back > at).order_by(absences.c.gone)
    )
    spans: dict[str, list[Span]] = defaultdict(list)
    for row in found:
        spans[row.officer].append((row.gone, row.back))
    return spans


async def _times(connection: AsyncConnection) -> Mapping[str, Row[Any]]:
    found = await connection.execute(select(office_times))
    return {row.office: row for row in found}
