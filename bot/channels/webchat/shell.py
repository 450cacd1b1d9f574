"""The words of the page itself, and the page: English in the source, translated when served.

Everything here shows without a conversation, so it says nothing about what the chat is for.
"""

import html
import json
import re
from functools import cache
from pathlib import Path
from string import Template

from bot.conversation import typed_exits
from bot.i18n import Catalogs, Line, say

STATIC = Path(__file__).parent / "static"
COMMENTS = re.compile(r"^[ ]*(//.*|/\*[\s\S]*?\*/)\n", re.MULTILINE)
MOST_LANGUAGES = 20

WORDS: dict[str, Line] = {
    "title": say("Information"),
    "leave": say("Leave"),
    "keys": say("Pressing Escape three times leaves too."),
    "noscript": say("This page needs scripts. Please switch them on in the browser."),
    "log": say("Messages"),
    "write": say("Type a question or a number"),
    "send": say("Send"),
    "place": say("Share my location"),
    "you": say("You:"),
    "sending": say("Sending …"),
    "checking": say("Checking, about {seconds} s …"),
    "waiting": say("No connection. Trying again …"),
    "unsent": say("Your last message was not sent. Please wait a minute and send it again."),
    "again": say("Send again"),
    "closed": say("There is no connection now. Please wait a minute."),
    "retry": say("Try again"),
    "long": say("This text is too long. Please send it in parts."),
    "looking": say("Looking for your location …"),
    "nowhere": say("No location was found. You can type the name of a town."),
    "here": say("My location"),
    "call": say("Call"),
    "number": say("Your number"),
    "code": say("Your code"),
    "seconds": say("Disappears in {seconds} s"),
    "gone": say("Removed from this screen."),
    "newer": say("There is a new message."),
    "read": say("Read"),
}
"""What the page says, by the name under which `static/chat.js` asks for it."""


def words(catalogs: Catalogs, language: str) -> dict[str, str]:
    """Return what the page says in an offered language; `{seconds}` is filled in by the page."""
    return {name: catalogs.render(line, language) for name, line in WORDS.items()}


def page(catalogs: Catalogs, language: str, exit_url: str) -> str:
    """Return the page, its words inside attributes: a strict policy allows no inline script."""
    texts = words(catalogs, language)
    filled = {name: html.escape(text) for name, text in texts.items()}
    return _template().substitute(
        filled,
        lang=html.escape(language),
        dir=catalogs.language(language).direction,
        exit=html.escape(exit_url),
        exits=html.escape(json.dumps(typed_exits(catalogs), ensure_ascii=False)),
        texts=html.escape(json.dumps(texts, ensure_ascii=False)),
    )


def wanted(catalogs: Catalogs, accept_language: str) -> str:
    """Return the offered language a browser asks for first (RFC 9110, 12.5.4), else English."""
    parts = [part.partition(";") for part in accept_language.split(",")[:MOST_LANGUAGES]]
    asked = [(_weight(rest), tag.strip()) for tag, _, rest in parts]
    for weight, tag in sorted(asked, key=lambda one: -one[0]):
        found = catalogs.pick(tag)
        if weight > 0 and _base(found) == _base(tag):
            return found
    return catalogs.pick(None)


def _base(tag: str) -> str:
    return tag.partition("-")[0].casefold()


def _weight(rest: str) -> float:
    name, _, value = rest.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@cache
def script_or_style(name: str) -> str:
    """Return one of our files without its comments, which tell what the page is for."""
    return COMMENTS.sub("", (STATIC / name).read_text(encoding="utf-8"))


@cache
def _template() -> Template:
    return Template((STATIC / "index.html").read_text(encoding="utf-8"))
