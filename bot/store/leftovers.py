"""Rows that simply go when they are past their time, and what is emptied or cut on the way."""

from datetime import date, datetime, timedelta

from sqlalchemy import Table, delete, or_, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import Seals
from bot.privacy.retention import SIGN_IN, Run
from bot.referrals import Action
from bot.store.codes import hide_codes
from bot.store.erasures import cut_since
from bot.store.tables import (
    answer_counts,
    channel_messages,
    chats,
    code_failures,
    invitations,
    judgement_counts,
    offers,
    replies,
    set_aside,
    sign_ins,
    stubs,
    wipes,
)
from bot.store.turnlog import cut, emptied

SHOWN = timedelta(minutes=10)
"""For how long the moment is kept at which a reply was shown."""
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
# A job that failed for good names a request or a chat's line; nobody tries it again.
FAILED_JOBS = text("""
    DELETE FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS (
        SELECT FROM procrastinate_events AS event
        WHERE event.job_id = procrastinate_jobs.id AND event.at >= :before)
""")


async def tidied(connection: AsyncConnection, stored: Seals, run: Run) -> dict[str, int]:
    """Remove what is past its time; return how much by each rule.  `stored` opens old replies."""
    counts: dict[str, int] = {}
    for rule, table, column in ROWS:
        done = await connection.execute(delete(table).where(table.c[column] < run.before(rule)))
        counts[rule] = done.rowcount
    counts["replies"] = await _emptied(connection, run.before("replies"))
    await hide_codes(connection, stored, replies.c.leased_until < run.at)
    for statement in (cut(run.at - SHOWN), *cut_since()):
        await connection.execute(statement)
    signed_in = or_(sign_ins.c.used < run.before("sign-ins"), sign_ins.c.created < run.at - SIGN_IN)
    counts["sign-ins"] = (await connection.execute(delete(sign_ins).where(signed_in))).rowcount
    old = stubs.c.erased < run.before("stubs").date()
    counts["stubs"] = (await connection.execute(delete(stubs).where(old))).rowcount
    counts |= await _offered(connection, run)
    counts["counts"] = await _uncounted(connection, run.before("counts").date())
    failed = await connection.execute(FAILED_JOBS, {"before": run.before("jobs")})
    return counts | {"jobs": failed.rowcount}


async def _offered(connection: AsyncConnection, run: Run) -> dict[str, int]:
    """Empty what partners accepted and may read no more, and remove offers that ended long ago."""
    accepted = offers.c.answer == Action.ACCEPT
    kept = offers.c.packet_sealed.is_not(None) | offers.c.key_locked.is_not(None)
    read = update(offers).where(accepted, kept, offers.c.answered <= run.before("packets"))
    emptied_of = await connection.execute(read.values(packet_sealed=None, key_locked=None))
    ended = delete(offers).where(~accepted, offers.c.answered < run.before("offers"))
    gone = await connection.execute(ended)
    return {"packets": emptied_of.rowcount, "offers": gone.rowcount}


async def _uncounted(connection: AsyncConnection, before: date) -> int:
    """Remove old counters of offices; return how many rows went."""
    return sum(
        [
            (await connection.execute(delete(table).where(table.c.day < before))).rowcount
            for table in (answer_counts, judgement_counts)
        ]
    )


async def _emptied(connection: AsyncConnection, before: datetime) -> int:
    """Empty old replies, whose draft key may be gone; return how many still held something."""
    done = await connection.execute(
        update(replies)
        .where(
            replies.c.at < before,
            or_(replies.c.body_sealed.is_not(None), replies.c.address_sealed.is_not(None)),
        )
        .values(emptied())
    )
    return done.rowcount
