"""A moment given on the command line."""

from datetime import UTC, datetime

import typer

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before this nothing can have been stored, and the rules could count back no further."""


def moment(text: str) -> datetime:
    """Return the moment of a text in ISO 8601 (aware UTC).

    Raises:
        BadParameter: it is none, or lies before anything can have been stored.
    """
    try:
        given = datetime.fromisoformat(text)
        at = (given if given.tzinfo else given.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter("--now takes a time in ISO 8601") from None
    if at < EARLIEST:
        raise typer.BadParameter("--now takes a time from the year 2000 on")
    return at
