"""What stays of a turn whose reply nobody needs any more: key, pseudonym and day.

The exact moment goes with the words: a request is dated too, and whoever holds the database could
else tell from two equal times which chat made it or opened it.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal

from bot.store.tables import replies


def emptied(at: datetime | None = None) -> Mapping[str, object]:
    """Return what a reply holds, by column, that was emptied at a moment (None: now)."""
    when = func.now() if at is None else literal(at)
    return {
        "body_sealed": None,
        "address_sealed": None,
        "leased_until": None,
        "at": the_day(),
        "sent": func.date_trunc("day", when, "UTC"),
    }


def the_day() -> ColumnElement[object]:
    """Return the day of a turn (UTC)."""
    return func.date_trunc("day", replies.c.at, "UTC")
