"""From a raw update to a turn, reading only what is needed and dropping everything else.

Names, user names, phone numbers and files never leave this module: they are not even looked at.
The update is read by hand rather than through the library's types, for one new or missing field
in a part nobody needs (a poll, a sticker) makes the library refuse the whole update.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.conversation import Turn, Unreadable
from bot.directory import Point
from bot.errors import Invalid
from bot.privacy import Keys, pseudonym

CHANNEL = "telegram"
LONGEST_TEXT = 4096
"""UTF-16 units; Telegram itself sends no longer text, so a longer one is not from its clients."""

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The update types that are asked for; any other that comes is confirmed and ignored."""

LAST_SECOND = 253_402_300_799
"""That of the year 9999; the Bot API counts seconds since 1970."""
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SERVICE = frozenset(
    "pinned_message message_auto_delete_timer_changed write_access_allowed new_chat_title"
    " chat_background_set successful_payment refunded_payment users_shared chat_shared"
    " connected_website passport_data proximity_alert_triggered migrate_to_chat_id"
    " boost_added gift unique_gift suggested_post_info".split()
)
"""Notes that Telegram writes into a chat; nobody waits for an answer to them."""


class UnreadableUpdate(Invalid):
    """An update of a type we know does not have the form it must have."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """An update that asks nothing of us; it is confirmed, and that is all."""

    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """The bot is in a group, where others could read along: it says nothing and leaves."""

    chat: int = field(repr=False)
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A turn, and what the channel itself must know of it."""

    turn: Turn = field(repr=False)
    message: int | None = None
    """Number of the person's own message, so that it can be deleted at a quick exit."""
    query: str | None = field(default=None, repr=False)
    """The pressed button waits for an answer under this id."""
    said: datetime | None = None
    """When the person sent the message, aware UTC; of a press Telegram does not tell it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a person did, before it is known who they are."""

    text: str | None = None
    choice: str | None = None
    point: Point | None = None
    unreadable: Unreadable | None = None
    pressed: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read the updates of one bot."""

    bot_id: str
    keys: Keys = field(repr=False)

    def read(self, raw: object, at: datetime) -> Arrival | Group | Ignored:
        """Return what an update means; `at` is the moment it came, aware UTC.

        Raises:
            UnreadableUpdate: it has a type we handle but not the form of it.
        """
        update = _mapping(raw)
        number = update_number(update)
        kind = next((name for name in WANTED if name in update), None)
        if kind is None:
            return Ignored("other")
        content = _mapping(update[kind])
        message = _pressed_message(content) if kind == "callback_query" else content
        if message is None or _mapping(content.get("from", {})).get("is_bot"):
            return Ignored(kind)
        chat = _mapping(message.get("chat"))
        if chat.get("type") != "private":
            hint = _hint(content.get("from"))
            return Ignored(kind) if _has_left(content) else Group(_whole(chat.get("id")), hint)
        said = _said(kind, content)
        if said is None:
            return Ignored(kind)
        turn = self._turn(number, _whole(chat.get("id")), content, said, at)
        return Arrival(turn, *_numbers(kind, content), _said_at(kind, content))

    def _turn(
        self, number: int, chat: int, content: Mapping[str, Any], said: _Said, at: datetime
    ) -> Turn:
        address = str(chat)
        return Turn(
            key=f"{CHANNEL}:{self.bot_id}:{number}",
            channel=CHANNEL,
            person=pseudonym(self.keys, CHANNEL, address),
            at=at,
            text=said.text,
            choice=said.choice,
            point=said.point,
            unreadable=said.unreadable,
            hint=_hint(content.get("from")),
            address=address,
            number=number,
            pressed=said.pressed,
        )


def update_number(raw: object) -> int:
    """Return the number of an update, by which updates are confirmed.

    Raises:
        UnreadableUpdate: it has none.
    """
    return _whole(_mapping(raw).get("update_id"))


def lane_of(raw: object) -> str:
    """Return what an update must stay in order with: its chat, or nothing but itself.

    Never raises, for an update that cannot be read must be set aside in some lane, too.
    """
    holder: object = raw
    for name in (*WANTED, "message", "chat"):
        if isinstance(holder, Mapping) and isinstance(holder.get(name), Mapping):
            holder = holder[name]
    return f"{holder.get('id', '')}" if isinstance(holder, Mapping) else ""


def _said(kind: str, content: Mapping[str, Any]) -> _Said | None:
    match kind:
        case "callback_query":
            message = _mapping(content.get("message"))
            pressed = str(_whole(message.get("message_id")))
            return _Said(choice=_clean(content["data"])[:64], pressed=pressed)
        case "my_chat_member":
            return _Said(unreadable=Unreadable.BLOCKED) if _has_left(content) else None
        case "edited_message":
            # A shared live location edits its message every few seconds; one answer is enough.
            return None if "location" in content else _Said(unreadable=Unreadable.EDIT)
        case _:
            return _in_message(content)


def _in_message(content: Mapping[str, Any]) -> _Said | None:
    text = content.get("text")
    if isinstance(text, str):
        if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT:
            return _Said(unreadable=Unreadable.TOO_LONG)
        return _Said(text=_clean(text))
    if "location" in content:
        return _Said(point=_point(_mapping(content["location"])))
    if "contact" in content:
        return _Said(unreadable=Unreadable.CONTACT)
    # Whatever Telegram invents next is answered like a picture rather than with silence.
    return None if content.keys() & SERVICE else _Said(unreadable=Unreadable.MEDIA)


def _numbers(kind: str, content: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """Return the number of the person's own message and the id of the pressed query."""
    if kind == "callback_query":
        query = content.get("id")
        return None, query if isinstance(query, str) else None
    number = content.get("message_id")
    return (None if number is None else _whole(number)), None


def _said_at(kind: str, content: Mapping[str, Any]) -> datetime | None:
    seconds = content.get("date") if kind == "message" else None
    if not isinstance(seconds, int) or not 0 <= seconds <= LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _pressed_message(query: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the message whose button was pressed, if it was one of ours with data on it."""
    message = query.get("message")
    known = isinstance(message, Mapping) and isinstance(query.get("data"), str)
    return _mapping(message) if known else None


def _has_left(content: Mapping[str, Any]) -> bool:
    member = content.get("new_chat_member")
    return isinstance(member, Mapping) and member.get("status") in ("kicked", "left")


def _point(location: Mapping[str, Any]) -> Point:
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        raise UnreadableUpdate("no point")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise UnreadableUpdate("no point on earth")
    return Point(float(latitude), float(longitude))


def _hint(sender: object) -> str | None:
    code = sender.get("language_code") if isinstance(sender, Mapping) else None
    return code if isinstance(code, str) and LANGUAGE_TAG.fullmatch(code) else None


def _clean(text: str) -> str:
    """Return the text without what no database takes: half characters and NUL."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UnreadableUpdate("not an object")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreadableUpdate("not a whole number")
    return value
