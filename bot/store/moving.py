"""The one statement by which a request moves: compared, set, noted as event and in the audit.

Officers press at once: it is built once, and given to the driver as it is.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

from psycopg import AsyncConnection as Plain
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    bindparam,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.referrals import Action, Event, Referral, Stand
from bot.store.audit import appended_bound, bound
from bot.store.engine import AWAY, DRIVER, DatabaseUnreachable
from bot.store.reading import on
from bot.store.rows import claimed_by_after, placed
from bot.store.tables import referral_events, referrals

DIALECT = make_url(f"{DRIVER}://").get_dialect()()
COMPARED = ("id", "state", "office", "claimed_by")
TOLD = ("at", "action", "state", "officer", "outcome", "why", "until")


async def moved(
    connection: AsyncConnection, referral: Referral, event: Event, stand: Stand | None
) -> int | None:
    """Apply an event to a referral that is still as given, and return the number of the event.

    None where somebody was faster: then nothing is noted.
    """
    set_ = {
        "state": event.state,
        "claimed_by": claimed_by_after(referral, event),
        "changed": event.at,
        **placed(stand, event.at),
    }
    by = By(event.officer, event.at)
    values = {
        **_named("was", {name: getattr(referral, name) for name in COMPARED}),
        **_named("set", set_),
        **_named("told", {name: getattr(event, name) for name in TOLD}),
        **bound(_act(referral, event, stand), by),
    }
    raw = cast("Plain[Any]", (await connection.get_raw_connection()).driver_connection)
    try:
        done = await raw.execute(_move(tuple(set_)), values)
        row = await done.fetchone()
    except AWAY:
        raise DatabaseUnreachable("the database does not answer") from None
    return row[0] if row is not None else None


@cache
def _move(set_: tuple[str, ...]) -> bytes:
    """Return the statement that sets these columns of a request."""
    was = _bound("was", referrals, COMPARED)
    changed = (
        update(referrals)
        .where(*(_same(name, one) for name, one in was.items()))
        .values(_bound("set", referrals, set_))
    )
    done = changed.returning(referrals.c.id).cte("done")
    told = _bound("told", referral_events, TOLD)
    noted = (
        insert(referral_events)
        .from_select(["referral", *told], select(done.c.id, *told.values()))
        .returning(referral_events.c.id.label("event"))
        .cte("noted")
    )
    entry = appended_bound().label("entry")
    return str(select(noted.c.event, entry).compile(dialect=DIALECT)).encode()


def _same(name: str, value: BindParameter[Any]) -> ColumnElement[bool]:
    """Compare a column; whose it is may be nobody's."""
    column: ColumnElement[Any] = referrals.c[name]
    return column.is_not_distinct_from(value) if column.nullable else column == value


def _bound(prefix: str, table: Table, names: Iterable[str]) -> Mapping[str, BindParameter[Any]]:
    return {name: bindparam(f"{prefix}_{name}", type_=table.c[name].type) for name in names}


def _named(prefix: str, values: Mapping[str, object]) -> dict[str, object]:
    return {f"{prefix}_{name}": value for name, value in values.items()}


def _act(referral: Referral, event: Event, stand: Stand | None) -> Act:
    """Return the act of moving a request; of one passed on, the chain says to which office."""
    if event.action is Action.PASS_ON and stand is not None:
        return on(referral, f"pass:{stand.office}")
    return on(referral, event.action or event.state)
