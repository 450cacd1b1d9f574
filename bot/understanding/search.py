"""Which vetted article answers a question: by its letters alone, on this machine, in milliseconds.

Nothing is generated: a question is compared with example questions, titles and texts.  The
thresholds were chosen by cross-validation on `tests/understanding/messages.yaml`, never on the
example questions; after a change here run `python -m tests.understanding.measure`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.understanding.language import guess
from bot.understanding.normal import fold
from bot.understanding.shelf import ROMANISED, Passage, Shelf

FLOOR = 0.14
"""Below this score an article does not answer the question."""
DIRECT = 0.40
"""From this score on the first article is given at once, if it is `AHEAD` of the second."""
AHEAD = 1.4
OTHER_LANGUAGE = 0.8
"""What a hit in another language than the one chosen counts."""
ROMANISED_ALONE = 0.7
"""What a hit by consonants counts where nobody said that the language is Arabic."""
_TEXT_SHARE = 1.0
_SECOND_SHARE = 0.3
_WHOLE = 1.5
"""What a question word for word reaches; scores are shares of it."""


class Verdict(StrEnum):
    """What to do with the hits of a search."""

    DIRECT = "direct"
    CHOICES = "choices"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Document:
    """An article in one language, with the questions it answers."""

    id: str
    language: str
    title: str
    text: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article and how well it answers, 0 to 1."""

    id: str
    score: float


class Index:
    """Finds articles; made once from the documents of a run, then only read, by any thread."""

    def __init__(self, shelves: dict[str, Shelf]) -> None:
        self._shelves = shelves

    def search(self, text: str, language: str | None = None, limit: int = 3) -> tuple[Hit, ...]:
        """Return the articles nearest to a question, best first; none shares nothing with it.

        The chosen language is a hint: people also write in another one, which counts a little
        less.  Without one, the language is guessed; where that fails all count alike.
        """
        best: dict[str, float] = {}
        folded = fold(text)
        for shelf, weight in self._asked(text, folded, language):
            if weight < 1.0 and max(best.values(), default=0.0) >= DIRECT:
                break  # the own language answers; the others cost time and add noise
            for article, score in scores(self._shelves[shelf], folded).items():
                best[article] = max(best.get(article, 0.0), weight * score)
        ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Hit(article, round(min(score, 1.0), 4)) for article, score in ordered[:limit])

    def _asked(self, text: str, folded: str, language: str | None) -> list[tuple[str, float]]:
        """Say on which shelves to look and what a hit there counts, the own language first."""
        latin = any("a" <= char <= "z" for char in folded)
        likely = language if language in self._shelves else guess(text)
        asked: list[tuple[str, float]] = []
        for shelf in self._shelves:
            if shelf == ROMANISED:
                if latin and language in {"ar", None}:
                    asked.append((shelf, 1.0 if language else ROMANISED_ALONE))
            else:
                own = likely == shelf or likely not in self._shelves
                asked.append((shelf, 1.0 if own else OTHER_LANGUAGE))
        return sorted(asked, key=lambda pair: -pair[1])


def build(documents: Iterable[Document]) -> Index:
    """Make the index of these documents; a language is searched as soon as it has one."""
    passages: dict[str, list[Passage]] = defaultdict(list)
    for one in documents:
        all_of_it = "\n".join((one.title, one.text, *one.questions))
        held = [Passage(one.id, all_of_it, asked=False)]
        held += [Passage(one.id, question, asked=True) for question in (one.title, *one.questions)]
        passages[one.language].extend(held)
        if one.language == "ar":
            passages[ROMANISED].extend(passage for passage in held if passage.asked)
    return Index({language: Shelf(language, held) for language, held in passages.items()})


def scores(shelf: Shelf, text: str) -> dict[str, float]:
    """Return each article's score: its nearest question, a little of the next, and of its text."""
    asked: dict[str, list[float]] = defaultdict(list)
    whole: dict[str, float] = defaultdict(float)
    for number, near in shelf.near(text).items():
        passage = shelf.passages[number]
        if passage.asked:
            asked[passage.article].append(near)
        else:
            whole[passage.article] = near
    return {
        article: _joined(sorted(asked[article], reverse=True), whole[article])
        for article in asked.keys() | whole.keys()
    }


def _joined(nearest: Sequence[float], whole: float) -> float:
    first = nearest[0] if nearest else 0.0
    second = nearest[1] if len(nearest) > 1 else 0.0
    return (first + _SECOND_SHARE * second + _TEXT_SHARE * whole) / _WHOLE


def verdict(hits: Sequence[Hit]) -> Verdict:
    """Say whether to answer at once, to offer choices, or to admit that nothing was found."""
    if not hits or hits[0].score < FLOOR:
        return Verdict.NOTHING
    alone = len(hits) == 1 or hits[0].score >= AHEAD * hits[1].score
    return Verdict.DIRECT if alone and hits[0].score >= DIRECT else Verdict.CHOICES
