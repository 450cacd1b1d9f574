"""A tripwire for danger in what people write: reviewed phrases, nothing learnt, before all else.

It runs on this machine alone and never decides anything: who is caught by it sees numbers and is
asked "are you in danger right now?".  The phrases are data in `knowledge/danger/phrases.yaml`, all
languages are tried whatever language was chosen, and a text that comes near a question about the
subject ("what is trafficking") is left to the search.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Unavailable
from bot.understanding.normal import fold, words_of

PATH = Path(__file__).resolve().parents[2] / "knowledge" / "danger" / "phrases.yaml"
_MOST = 4096
_NEAR = 3
"""How many words before a phrase a negation undoes it."""
_GAP = r"(?:\S+ ){0,4}"
_APOSTROPHES = re.compile("['’ʼ`´‘]")


class Kind(StrEnum):
    """What sort of danger the words speak of, most urgent first.  The values are stored."""

    SEA = "sea"
    SUICIDE = "suicide"
    LAND = "land"
    CHILD = "child"
    TRAFFICKING = "trafficking"
    VIOLENCE = "violence"
    DETENTION = "detention"


class PhrasesMissing(Unavailable):
    """The danger phrases cannot be read, or one of them has no valid form."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language, ready to use."""

    kinds: Mapping[Kind, re.Pattern[str]]
    guards: re.Pattern[str] | None
    negations: frozenset[str]


def danger(text: str, language: str | None = None) -> Kind | None:
    """Return the kind of danger the words speak of, most urgent first; None for no danger seen.

    The chosen language is tried first and the others after it.  Any text is accepted.

    Raises:
        PhrasesMissing: the phrases cannot be read.
    """
    readings = _readings(text)
    tables = phrases()
    ordered = sorted(tables, key=lambda one: (one != language, one))
    if any(_guarded(tables[one], readings) for one in ordered):
        return None
    found = {kind for one in ordered for kind in _kinds(tables[one], readings)}
    return next((kind for kind in Kind if kind in found), None)


def _readings(text: str) -> set[str]:
    """Give the words with apostrophes closed ("cant") and opened ("m a"), spaces at both ends."""
    folded = fold(text[:_MOST])
    return {f" {' '.join(words_of(_APOSTROPHES.sub(with_, folded)))} " for with_ in ("", " ")}


def _guarded(table: Phrases, readings: Iterable[str]) -> bool:
    return table.guards is not None and any(table.guards.search(reading) for reading in readings)


def _kinds(table: Phrases, readings: Iterable[str]) -> set[Kind]:
    return {
        kind
        for kind, pattern in table.kinds.items()
        for reading in readings
        if _affirmed(pattern, reading, table.negations)
    }


def _affirmed(pattern: re.Pattern[str], reading: str, negations: frozenset[str]) -> bool:
    """Tell whether one match stands without a negation just before it."""
    return any(
        negations.isdisjoint(reading[: match.start() + 1].split()[-_NEAR:])
        for match in pattern.finditer(reading)
    )


@lru_cache(maxsize=1)
def phrases(path: Path = PATH) -> Mapping[str, Phrases]:
    """Read the phrases, by language.

    Raises:
        PhrasesMissing: the file is absent, no valid YAML, or a phrase has no valid form.
    """
    try:
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        languages = sorted({lang for kind in table["kinds"].values() for lang in kind})
        return {language: _of_language(table, language) for language in languages}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError, re.error):
        raise PhrasesMissing("the danger phrases cannot be read") from None


def _of_language(table: dict[str, Any], language: str) -> Phrases:
    kinds = {
        Kind(kind): _any_of(texts[language])
        for kind, texts in table["kinds"].items()
        if texts.get(language)
    }
    guards = table.get("topics", {}).get(language)
    negations = str(table.get("negations", {}).get(language, ""))
    return Phrases(kinds, _any_of(guards) if guards else None, frozenset(words_of(fold(negations))))


def _any_of(lines: Iterable[str]) -> re.Pattern[str]:
    return re.compile("(?<= )(?:" + "|".join(compiled(line) for line in lines) + ")")


def compiled(line: str) -> str:
    """Turn a phrase of the file into a regular expression over folded words and spaces."""
    return _GAP.join(f"(?:{'|'.join(map(_words, slot.split('|')))}) " for slot in line.split())


def _words(words: str) -> str:
    return " ".join(map(_word, words.split("_")))


def _word(word: str) -> str:
    stem = "".join(words_of(fold(word.removesuffix("~"))))
    if not stem:
        raise ValueError("a phrase holds an empty word")
    return re.escape(stem) + (r"\S*" if word.endswith("~") else "")
