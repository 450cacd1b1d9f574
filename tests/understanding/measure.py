"""Print how well the search does on labelled messages: `python -m tests.understanding.measure`.

By language: right article first, among three, and abstention on what no article answers; then the
threshold that five-fold cross-validation chooses, with what it gives on the folds left out.
Messages that stand among the example questions, once folded, are left out.
"""

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.articles import load
from bot.understanding import Document, Hit, Verdict, build, danger, fold, verdict
from bot.understanding.search import FLOOR

ROOT = Path(__file__).resolve().parents[2]
FOLDS = 5


def say(line: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(f"{line}\n")


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message; the article is None where no article answers it."""

    language: str
    text: str
    article: str | None


def documents() -> list[Document]:
    """Read the shipped articles."""
    library = load(ROOT / "knowledge" / "articles")
    return [
        Document(
            article.id, language, article.title, f"{article.summary}\n{article.text}",
            library.questions(article.id).get(language, ()),
        )
        for (_, language), article in library.texts.items()
    ]  # fmt: skip


def messages(known: Iterable[str]) -> list[Message]:
    """Read the labelled messages that are not among the known questions."""
    seen = {fold(text) for text in known}
    table = yaml.safe_load((ROOT / "tests/understanding/messages.yaml").read_text("utf-8"))
    return [
        Message(language, text, None if article == "none" else article)
        for language, articles in table.items()
        for article, texts in articles.items()
        for text in texts
        if fold(text) not in seen
    ]


def main() -> None:
    """Measure and print."""
    docs = documents()
    index = build(docs)
    held = messages(question for doc in docs for question in doc.questions)
    started = time.perf_counter()
    hits = [index.search(message.text, message.language) for message in held]
    spent = (time.perf_counter() - started) / len(held)
    say(f"{len(held)} messages, {spent * 1e3:.2f} ms each, floor {FLOOR}")
    report(held, hits)
    free = [index.search(message.text) for message in held]
    say("without a language:")
    report(held, free)
    cross_validate(held, hits)
    dangers()


def dangers() -> None:
    """Print how many labelled dangers are seen, and how many calm messages raise an alarm."""
    table = yaml.safe_load((ROOT / "tests/understanding/dangers.yaml").read_text("utf-8"))
    calm = table.pop("none")
    spoken = [text for texts in table.values() for text in texts]
    seen = sum(danger(text) is not None for text in spoken)
    alarms = sum(danger(text) is not None for text in calm)
    say(f"danger seen {seen} of {len(spoken)}, false alarms {alarms} of {len(calm)} (fitted)")


def report(held: Sequence[Message], hits: Sequence[tuple[Hit, ...]]) -> None:
    """Print a line for each language and one for all."""
    rows: dict[str, list[tuple[Message, tuple[Hit, ...]]]] = defaultdict(list)
    for pair in zip(held, hits, strict=True):
        rows[pair[0].language].append(pair)
        rows["all"].append(pair)
    for language, pairs in rows.items():
        inside = [(m, h) for m, h in pairs if m.article]
        outside = [h for m, h in pairs if not m.article]
        first = statistics.mean(rank(m, h) == 0 for m, h in inside)
        three = statistics.mean(rank(m, h) < 3 for m, h in inside)
        silent = statistics.mean(verdict(h) is Verdict.NOTHING for h in outside)
        direct = [(m, h) for m, h in pairs if verdict(h) is Verdict.DIRECT]
        right = statistics.mean(rank(m, h) == 0 for m, h in direct) if direct else 0
        say(
            f"{language:4} n={len(inside):3} top1 {first:.1%} top3 {three:.1%} "
            f"abstains {silent:.1%} of {len(outside)}; direct {len(direct)}, right {right:.1%}"
        )


def rank(message: Message, hits: Sequence[Hit]) -> int:
    """Return the place of the right article, 9 where it is not offered."""
    if verdict(hits) is Verdict.NOTHING:
        return 9
    ids = [hit.id for hit in hits]
    return ids.index(message.article) if message.article in ids else 9


def cross_validate(held: Sequence[Message], hits: Sequence[tuple[Hit, ...]]) -> None:
    """Choose the floor on four folds, judge it on the fifth."""
    chosen, gained = [], []
    for fold_number in range(FOLDS):
        train = [p for n, p in enumerate(zip(held, hits, strict=True)) if n % FOLDS != fold_number]
        judge = [p for n, p in enumerate(zip(held, hits, strict=True)) if n % FOLDS == fold_number]
        best = max((f / 100 for f in range(5, 60)), key=lambda floor: value(train, floor))
        chosen.append(best)
        gained.append((kept(judge, best), silent(judge, best)))
    three = statistics.mean(kept_share for kept_share, _ in gained)
    quiet = statistics.mean(quiet_share for _, quiet_share in gained)
    say(f"floors chosen {chosen}: left out top3 {three:.1%}, abstains {quiet:.1%}")


Pairs = Sequence[tuple[Message, tuple[Hit, ...]]]


def kept(pairs: Pairs, floor: float) -> float:
    """Return the share of answerable messages whose article is offered."""
    inside = [(m, h) for m, h in pairs if m.article]
    return statistics.mean(
        bool(h) and h[0].score >= floor and any(x.id == m.article for x in h) for m, h in inside
    )


def silent(pairs: Pairs, floor: float) -> float:
    """Return the share of unanswerable messages that get no article."""
    return statistics.mean(not h or h[0].score < floor for m, h in pairs if not m.article)


def value(pairs: Pairs, floor: float) -> float:
    """Weigh answers against silence: an answer to nonsense costs half a missed one."""
    return kept(pairs, floor) + 0.5 * silent(pairs, floor)


if __name__ == "__main__":
    main()
