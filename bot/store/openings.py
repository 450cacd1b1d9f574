"""Openings of sealed text, counted where they happen: too many by one officer are an alarm.

The alarm stands in the transaction of the opening and behind its entry in the audit, which is what
is counted: whoever saw the text was counted, and an opening that is rolled back alarms nobody.
What reads sealed text for an officer goes through here.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, exists, insert, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.referrals import MANY_TEXTS, MOST_TEXTS, SINCE
from bot.store.audit import opened_by
from bot.store.tables import alerts, officers

A_DAY = timedelta(hours=24)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:officer, 4))")


async def opening(
    connection: AsyncConnection, query: Select[Any], by: By | None
) -> Sequence[Row[Any]]:
    """Return the rows of what reads sealed text and notes it in the audit; alarm if due."""
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    if rows:
        await alarm(connection, by)
    return rows


async def alarm(connection: AsyncConnection, by: By | None) -> None:
    """Put a line before the supervisors of an officer who opened too many, once in 24 hours.

    An officer's openings wait for each other at the head of their office's chain.  The lock holds
    for one who came to another office meanwhile, too.
    """
    if by is None or by.officer is None:
        return
    since = by.at - A_DAY
    if await opened_by(connection, by.officer, since) <= MOST_TEXTS:
        return
    await connection.execute(LOCK, {"officer": by.officer})
    step = f"{MANY_TEXTS}{SINCE}{by.officer}"
    lately = exists().where(alerts.c.step == step, alerts.c.at > since)
    line = select(officers.c.office, literal(step), literal(by.at))
    row = line.where(officers.c.id == by.officer, ~lately)
    await connection.execute(insert(alerts).from_select(["office", "step", "at"], row))
