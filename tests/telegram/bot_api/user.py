"""The person at the other end, played by a test: writes, presses, looks at the screen."""

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tests.telegram.bot_api.refusals import Json
from tests.telegram.bot_api.world import Chat, Message, World

PAYLOADS = Path(__file__).parents[1] / "payloads"
Found = TypeVar("Found")
Look = str | Callable[[Message], bool]


def payload(name: str) -> Json:
    """Return a payload as Telegram sends it, scrubbed of everything real."""
    text = (PAYLOADS / f"{name}.json").read_text(encoding="utf-8")
    content: Json = json.loads(text)
    return content


class User:
    """One person with a private chat; everything they do becomes an update."""

    def __init__(self, world: World, number: int, language_code: str | None) -> None:
        self.id = number
        self._world = world
        self._chat = world.chats.setdefault(number, Chat(number))
        self._as_user: Json = {
            "id": number,
            "is_bot": False,
            "first_name": f"Canaryfirst{number}",
            "last_name": f"Canarylast{number}",
            "username": f"canaryname{number}",
        }
        if language_code:
            self._as_user["language_code"] = language_code

    def says(self, text: str, chat: Chat | None = None) -> Message:
        """Send a text; a command carries its entity as Telegram marks it."""
        content: Json = {"text": text}
        if text.startswith("/"):
            length = len(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self._posts(content, chat)

    def shares(self, latitude: float, longitude: float) -> Message:
        """Share a point on the map."""
        return self._posts({"location": {"latitude": latitude, "longitude": longitude}})

    def sends(self, kind: str, chat: Chat | None = None) -> Message:
        """Send the content of the payload of this name, such as `photo` or `voice`."""
        raw = copy.deepcopy(payload(kind)["message"])
        own = {"message_id", "from", "chat", "date"}
        return self._posts({k: v for k, v in raw.items() if k not in own}, chat)

    def sends_photo(self) -> Message:
        """Send a picture."""
        return self.sends("photo")

    def edits(self, message: Message, text: str) -> None:
        """Change the text of an own message."""
        message.raw = message.raw | {"text": text, "edit_date": int(self._world.now())}
        message.edits += 1
        self._world.push("edited_message", message.raw)

    def presses(self, button: str, message: Message | int | None = None) -> str:
        """Press the button with this label or data, by default the newest one in sight.

        A message that is named is pressed even if the button has gone from it meanwhile, as
        happens with a slow connection.
        """
        if message is None:
            message, data = self._find(button)
        else:
            message = message if isinstance(message, Message) else self._world.messages[message]
            data = dict(zip(message.labels, message.data, strict=True)).get(button, button)
        query = str(900_000_000 + len(self._world.callbacks))
        self._world.callbacks[query] = (message.id, self._world.now())
        self._world.push(
            "callback_query",
            {
                "id": query,
                "from": self._as_user,
                "message": message.raw,
                "chat_instance": str(-self.id * 7),
                "data": data,
            },
        )
        return query

    def blocks_bot(self) -> None:
        """Block the bot."""
        self._chat.blocked = True
        self._membership("member", "kicked")

    def unblocks_bot(self) -> None:
        """Let the bot write again."""
        self._chat.blocked = False
        self._membership("kicked", "member")

    def messages(self) -> Sequence[Message]:
        """Return what is on the screen now, oldest first: edits applied, deletions gone."""
        mine = (m for m in self._world.messages.values() if m.chat_id == self.id)
        return [message for message in mine if not message.deleted]

    def answers(self) -> Sequence[Message]:
        """Return the bot's messages on the screen, oldest first."""
        return [message for message in self.messages() if message.from_bot]

    async def sees(self, look: Look, within: float = 5.0) -> Message:
        """Wait for a message of the bot that holds this text or passes this test; newest wins."""

        def found() -> Message | None:
            return next((m for m in reversed(self.answers()) if _matches(m, look)), None)

        return await self._waits(found, look, within)

    async def no_longer_sees(self, look: Look, within: float = 5.0) -> None:
        """Wait until no message on the screen, of either side, passes the test."""
        await self._waits(lambda: not any(_matches(m, look) for m in self.messages()), look, within)

    def screen(self) -> str:
        """Return the screen as text, for failures and for trying by hand."""
        lines = []
        for message in self.messages():
            mark = "<" if message.from_bot else ">"
            lines.append(f"{mark} [{message.id}] {message.text or '(no text)'}")
            lines += [f"    [{label}]" for label in message.labels]
        return "\n".join(lines)

    async def _waits(self, found: Callable[[], Found | None], look: Look, within: float) -> Found:
        try:
            return await self._world.changes.until(found, within)
        except TimeoutError:
            raise AssertionError(f"not seen: {look!r}\n{self.screen()}") from None

    def _posts(self, content: Json, chat: Chat | None = None) -> Message:
        message = self._world.new_message(
            chat or self._chat, content, self._as_user, from_bot=False
        )
        self._world.push("message", message.raw)
        return message

    def _find(self, button: str) -> tuple[Message, str]:
        for message in reversed(self.answers()):
            for label, data in zip(message.labels, message.data, strict=True):
                if button in {label, data}:
                    return message, data
        raise AssertionError(f"no button {button!r}\n{self.screen()}")

    def _membership(self, old: str, new: str) -> None:
        def member(status: str) -> Json:
            end: Json = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._world.user(), "status": status, **end}

        self._world.push(
            "my_chat_member",
            {
                "chat": self._world.chat_json(self._chat, self._as_user),
                "from": self._as_user,
                "date": int(self._world.now()),
                "old_chat_member": member(old),
                "new_chat_member": member(new),
            },
        )


def _matches(message: Message, look: Look) -> bool:
    return look in message.text if isinstance(look, str) else look(message)
