"""Words that never stand in a text, and numbers that a translation keeps."""

import pytest

from bot.articles.wording import numbers, used_never

NEVER = {
    "everywhere": ("!",),
    "en": ("victim", "don't worry"),
    "fr": ("fou",),
    "ar": ("ضحية",),
}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You are a victim.", "en"),
        ("Many VICTIMS came.", "en"),
        ("Don’t worry.", "en"),
        ("Do this. Don't\nworry.", "en"),
        ("Good!", "so"),
        ("Il est fou.", "fr"),
        ("والضحية هنا", "ar"),
    ],
)
def test_a_forbidden_word_is_found_in_its_forms(text: str, language: str) -> None:
    assert list(used_never(text, language, NEVER))


@pytest.mark.parametrize(
    ("text", "language"),
    [("Une foule, il fournit.", "fr"), ("A victimless case.", "en"), ("victim", "fr")],
)
def test_other_words_and_other_languages_pass(text: str, language: str) -> None:
    assert not list(used_never(text, language, NEVER))


def test_a_forbidden_word_carries_its_line() -> None:
    assert list(used_never("One.\n\nA victim.", "en", NEVER)) == [(2, "victim")]


def test_numbers_are_compared_across_scripts_and_orders() -> None:
    assert numbers("5 to 10 days") == numbers("من ٥ إلى ١٠ أيام") == ("10", "5")


def test_numbers_of_addresses_and_lists_do_not_count() -> None:
    assert numbers("1. Go to\nhttps://example.org/2024\n2. Wait 3 days") == ("3",)
