"""What an officer may not ask a person for: noticed often enough, and seldom where nothing is."""

import time
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import pytest
import yaml

from bot.referrals import STOPS, Concern, concerns

Sentences: TypeAlias = Mapping[str, Mapping[str, list[str]]]
LANGUAGES = ("en", "fr", "es", "ar")
NONE = "none"
OF_THE_CODE = frozenset({Concern.CODE, Concern.CODE_NAMED})


def read(name: str) -> Sentences:
    found: Sentences = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return found


TUNED = read("asking.yaml")
"""The rules were mended with these, so what is asked of them stands high."""
HELD_OUT = read("asking-held-out.yaml")
"""No rule has seen these: what stands in `docs/security.md` was measured on them."""
FLOORS = {
    frozenset({Concern.CODE}): Fraction(55, 100),
    OF_THE_CODE: Fraction(90, 100),
    frozenset({Concern.PAPERS}): Fraction(60, 100),
    frozenset({Concern.PRIVATE_PLACE}): Fraction(38, 100),
}
"""What must be noticed of held-out asks; they are written to be hard, most people ask plainly."""
STOPPED_WRONGLY = Fraction(2, 100)
WARNED_WRONGLY = Fraction(5, 100)


def asks_of(sentences: Sentences, kind: str, languages: tuple[str, ...] = LANGUAGES) -> list[str]:
    return [one for language in languages for one in sentences[language][kind]]


def share(texts: list[str], wanted: frozenset[Concern]) -> Fraction:
    return Fraction(sum(bool(concerns(text) & wanted) for text in texts), len(texts))


def kind_of(wanted: frozenset[Concern]) -> str:
    return min(wanted).value


@pytest.mark.parametrize("sentences", [TUNED, HELD_OUT], ids=["tuned", "held out"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_as_many_sentences_of_each_kind(
    sentences: Sentences, language: str
) -> None:
    kinds = (Concern.CODE, Concern.PAPERS, Concern.PRIVATE_PLACE, NONE)
    mine = {kind: len(set(sentences[language][kind])) for kind in kinds}
    english = {kind: len(set(sentences["en"][kind])) for kind in kinds}
    assert all(abs(mine[kind] - english[kind]) <= 1 for kind in kinds), (mine, english)


def test_no_held_out_sentence_is_among_those_the_rules_were_mended_with() -> None:
    known = {one for kinds in TUNED.values() for texts in kinds.values() for one in texts}
    held = {one for kinds in HELD_OUT.values() for texts in kinds.values() for one in texts}
    assert not known & held


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wanted", FLOORS, ids=kind_of)
def test_what_is_asked_for_is_noticed(language: str, wanted: frozenset[Concern]) -> None:
    mine = asks_of(TUNED, kind_of(wanted), (language,))
    missed = [text for text in mine if not concerns(text) & wanted]
    assert len(missed) <= len(mine) / 18, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_asks_for_nothing_is_never_stopped_or_warned_of(language: str) -> None:
    mine = asks_of(TUNED, NONE, (language,))
    assert [text for text in mine if concerns(text) - {Concern.CODE_NAMED}] == []


@pytest.mark.parametrize("wanted", FLOORS, ids=kind_of)
def test_of_asks_no_rule_has_seen_so_many_are_noticed(wanted: frozenset[Concern]) -> None:
    noticed = {
        language: share(asks_of(HELD_OUT, kind_of(wanted), (language,)), wanted)
        for language in LANGUAGES
    }
    assert share(asks_of(HELD_OUT, kind_of(wanted)), wanted) >= FLOORS[wanted], noticed


def test_of_harmless_texts_no_rule_has_seen_few_are_stopped_and_few_warned_of() -> None:
    harmless = asks_of(HELD_OUT, NONE)
    assert share(harmless, STOPS) < STOPPED_WRONGLY
    assert share(harmless, frozenset({Concern.PAPERS, Concern.PRIVATE_PLACE})) < WARNED_WRONGLY


@pytest.mark.parametrize(
    "text",
    [
        "Keep your code in a place that nobody knows.",
        "Everybody signs with their secret code.",
        "Votre code reste votre secret.",
        "No conozco su código.",
        "رمزك يبقى سرك.",
    ],
)
def test_a_text_that_names_the_code_without_asking_for_it_is_asked_about(text: str) -> None:
    assert concerns(text) == {Concern.CODE_NAMED}


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
    assert concerns(text) == set(Concern) - {Concern.CODE_NAMED}


@pytest.mark.parametrize(
    "text",
    ["send " * 800, "your code " * 400, "a" * 4000, "1 " * 2000, "please, " * 500, "صور " * 1000],
)
def test_the_longest_text_takes_a_blink(text: str) -> None:
    began = time.process_time()
    concerns(text)
    assert time.process_time() - began < 2.0
