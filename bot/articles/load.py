"""The folder of articles, read once into a library.

Broken files are named with file, line and reason.  `load` stops at the first, for a start; `scan`
goes on to the last, for an editor.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.articles.errors import BrokenArticle, Fault
from bot.articles.front import read_yaml
from bot.articles.library import Library
from bot.articles.model import SOURCE_LANGUAGE, Article
from bot.articles.parse import Parsed, parse_source, parse_translation
from bot.articles.topics import TOPICS_FILE, Topics, read_topics
from bot.i18n import read_languages

QUESTIONS_FILE = "questions.yaml"


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything that was read, and everything that could not be.

    `files` gives the parsed file of each text, `names` its name for an editor.
    """

    library: Library
    files: Mapping[tuple[str, str], Parsed]
    faults: tuple[Fault, ...]


def load(root: Path, languages: Collection[str] | None = None) -> Library:
    """Return the articles below `knowledge/articles`.

    `languages` are the codes a text may have; without them, those of `locales/languages.toml`
    beside `knowledge`.

    Raises:
        BrokenArticle: a file cannot be read as an article; the first one in the order of files.
    """
    found = scan(root, languages)
    if found.faults:
        raise BrokenArticle(found.faults[0])
    return found.library


def scan(root: Path, languages: Collection[str] | None = None) -> Scan:
    """Read everything that can be read and list every fault of form, in the order of files."""
    if languages is None:
        languages = read_languages(root.parent.parent / "locales").keys()
    topics, faults = read_topics(root, named(root, root / TOPICS_FILE))
    parsed: dict[tuple[str, str], Parsed] = {}
    asked: dict[str, Mapping[str, tuple[str, ...]]] = {}
    all_faults = list(faults)
    for folder in sorted(p for p in root.glob("*/*") if p.is_dir()):
        article_id = f"{folder.parent.name}.{folder.name}"
        for language, text in _texts(root, folder, article_id).items():
            parsed[article_id, language] = text
            all_faults += text.faults
        asked[article_id], wrong = _questions(root, folder / QUESTIONS_FILE, languages)
        all_faults += [*wrong, *_strangers(root, folder, languages)]
    texts = {key: one.article for key, one in parsed.items() if one.article}
    all_faults += [*_unlisted(root, texts, topics), *_dead_ends(parsed)]
    return Scan(Library(topics, texts, asked), parsed, tuple(sorted(all_faults)))


def named(root: Path, path: Path) -> str:
    """Return how a file is named to an editor: from the folder that holds `knowledge` on."""
    return path.relative_to(root.parent.parent).as_posix()


def _texts(root: Path, folder: Path, article_id: str) -> dict[str, Parsed]:
    source_path = folder / f"{SOURCE_LANGUAGE}.md"
    file = named(root, source_path)
    if not source_path.is_file():
        return {SOURCE_LANGUAGE: Parsed(None, (Fault(file, 1, "the English source is missing"),))}
    read = {SOURCE_LANGUAGE: parse_source(_read(source_path), file, article_id)}
    source = read[SOURCE_LANGUAGE].article
    for path in sorted(folder.glob("*.md")):
        if source and path != source_path:
            read[path.stem] = parse_translation(_read(path), named(root, path), source, path.stem)
    return read


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def _questions(
    root: Path, path: Path, languages: Collection[str]
) -> tuple[Mapping[str, tuple[str, ...]], list[Fault]]:
    if not path.is_file():
        return {}, []
    file = named(root, path)
    read = read_yaml(_read(path), file)
    if isinstance(read, Fault):
        return {}, [read]
    faults = []
    for language, listed in read[0].items():
        if language not in languages:
            faults.append(Fault(file, read[1][language], f"{language} is not a known language"))
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            faults.append(Fault(file, read[1][language], "questions must be a list of texts"))
    return ({} if faults else {code: tuple(one) for code, one in read[0].items()}), faults


def _strangers(root: Path, folder: Path, languages: Collection[str]) -> Iterator[Fault]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".md" and path.stem not in {*languages, SOURCE_LANGUAGE}:
            yield Fault(named(root, path), 1, f"{path.stem} is not a known language")
        elif path.suffix != ".md" and path.name != QUESTIONS_FILE:
            yield Fault(named(root, path), 1, "this file does not belong here")


def _unlisted(
    root: Path, texts: Mapping[tuple[str, str], Article], topics: Topics
) -> Iterator[Fault]:
    for article_id, language in texts:
        if language == SOURCE_LANGUAGE and article_id not in topics.ids:
            path = root / article_id.replace(".", "/", 1) / f"{SOURCE_LANGUAGE}.md"
            yield Fault(named(root, path), 1, f"{article_id} is not listed in {TOPICS_FILE}")


def _dead_ends(parsed: Mapping[tuple[str, str], Parsed]) -> Iterator[Fault]:
    for (article_id, language), one in parsed.items():
        if language != SOURCE_LANGUAGE or not one.article or not one.front:
            continue
        for related in one.article.related:
            if related == article_id or (related, SOURCE_LANGUAGE) not in parsed:
                yield one.front.fault("related", f"related leads nowhere: {related}")
