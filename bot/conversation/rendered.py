"""A reply in the person's language, as it is stored, sent and sent again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.conversation.reply import PlaceCard

LEAVE = "leave"
UNSEEN = 80
"""Signs of a message that show before the chat is opened."""
FILLING = "·"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice with its label in the person's language."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One message as plain text, with its id, unique in the chat."""

    id: str
    text: str
    choices: tuple[tuple[Button, ...], ...] = ()
    place: PlaceCard | None = None
    phone: str | None = None
    reference: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A whole reply: `direction` is `ltr` or `rtl`; `wipe` deletes before it is shown.

    `late` stands above each message that comes late, and `once` below a code that is gone;
    `is_late` tells that it does stand there.
    """

    messages: tuple[RenderedMessage, ...]
    language: str
    direction: str
    wipe: bool = False
    late: str = ""
    once: str = ""
    is_late: bool = False

    @property
    def above(self) -> str:
        """What each piece of a late reply begins with, as long as what shows unopened."""
        return f"{self.late.ljust(UNSEEN, FILLING)}\n\n" if self.is_late else ""

    @property
    def buttons(self) -> tuple[str, ...]:
        """The ids of all buttons in the order in which numbers press them; 0 alone leaves."""
        return tuple(
            button.id
            for message in self.messages
            for line in message.choices
            for button in line
            if button.id != LEAVE
        )

    @property
    def secret(self) -> bool:
        """Whether the reply carries a code, which is shown once."""
        return any(message.code for message in self.messages)

    def as_late(self) -> "Rendered":
        """Return the reply as it may come when nobody waits for it: dull where it shows unopened.

        A notification shows how a message begins, whoever holds the phone; so each begins with a
        line that says nothing, as long as what shows.
        """
        if self.wipe or self.is_late:
            return self
        late = replace(self, is_late=True)
        told = tuple(replace(one, text=f"{late.above}{one.text}") for one in self.messages)
        return replace(late, messages=told)

    def to_json(self) -> dict[str, Any]:
        """Return the reply as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Rendered":
        """Return the reply that `to_json` gave."""
        return cls(
            tuple(_message(one) for one in stored["messages"]),
            stored["language"],
            stored["direction"],
            stored["wipe"],
            stored.get("late", ""),
            stored.get("once", ""),
        )


def _message(stored: Mapping[str, Any]) -> RenderedMessage:
    choices = tuple(tuple(Button(**one) for one in line) for line in stored["choices"])
    place = PlaceCard(**stored["place"]) if stored["place"] else None
    return RenderedMessage(**{**stored, "choices": choices, "place": place})
