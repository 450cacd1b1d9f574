"""Markdown to plain text: what is allowed becomes words, what is not is named with its line."""

import pytest

from bot.articles.markdown import plain


def blocks(body: str) -> tuple[str, ...]:
    found = plain(body, "en.md", 1)
    assert found.faults == ()
    return found.blocks


def test_a_heading_stands_on_top_of_what_follows() -> None:
    assert blocks("## First\n\nWords.\n\nMore.") == ("First\nWords.", "More.")


def test_a_heading_with_nothing_below_is_kept() -> None:
    assert blocks("Words.\n\n## Last") == ("Words.", "Last")


def test_lists_become_lines() -> None:
    assert blocks("- one\n- two\n\n1. first\n2. second") == ("• one\n• two", "1. first\n2. second")


def test_emphasis_is_dropped_and_lines_are_joined() -> None:
    assert blocks("You *may*\n**ask**.") == ("You may ask.",)


def test_an_address_stands_in_the_line_below_its_words() -> None:
    found = plain("See [the pages](https://example.org/a).", "en.md", 1)
    assert found.blocks == ("See the pages.\nhttps://example.org/a",)
    assert found.links == ("https://example.org/a",)


def test_a_bare_address_is_not_said_twice() -> None:
    assert blocks("See <https://example.org/a>") == ("See https://example.org/a",)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Words.\n\n> quoted", 12),
        ("Words.\n\n```\ncode\n```", 12),
        ("![picture](https://example.org/a.png)", 10),
        ("Words.\n\n<b>bold</b>", 12),
        ("Words `code`", 10),
        ("- one\n  - two", 11),
        ("Words\n\n---", 12),
        ("[a](http://example.org/)", 10),
        ("[a](/near)", 10),
    ],
)
def test_a_mark_that_is_not_allowed_is_named_with_its_line(body: str, line: int) -> None:
    faults = plain(body, "en.md", 10).faults
    assert [(fault.file, fault.line) for fault in faults][:1] == [("en.md", line)]
