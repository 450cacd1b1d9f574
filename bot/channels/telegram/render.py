"""From a reply to what Telegram is asked to show: which texts, which keyboards, edited or sent.

Plain text only: no markup means no character that must be escaped and no link that hides where it
leads.  Menus are edited in place and old keyboards are taken away, so that the chat stays short
and an old button cannot be pressed by mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.conversation import Button, Rendered, RenderedMessage

LONGEST = 4096
"""UTF-16 units of one message."""
LONGEST_DATA = 64
"""Bytes that a button carries."""
BORDERS = ("\n\n", "\n", ". ", " ")

Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of Telegram; `protect` forbids passing it on and saving it."""

    text: str = field(repr=False)
    keyboard: Keyboard = ()
    protect: bool = False


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a reply goes: `edit` takes its first piece, each of `strip` loses its keyboard."""

    edit: int | None = None
    strip: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """What is known of a chat: its newest message and those with a keyboard, by number."""

    newest: int = 0
    keyboards: tuple[int, ...] = ()


def place(reply: Rendered, pressed: str | None, screen: Screen, *, late: bool = False) -> Placing:
    """Return where a reply goes in a chat.

    The message whose button was pressed is edited if nothing stands below it and the reply does
    not come `late`, when much may have happened in the chat meanwhile.  A secret code is
    always sent, for protection cannot be added by an edit.  A new keyboard takes the old ones
    away; without one they stay, since typed numbers still press them.
    """
    if reply.wipe:
        return Placing()
    button = _number(pressed)
    pieces = pieces_of(reply)
    newest = button >= screen.newest and button > 0 and not late
    edit = button if pieces and newest and not pieces[0].protect else None
    old = {button}
    if any(piece.keyboard for piece in pieces):
        old |= set(screen.keyboards)
    return Placing(edit, tuple(sorted(old - {0, edit})))


def pieces_of(reply: Rendered) -> tuple[Piece, ...]:
    """Return the messages of a reply, each cut to Telegram's length."""
    return tuple(piece for message in reply.messages for piece in in_pieces(message, reply.above))


def in_pieces(message: RenderedMessage, above: str = "") -> list[Piece]:
    """Return a message cut to Telegram's length, its keyboard under the last piece.

    `above` stands over the pieces after the first, for each shows by itself before it is opened.
    """
    first, *rest = split(message.text, LONGEST - units(above))
    texts = [first, *(above + text for text in rest)]
    protect = message.code is not None
    last = Piece(texts[-1], keyboard(message.choices), protect)
    return [*(Piece(text, protect=protect) for text in texts[:-1]), last]


def keyboard(choices: Sequence[Sequence[Button]]) -> Keyboard:
    """Return the rows without what Telegram would refuse together with the whole message."""
    rows = (tuple(button for button in row if _fits(button)) for row in choices)
    return tuple(row for row in rows if row)


def split(text: str, longest: int = LONGEST) -> list[str]:
    """Return the text in pieces of so many UTF-16 units, cut between paragraphs if possible.

    Where a paragraph is too long itself, it is cut between lines, sentences or words.
    """
    pieces = []
    rest = text.strip()
    while units(rest) > longest:
        head = rest[: _end_of(rest, longest)]
        cut = next((at for border in BORDERS if (at := _cut(head, border))), len(head))
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest or "…"]


def units(text: str) -> int:
    """Return the length in UTF-16 units, which is how Telegram counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def _end_of(text: str, longest: int) -> int:
    """Return how many characters of the text fit, never half of one."""
    used = 0
    for position, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > longest:
            return position
    return len(text)


def _cut(head: str, border: str) -> int:
    """Return where to cut, 0 if there is no such border in the second half."""
    at = head.rfind(border)
    return at + len(border) if at > len(head) // 2 else 0


def _number(pressed: str | None) -> int:
    """Return the number of the pressed message, 0 if there is none."""
    return int(pressed) if pressed and pressed.isascii() and pressed.isdigit() else 0


def _fits(button: Button) -> bool:
    return bool(button.label.strip()) and 1 <= len(button.id.encode()) <= LONGEST_DATA
