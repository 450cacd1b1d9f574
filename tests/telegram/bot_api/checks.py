"""What Telegram refuses in a text or a keyboard, with the words of its refusals."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from tests.telegram.bot_api.refusals import Json, bad

TEXT_UNITS = 4096
"""Most UTF-16 units of a message."""
CALLBACK_BYTES = 64
BUTTONS = 100
ROW = 8
TAGS = frozenset(
    "b strong i em u ins s strike del span tg-spoiler a code pre blockquote tg-emoji".split()
)


def units(text: str) -> int:
    """Return the length in UTF-16 code units, which is how Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def checked_text(text: str, parse_mode: str) -> str:
    """Return the text as it is stored.

    Raises:
        Refusal: it is empty, too long, or its markup does not hold together.
    """
    plain = _without_markup(text, parse_mode).strip()
    if not plain:
        raise bad("message text is empty")
    if units(plain) > TEXT_UNITS:
        raise bad("message is too long")
    return plain


def checked_markup(markup: Any) -> Json | None:
    """Return the reply markup as it is stored.

    Raises:
        Refusal: Telegram would not take it.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _checked_inline(markup["inline_keyboard"])
    if not markup.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
        raise bad("can't parse reply keyboard markup JSON object")
    return markup


def buttons(markup: Json | None) -> Iterator[Json]:
    """Walk the buttons of an inline keyboard, row by row."""
    for row in (markup or {}).get("inline_keyboard", []):
        yield from row


def _checked_inline(rows: Any) -> Json | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("field 'inline_keyboard' must be of type Array of Arrays")
    kept = [row for row in rows if row]
    for row in kept:
        if len(row) > ROW:
            raise bad("too many buttons in a row")
        for button in row:
            _check_button(button)
    if sum(len(row) for row in kept) > BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text is empty")
    kinds = button.keys() & {"callback_data", "url", "copy_text", "web_app", "switch_inline_query"}
    if len(kinds) != 1:
        raise bad("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= CALLBACK_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad("inline keyboard button URL is invalid")


class _Markup(HTMLParser):
    """Reads the HTML subset and complains like Telegram."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Refuse what Telegram does not know."""
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Refuse an end that has no start."""
        if not self.open or self.open.pop() != tag:
            raise bad(f'can\'t parse entities: Unmatched end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text.append(data)


def _without_markup(text: str, parse_mode: str) -> str:
    if not parse_mode:
        return text
    if parse_mode.upper() != "HTML":
        raise bad("unsupported parse_mode")
    markup = _Markup()
    markup.feed(text)
    markup.close()
    if markup.open:
        raise bad(
            f"can't parse entities: Can't find end tag corresponding to \"{markup.open[-1]}\""
        )
    return "".join(markup.text)
