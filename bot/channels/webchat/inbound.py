"""From the page's JSON to a turn.

Strict about the form, since nobody types JSON by hand; patient about the text, since people type
anything.  Lone surrogates and NUL, which no database or catalogue holds, are replaced here.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.channels.webchat.errors import MalformedTurn
from bot.conversation import Turn, Unreadable
from bot.directory import Point

CHANNEL = "web"
BODY_LIMIT = 32 * 1024
KEY_LIMIT = 64
CHOICE_LIMIT = 64
TEXT_UNITS = 4096
LOCALE_LIMIT = 35
UNKNOWN_CHOICE = "unknown"


@dataclass(frozen=True, slots=True)
class Sent:
    """What the page sent: its key and one of text, choice and point."""

    key: str
    text: str | None = field(default=None, repr=False)
    choice: str | None = None
    point: Point | None = field(default=None, repr=False)


def read_sent(body: bytes) -> Sent:
    """Return what a body says.

    Raises:
        MalformedTurn: it is not the JSON of exactly one text, choice or location with a key.
    """
    given = _object(body)
    key = given.get("key")
    if not isinstance(key, str) or not 1 <= len(key) <= KEY_LIMIT:
        raise MalformedTurn("a key is a string of 1 to 64 characters")
    said = {name for name in ("text", "choice", "location") if given.get(name) is not None}
    if len(said) != 1:
        raise MalformedTurn("exactly one of text, choice and location")
    return _sent(key, said.pop(), given)


def read_locale(body: bytes) -> str | None:
    """Return the language a new chat hints at, if any.

    Raises:
        MalformedTurn: the body is neither empty nor an object with a short `locale`.
    """
    locale = _object(body).get("locale") if body.strip() else None
    if locale is None:
        return None
    if not isinstance(locale, str):
        raise MalformedTurn("a locale is a string")
    return locale if len(locale) <= LOCALE_LIMIT and locale.isascii() else None


def to_turn(sent: Sent, person: str, at: datetime) -> Turn:
    """Return the turn of a person (a pseudonym); a text that is too long is not passed on."""
    long = sent.text is not None and _units(sent.text) > TEXT_UNITS
    return Turn(
        key=f"t:{sent.key}",
        channel=CHANNEL,
        person=person,
        at=at,
        text=None if long else sent.text,
        choice=sent.choice,
        point=sent.point,
        unreadable=Unreadable.TOO_LONG if long else None,
        begun=True,
    )


def opening(person: str, at: datetime, hint: str | None) -> Turn:
    """Return the turn that opens a chat."""
    return Turn(key="open", channel=CHANNEL, person=person, at=at, choice="start", hint=hint)


def reopening(person: str, at: datetime, key: str) -> Turn:
    """Return the turn that puts a chat back to its menu."""
    return replace(opening(person, at, None), key=key, begun=True)


def _object(body: bytes) -> dict[str, Any]:
    """Return the object a body holds; deep nesting and huge numbers are malformed, not errors."""
    try:
        given = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise MalformedTurn("not JSON in UTF-8") from None
    if not isinstance(given, dict):
        raise MalformedTurn("not an object")
    return given


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _sent(key: str, said: str, given: dict[str, Any]) -> Sent:
    if said == "location":
        return Sent(key, point=_point(given[said]))
    value = given[said]
    if not isinstance(value, str):
        raise MalformedTurn(f"{said} is a string")
    if said == "choice":
        return Sent(key, choice=_choice(value))
    return Sent(key, text=_clean(value))


def _choice(value: str) -> str:
    """Return the choice, or one that nobody offers where it cannot have come from a button."""
    printable = value.isascii() and value.isprintable() and " " not in value
    return value if printable and 0 < len(value) <= CHOICE_LIMIT else UNKNOWN_CHOICE


def _clean(text: str) -> str:
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\x00", "\ufffd")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _point(value: Any) -> Point:
    """Return the point, rounded to about a kilometre: the page does so too, but may be another."""
    if not isinstance(value, dict):
        raise MalformedTurn("location is an object")
    return Point(_degrees(value.get("lat"), 90), _degrees(value.get("lon"), 180))


def _degrees(value: Any, limit: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedTurn("lat and lon are numbers")
    if not abs(value) <= limit:
        raise MalformedTurn("lat or lon is out of range")
    return round(float(value), 2)
