"""What an officer may not ask a person for: noticed often enough, and seldom where nothing is."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.referrals import STOPS, Concern, concerns

SENTENCES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    Path(__file__).with_name("asking.yaml").read_text(encoding="utf-8")
)
LANGUAGES = ("en", "fr", "es", "ar")
ASKS, NONE = 60, 60
NOTICED, QUIET = 0.95, 0.95
"""Floors: the rules were mended with these sentences before them, so they stand high."""


def cases(language: str) -> Iterator[tuple[str, Concern | None]]:
    for kind, sentences in SENTENCES[language].items():
        for sentence in sentences:
            yield sentence, None if kind == "none" else Concern(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_sixty_sentences_of_either_kind(language: str) -> None:
    asks = [text for text, kind in cases(language) if kind is not None]
    none = [text for text, kind in cases(language) if kind is None]
    assert (len(set(asks)), len(set(none))) == (ASKS, NONE)


@pytest.mark.parametrize("concern", Concern)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_for_is_noticed(language: str, concern: Concern) -> None:
    mine = [text for text, kind in cases(language) if kind is concern]
    missed = [text for text in mine if concern not in concerns(text)]
    assert len(missed) <= (1 - NOTICED) * len(mine), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_asks_for_nothing_passes(language: str) -> None:
    mine = [text for text, kind in cases(language) if kind is None]
    wrong = [text for text in mine if concerns(text)]
    assert len(wrong) <= (1 - QUIET) * len(mine), wrong


def test_only_the_code_stops_a_text() -> None:
    assert frozenset({Concern.CODE}) == STOPS


@pytest.mark.parametrize(
    "text",
    [
        "118402977640",
        "118 402 977 640",
        "It is 1184-0297-7640.",
        "۱۱۸ ۴۰۲ ۹۷۷ ۶۴۰",
        "(118.402.977.640)",
    ],
)
def test_twelve_digits_look_like_a_code_in_any_script(text: str) -> None:
    assert concerns(text) == {Concern.CODE}


@pytest.mark.parametrize(
    "text",
    [
        "+49 1512 3456789 0",
        "Call +216 71 860 312 or 00 33 1 23 45 67 89",
        "4821 9035",
        "1184029776401",
        "on 24.11.2026 at 10:30, room 4",
        "Docket 2026/11/4821",
        "",
    ],
)
def test_other_numbers_do_not(text: str) -> None:
    assert concerns(text) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "SEND ME YOUR CO\u200bDE",
        "send  me\u00a0your ｃｏｄｅ",
        "Envoyez\u2011moi votre ​code",
        "أَرْسِلْ لِي رَمْزَكَ",
    ],
)
def test_capitals_vowel_signs_and_letters_nobody_sees_hide_nothing(text: str) -> None:
    assert Concern.CODE in concerns(text)


def test_each_concern_of_a_longer_text_is_found() -> None:
    text = (
        "Thank you for writing. You can appeal within fourteen days, a lawyer helps you.\n\n"
        "Please send a photo of your passport. I can visit you at home; your code, please."
    )
    assert concerns(text) == set(Concern)


@pytest.mark.parametrize(
    "text",
    ["send " * 800, "your code " * 400, "a" * 4000, "1 " * 2000, "please, " * 500, "صور " * 1000],
)
def test_the_longest_text_takes_a_blink(text: str) -> None:
    began = time.process_time()
    concerns(text)
    assert time.process_time() - began < 2.0
