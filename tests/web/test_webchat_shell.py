"""The page and its own words."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.channels.webchat import shell
from bot.i18n import Catalogs, load_catalogs

LOCALES = Path(__file__).parents[2] / "locales"


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return load_catalogs(LOCALES)


class Attributes(HTMLParser):
    """Collects every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_carries_its_words_and_the_way_out(catalogs: Catalogs) -> None:
    _, root = Attributes(shell.page(catalogs, "ar", 'https://example.org/?a="b"&c')).tags[0]
    assert (root["lang"], root["dir"]) == ("ar", "rtl")
    assert root["data-exit"] == 'https://example.org/?a="b"&c'
    assert json.loads(root["data-texts"] or "") == shell.words(catalogs, "ar")


def test_the_page_asks_nobody_else_and_has_no_script_inside(catalogs: Catalogs) -> None:
    for tag, found in Attributes(shell.page(catalogs, "en", "https://example.org/")).tags:
        for name in ("src", "href"):
            address = found.get(name) or ""
            assert tag == "a" or re.match(r"/chat[-.]|data:|$", address), (tag, address)
        assert tag != "script" or found["src"]
        assert not any(name.startswith("on") or name == "style" for name in found)


def test_every_word_the_script_asks_for_is_there() -> None:
    script = "".join(one.read_text(encoding="utf-8") for one in shell.STATIC.glob("*.js"))
    page = (shell.STATIC / "index.html").read_text(encoding="utf-8")
    asked = set(re.findall(r"words\('(\w+)'", script))
    asked |= set(re.findall(r"\[\['(\w+)', message\.\w+, 4\], \['(\w+)'", script)[0])
    asked |= set(re.findall(r'data-(?:text|label|title)="(\w+)"', page))
    assert asked | {"noscript"} == set(shell.WORDS)


@pytest.mark.parametrize("name", ["chat.js", "chat-show.js", "chat-wire.js", "chat.css"])
def test_what_is_served_has_no_comment_that_tells_what_it_is_for(name: str) -> None:
    served = shell.script_or_style(name)
    assert "/*" not in re.sub(r"/\* [a-z ,:]+ \*/ }", "", served)
    assert not re.search(r"^\s*//", served, re.MULTILINE)


def test_page_script_and_style_are_small() -> None:
    # The puzzle is fetched by the few phones that are asked for work, and counts by itself.
    loaded = [one.name for one in shell.STATIC.iterdir() if one.name != "chat-proof.js"]
    assert sum(len(shell.script_or_style(one).encode()) for one in loaded) < 30_000


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr-BE,fr;q=0.9,en;q=0.8", "fr"),
        ("de, es;q=0.5, ar;q=0.7", "ar"),
        ("ar;q=0, es;q=0.1", "es"),
        ("ar;q=x, fr;q=0.2", "fr"),
        ("en-GB, fr", "en"),
        ("xx", "en"),
        ("," * 5000, "en"),
    ],
)
def test_the_browsers_first_offered_language_is_spoken(
    catalogs: Catalogs, header: str, language: str
) -> None:
    assert shell.wanted(catalogs, header) == language
