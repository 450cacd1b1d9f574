"""The words that never stand in a text for people, and the numbers a translation must keep.

The list is data (`knowledge/articles/never.yaml`): words that blame, label or promise too much.
They are looked for as whole words, in Arabic script also with the letters that are written onto a
word; what a person types is never held against it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from bot.articles.errors import Fault
from bot.articles.front import read_yaml

NEVER_FILE = "never.yaml"
EVERYWHERE = "everywhere"

Never: TypeAlias = tuple[str, ...]

# Arabic writes "and", "with", "for" and the article onto the word that follows.
_BEFORE = "(?<!\\w)[وفبكل]{0,2}(?:ال|لل)?"
_AFTER = "(?:ة|ه|ين|ون|ات|ي|ها)?(?!\\w)"
_ARABIC = re.compile("[\u0600-\u06ff]")


def read_never(path: Path, file: str) -> tuple[Mapping[str, Never], tuple[Fault, ...]]:
    """Return the words by language, those under `everywhere` for all, and what is wrong."""
    if not path.is_file():
        return {}, (Fault(file, 1, "the list of words never to use is missing"),)
    read = read_yaml(path.read_text(encoding="utf-8"), file)
    if isinstance(read, Fault):
        return {}, (read,)
    faults = tuple(
        Fault(file, read[1][language], f"{language} must be a list of words")
        for language, words in read[0].items()
        if not isinstance(words, list) or not all(isinstance(w, str) and w for w in words)
    )
    return ({} if faults else {code: tuple(words) for code, words in read[0].items()}), faults


def used_never(text: str, language: str, never: Mapping[str, Never]) -> Iterator[tuple[int, str]]:
    """Yield each forbidden word that stands in a text, with its line counted from 0."""
    plain = _folded(text)
    for word in (*never.get(EVERYWHERE, ()), *never.get(language, ())):
        for found in _pattern(_folded(word)).finditer(plain):
            yield text.count("\n", 0, found.start()), word


def numbers(text: str) -> tuple[str, ...]:
    """Return the numbers in a text, in any script's digits, sorted, without those of addresses."""
    digits = re.findall(r"\d+", re.sub(r"https?://\S+|^\d+\. ", "", text, flags=re.MULTILINE))
    return tuple(sorted("".join(str(unicodedata.digit(c)) for c in one) for one in digits))


def _folded(text: str) -> str:
    """Fold case, apostrophes and line ends, one character for one, so that places stay the same."""
    table = str.maketrans({"’": "'", "\n": " ", "ى": "ي", "\u00a0": " ", "\u202f": " "})
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).translate(table)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    escaped = re.escape(word)
    if not re.search(r"\w", word):
        return re.compile(escaped)
    if _ARABIC.search(word):
        return re.compile(_BEFORE + escaped + _AFTER)
    return re.compile(rf"(?<!\w){escaped}(?:e?s)?(?!\w)")
