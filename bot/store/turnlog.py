"""What stays of a turn whose reply nobody needs any more: key, pseudonym and day.

The exact moment goes with the words: a request is dated too, and whoever holds the database could
else tell from two equal times which chat made it or opened it.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Update, func, update

from bot.store.tables import replies


def emptied(at: datetime | None = None) -> Mapping[str, object]:
    """Return what a reply holds, by column, that was emptied at a moment (None: now).

    The moment counts a code's minute; `cut` takes it away when nothing needs it any more.
    """
    return {
        "body_sealed": None,
        "address_sealed": None,
        "leased_until": None,
        "at": the_day(),
        "sent": func.now() if at is None else at,
    }


def cut(before: datetime) -> Update:
    """Return the statement that leaves the day alone of when replies were shown before this."""
    day = func.date_trunc("day", replies.c.sent, "UTC")
    return update(replies).where(replies.c.sent < before, replies.c.sent != day).values(sent=day)


def the_day() -> ColumnElement[object]:
    """Return the day of a turn (UTC)."""
    return func.date_trunc("day", replies.c.at, "UTC")
