"""What Telegram knows: the bot, its chats, every message and the updates not yet fetched."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

from tests.telegram.bot_api.changes import Changes
from tests.telegram.bot_api.refusals import Json, bad, blocked

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Update types that are sent only when they are asked for by name."""


@dataclass
class Chat:
    """One chat and whether the bot may write to it."""

    id: int
    kind: str = "private"
    blocked: bool = False
    left: bool = False
    menu: Json = field(default_factory=lambda: {"type": "default"})
    actions: list[str] = field(default_factory=list)


@dataclass
class Message:
    """One message as it is now."""

    id: int
    chat_id: int
    raw: Json
    from_bot: bool
    deleted: bool = False
    edits: int = 0
    protected: bool = False

    @property
    def text(self) -> str:
        """The text, empty for a picture or a place."""
        return str(self.raw.get("text", ""))

    @property
    def markup(self) -> Json | None:
        """The keyboard that hangs on it."""
        return self.raw.get("reply_markup")

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button["text"] for row in rows for button in row]

    @property
    def data(self) -> list[str]:
        """What its buttons carry, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button.get("callback_data", "") for row in rows for button in row]


@dataclass
class World:
    """Everything the server remembers about one bot."""

    token: str
    changes: Changes = field(default_factory=Changes)
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: "OrderedDict[int, Message]" = field(default_factory=OrderedDict)
    callbacks: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Query id: the message it was pressed on, and when."""
    answered: list[str] = field(default_factory=list)
    profile: dict[str, dict[str, str]] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    queue: "OrderedDict[int, Json]" = field(default_factory=OrderedDict)
    confirmed: list[int] = field(default_factory=list)
    """Numbers of the updates which the bot has acknowledged, in order."""
    allowed: frozenset[str] | None = None
    webhook: Json | None = None
    ahead: timedelta = timedelta(0)
    callback_seconds: float = 3600.0
    next_update: int = 700_000_001
    next_message: int = 1

    @property
    def bot_id(self) -> int:
        """The number before the colon of the token."""
        return int(self.token.partition(":")[0])

    def user(self) -> Json:
        """Return the bot as a User, as other messages carry it."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.profile.get("name", {}).get("", "Test bot"),
            "username": "waypoint_test_bot",
        }

    def now(self) -> float:
        """Return the time of this world in seconds; `ahead` moves it."""
        return time.time() + self.ahead.total_seconds()

    def new_message(self, chat: Chat, content: Json, sender: Json, *, from_bot: bool) -> Message:
        """Store a message and return it."""
        number = self.next_message
        self.next_message += 1
        raw: Json = {
            "message_id": number,
            "from": sender,
            "chat": self.chat_json(chat, sender),
            "date": int(self.now()),
            **content,
        }
        self.messages[number] = Message(number, chat.id, raw, from_bot)
        self.changes.happened()
        return self.messages[number]

    def chat_json(self, chat: Chat, sender: Json) -> Json:
        """Return a chat as messages carry it."""
        if chat.kind != "private":
            return {"id": chat.id, "type": chat.kind, "title": "Test group"}
        return {"id": chat.id, "type": "private", "first_name": sender.get("first_name", "Test")}

    def push(self, kind: str, content: object, **more: object) -> int | None:
        """Queue an update; return its number, or None if the bot did not ask for this type."""
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if not wanted:
            return None
        number = self.next_update
        self.next_update += 1
        self.queue[number] = {"update_id": number, kind: content, **more}
        self.changes.happened()
        return number

    def confirm(self, number: int) -> None:
        """Forget an update which the bot has acknowledged."""
        if self.queue.pop(number, None) is not None:
            self.confirmed.append(number)
            self.changes.happened()

    def writable(self, chat_id: int) -> Chat:
        """Return a chat the bot may write to.

        Raises:
            Refusal: there is no such chat, or the bot was blocked or has left.
        """
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise blocked()
        if chat.left:
            raise bad("chat not found")
        return chat

    def own(self, chat_id: int, number: int, purpose: str) -> Message:
        """Return a message of the bot that can still be changed.

        Raises:
            Refusal: it is gone, or somebody else's.
        """
        message = self.messages.get(number)
        if message is None or message.deleted or message.chat_id != chat_id:
            raise bad(f"message to {purpose} not found")
        if not message.from_bot:
            raise bad("message can't be edited")
        return message
