"""What says that somebody leaves, and what does not."""

import pytest

from bot.conversation.leaving import exit_words, is_exit_command, says_exit, typed_exits
from bot.i18n import load_catalogs
from tests.telegram.core import LOCALES

CATALOGS = load_catalogs(LOCALES)
WORDS = exit_words(CATALOGS)


@pytest.mark.parametrize(
    "text", ["0", " 0 ", "00", "٠", "۰", "०", "০", "Exit", "LEAVE!", "¡salir!", "quitter.", "أخرج"]
)
def test_zero_in_any_script_and_an_exit_word_alone_leave(text: str) -> None:
    assert says_exit(text, WORDS)


@pytest.mark.parametrize(
    "text", ["", "10", "000", "leave him", "how do i exit the country", "?", "exits", "0 people"]
)
def test_what_only_holds_such_a_word_or_digit_does_not(text: str) -> None:
    assert not says_exit(text, WORDS)


@pytest.mark.parametrize(
    ("text", "leaves"),
    [("/clear", True), ("/CLEAR@some_bot now", True), (" /stop", True), ("/clearly", False)],
)
def test_a_command_leaves_whatever_stands_behind_it(text: str, *, leaves: bool) -> None:
    assert is_exit_command(text) is leaves


def test_a_page_knows_every_word_command_and_zero() -> None:
    known = set(typed_exits(CATALOGS))
    assert {"exit", "sortir", "خروج", "/clear", "/stop", "0", "00", "٠", "०"} <= known
    assert all(says_exit(one, WORDS) or is_exit_command(one) for one in known)
