"""Everything an editor must mend before a text goes to people; `waypoint content check` prints it.

Form is a matter of `load`, which stops a start. What is checked here does not: a text past its day
is better than none at night, but it may not pass review.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from bot.articles.errors import Fault
from bot.articles.load import QUESTIONS_FILE, Scan, named, scan
from bot.articles.model import SOURCE_LANGUAGE, Article
from bot.articles.parse import Parsed
from bot.articles.wording import NEVER_FILE, Never, numbers, read_never, used_never

WORDS = range(100, 351)
QUESTIONS = 12
SUMMARY_CHARACTERS = 200


def check(root: Path, today: date, languages: Collection[str] | None = None) -> list[Fault]:
    """Return every fault of the articles below `knowledge/articles` on a day, in order of files."""
    found = scan(root, languages)
    never, faults = read_never(root / NEVER_FILE, named(root, root / NEVER_FILE))
    rules = (
        *faults,
        *_days(found, today),
        *_lengths(found),
        *_stars(found),
        *_missing(root, found),
        *_parity(found),
        *_words(found, never),
        *_example_questions(root, found),
    )
    return sorted({*found.faults, *rules})


def _each(found: Scan) -> Iterator[tuple[Article, Parsed]]:
    for parsed in found.files.values():
        if parsed.article:
            yield parsed.article, parsed


def _fault(parsed: Parsed, key: str, reason: str) -> Fault:
    assert parsed.front  # noqa: S101 - whatever became an article had a head
    return parsed.front.fault(key, reason)


def _body_fault(parsed: Parsed, reason: str) -> Fault:
    assert parsed.front  # noqa: S101 - whatever became an article had a head
    return Fault(parsed.front.file, parsed.front.body_line, reason)


def _days(found: Scan, today: date) -> Iterator[Fault]:
    for article, parsed in _each(found):
        if article.reviewed and article.reviewed.date > today:
            yield _fault(parsed, "reviewed", "the review lies in the future")
        if article.language == SOURCE_LANGUAGE:
            yield from _source_days(article, parsed, today)


def _source_days(article: Article, parsed: Parsed, today: date) -> Iterator[Fault]:
    if article.checked > today:
        yield _fault(parsed, "checked", "checked lies in the future")
    if article.valid_until <= article.checked:
        yield _fault(parsed, "valid_until", "valid_until must come after checked")
    if article.expired(today):
        yield _fault(parsed, "valid_until", "the facts must be compared with their sources")
    for source in article.sources:
        if _lies_ahead(source.date, today):
            yield _fault(parsed, "sources", f"a source lies in the future: {source.date}")


def _lies_ahead(day: str, today: date) -> bool:
    """Compare what is there of a day: a source often gives no more than its year or month."""
    found = re.match(r"\d{4}(-\d\d){0,2}", day)
    return found is not None and found[0] > today.isoformat()[: len(found[0])]


def _lengths(found: Scan) -> Iterator[Fault]:
    for article, parsed in _each(found):
        if len(article.summary) > SUMMARY_CHARACTERS:
            yield _fault(parsed, "summary", f"summary is over {SUMMARY_CHARACTERS} characters")
        if article.language == SOURCE_LANGUAGE and article.words not in WORDS:
            limits = f"{WORDS[0]} to {WORDS[-1]}"
            yield _body_fault(parsed, f"the text has {article.words} words, not {limits}")


def _stars(found: Scan) -> Iterator[Fault]:
    for article, parsed in _each(found):
        listed = article.id in found.library.topics.starred
        if article.language == SOURCE_LANGUAGE and article.starred != listed:
            yield _fault(parsed, "starred", "starred is not what topics.yaml says")
        if article.starred and article.behind:
            reason = f"made from revision {article.from_revision}, en.md is at {article.revision}"
            yield _fault(parsed, "from_revision", reason)


def _missing(root: Path, found: Scan) -> Iterator[Fault]:
    """A language that has texts has every starred one: the life-saving core is never half there."""
    languages = sorted({language for _, language in found.library.texts})
    for article_id in found.library.ids():
        if not found.library.get(article_id, SOURCE_LANGUAGE).starred:
            continue
        for language in languages:
            if (article_id, language) not in found.files:
                path = root / article_id.replace(".", "/", 1) / f"{language}.md"
                yield Fault(named(root, path), 1, "a starred text is missing in this language")


def _parity(found: Scan) -> Iterator[Fault]:
    for article, parsed in _each(found):
        source = found.library.get(article.id, SOURCE_LANGUAGE)
        if article.language == SOURCE_LANGUAGE or article.behind:
            continue
        if numbers(article.text) != numbers(source.text):
            ours, theirs = numbers(article.text), numbers(source.text)
            yield _body_fault(parsed, f"numbers differ from en.md: {_apart(ours, theirs)}")
        if sorted(article.links) != sorted(source.links):
            yield _body_fault(parsed, "links differ from en.md")
        if _shape(article) != _shape(source):
            yield _body_fault(parsed, "blocks or list entries differ in number from en.md")


def _apart(ours: Collection[str], theirs: Collection[str]) -> str:
    return f"{' '.join(ours) or 'none'} instead of {' '.join(theirs) or 'none'}"


def _shape(article: Article) -> tuple[int, ...]:
    return tuple(block.count("\n") for block in article.blocks)


def _words(found: Scan, never: Mapping[str, Never]) -> Iterator[Fault]:
    for article, parsed in _each(found):
        front = parsed.front
        if not front:
            continue
        for key in ("title", "summary"):
            for _, word in used_never(str(front.values[key]), article.language, never):
                yield front.fault(key, f"{word} must not stand in a text for people")
        for line, word in used_never(front.body, article.language, never):
            reason = f"{word} must not stand in a text for people"
            yield Fault(front.file, front.body_line + line, reason)


def _example_questions(root: Path, found: Scan) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for article_id in found.library.ids():
        file = named(root, root / article_id.replace(".", "/", 1) / QUESTIONS_FILE)
        asked = found.library.questions(article_id)
        for language in found.library.languages(article_id):
            if len(asked.get(language, ())) < QUESTIONS:
                yield Fault(file, 1, f"{language} has fewer than {QUESTIONS} example questions")
        for language, questions in asked.items():
            for question in questions:
                first = seen.setdefault((language, question.casefold()), article_id)
                if first != article_id:
                    yield Fault(file, 1, f"{question!r} is also asked in {first}")
