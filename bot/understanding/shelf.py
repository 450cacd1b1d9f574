"""One language's passages as weighted features, and how near a question comes to each.

A passage is an example question, or an article's title with its text.  Features are stems and
pieces of three to five letters; each counts by how few articles have it (TF-IDF, cosine), so that
a misspelt or inflected word still meets most of its pieces.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from threading import Lock

import snowballstemmer

from bot.understanding.normal import fold, words_of
from bot.understanding.skeleton import skeleton

ROMANISED = "ar-Latn"
"""The shelf on which Arabic stands by its consonants, for questions in Latin letters."""
STEM_WEIGHT = 1.6
PAIR_WEIGHT = 1.0
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "de": "german", "en": "english", "es": "spanish",
    "fa": "persian", "fr": "french", "hi": "hindi", "id": "indonesian", "it": "italian",
    "nl": "dutch", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_NOT_LATIN = {"ar", "fa", "hi", "ru", "sr", "ta"}
_MOST_WORDS = 40
"""Of a question as many are read: who tells a story says what it is about in its first words."""
_LONGEST = 30
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that stands for an article; `asked` is true for an example question."""

    article: str
    text: str
    asked: bool


class Shelf:
    """Answers which passages of one language are near a question (0 to 1 each)."""

    def __init__(self, language: str, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        self._language = language
        bags = [features(language, passage.text) for passage in passages]
        self._rarity, self._unseen = _rarity(self.passages, bags)
        self._rows: dict[str, int] = {}
        self._postings(bags)

    def near(self, text: str) -> dict[int, float]:
        """Return how near the question is to each passage that shares anything with it."""
        weights = self._weigh(features(self._language, text, _MOST_WORDS))
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        found: dict[int, float] = defaultdict(float)
        for feature, weight in weights.items():
            row = self._rows.get(feature)
            if row is not None:
                share = weight / length
                for at in range(self._starts[row], self._starts[row + 1]):
                    found[self._holders[at]] += share * self._shares[at]
        return found

    def _weigh(self, bag: dict[str, float]) -> dict[str, float]:
        return {
            feature: amount * self._rarity.get(feature, self._unseen)
            for feature, amount in bag.items()
        }

    def _postings(self, bags: Sequence[dict[str, float]]) -> None:
        """Lay the passages out by feature, in flat arrays: a tenth of what dicts would take."""
        held: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(bags):
            weights = self._weigh(bag)
            length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
            for feature, weight in weights.items():
                if weight:
                    held[feature].append((number, weight / length))
        self._starts, self._holders, self._shares = array("I", [0]), array("H"), array("f")
        for row, (feature, pairs) in enumerate(held.items()):
            self._rows[feature] = row
            self._holders.extend(number for number, _ in pairs)
            self._shares.extend(share for _, share in pairs)
            self._starts.append(len(self._holders))
        self._rarity = {feature: self._rarity[feature] for feature in self._rows}


def _rarity(
    passages: Sequence[Passage], bags: Sequence[dict[str, float]]
) -> tuple[dict[str, float], float]:
    """Weigh features by the share of articles that have them, and those that none has."""
    holders: dict[str, set[str]] = defaultdict(set)
    for passage, bag in zip(passages, bags, strict=True):
        for feature in bag:
            holders[feature].add(passage.article)
    total = len({passage.article for passage in passages})
    rarity = {f: math.log((total + 1) / (len(names) + 0.2)) for f, names in holders.items()}
    return rarity, math.log((total + 1) / 1.2)


def features(language: str, text: str, most: int = 2000) -> dict[str, float]:
    """Return stems, pairs of stems and pieces of words, with how much each counts."""
    found = words_of(skeleton(text) if language == ROMANISED else fold(text))[:most]
    words = [word[:_LONGEST] for word in found]
    stems = words if language == ROMANISED else stemmed(language, words)
    counts: Counter[str] = Counter()
    for word in words:
        counts.update(pieces(word))
    bag = {piece: 1 + math.log(count) for piece, count in counts.items()}
    for stem, count in Counter(stems).items():
        bag[f"={stem}"] = STEM_WEIGHT * (1 + math.log(count))
    for pair in pairwise(stems):
        bag["=" + " ".join(pair)] = PAIR_WEIGHT
    return bag


def pieces(word: str) -> Iterator[str]:
    """Give the runs of three to five letters of a word, its borders marked."""
    framed = f"_{word}_"
    for size in (3, 4, 5):
        for start in range(len(framed) - size + 1):
            yield framed[start : start + size]


def stemmed(language: str, words: Iterable[str]) -> list[str]:
    """Return the words without their endings, unchanged in a language without a stemmer."""
    name = _STEMMERS.get(language)
    if name is None:
        return list(words)
    latin = language not in _NOT_LATIN  # a word in another script has no ending to lose
    return [_stem(name, word) if word.isascii() is latin else word for word in words]


@lru_cache(maxsize=4096)
def _stem(name: str, word: str) -> str:
    with _lock:  # a stemmer holds the word it works on
        return str(_stemmer(name).stemWord(word))


@lru_cache(maxsize=32)
def _stemmer(name: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(name)
