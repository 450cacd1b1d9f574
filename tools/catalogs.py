"""Bring the catalogues in `locales/` up to date with what the code says to people.

Run `python -m tools.catalogs` after a sentence was added or changed; `--check` changes nothing,
prints one line for each difference and exits 1.  Translations are kept, new sentences come in
empty, old ones go.  Nothing is guessed: half a translation that looks right is worse than none.
Files hold no date, no line number and no tool version, so that a change in them is a change in
words.
"""

import argparse
import ast
import io
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import PoFileError, read_po, write_po
from jinja2 import TemplateSyntaxError
from jinja2.ext import babel_extract

ROOT = Path(__file__).parents[1]
SOURCE = "en"
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Waypoint\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
PLURAL = '"Plural-Forms: {plural}\\n"\n'

Keywords: TypeAlias = Mapping[str, Any]
Extractor: TypeAlias = Callable[..., Iterator[Any]]

SAY: Keywords = {"say": None, "say_n": (1, 2)}
GETTEXT: Keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}


@dataclass(frozen=True, slots=True)
class Domain:
    """One catalogue: where its sentences stand, and the languages it is translated into."""

    name: str
    folders: tuple[str, ...]
    without: str | None
    translated: bool


DOMAINS = (
    Domain("bot", ("bot", "handlers"), "bot/console", translated=True),
    Domain("console", ("bot/console",), None, translated=False),
)
"""The console is English until a language is added to it; its template is kept from the start."""


class NotReadable(Exception):
    """A source or a catalogue cannot be read; names the file and the reason."""


def extracted(domain: Domain, root: Path = ROOT) -> Catalog:
    """Return every sentence of a domain with the files it stands in.

    Raises:
        NotReadable: a source has a syntax error.
    """
    catalog = Catalog(charset="utf-8")
    for path in sorted(_sources(domain, root)):
        name = path.relative_to(root).as_posix()
        for text in _sentences(domain, path, name):
            catalog.add(text, locations=[(name, 0)])
    return catalog


def _sources(domain: Domain, root: Path) -> Iterator[Path]:
    for folder in domain.folders:
        for path in (root / folder).rglob("*"):
            inside = domain.without and path.is_relative_to(root / domain.without)
            if path.suffix in (".py", ".html") and not inside and path.is_file():
                yield path


def _sentences(domain: Domain, path: Path, name: str) -> Iterator[str | tuple[str, ...]]:
    source = path.read_bytes()
    if path.suffix == ".html":
        if domain.name != "console":
            return  # the page of the chat takes its words from `shell.py`
        yield from _from(babel_extract, source, GETTEXT, name)
        return
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise NotReadable(f"{name}:{error.lineno}: {error.msg}") from None
    if keywords := _keywords(domain, tree):
        _all_written_out(tree, keywords, name)
        yield from _from(extract_python, source, keywords, name)


def _keywords(domain: Domain, tree: ast.Module) -> Keywords:
    """Return what marks a sentence in a module: `say` only where it is the one of `bot.i18n`."""
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.i18n")
        for alias in node.names
    }
    says = {name: spec for name, spec in SAY.items() if name in taken}
    return says if domain.name == "bot" else {**says, **GETTEXT, "mark": None}


def _all_written_out(tree: ast.Module, keywords: Keywords, name: str) -> None:
    """Refuse a sentence that is put together: it would be shown in English, and nobody would know.

    Raises:
        NotReadable: names the line.
    """
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in SAY and node.func.id in keywords:
            sentences = node.args[: len(SAY[node.func.id] or (1,))]
            written = [isinstance(getattr(one, "value", None), str) for one in sentences]
            if not written or not all(written):
                raise NotReadable(f"{name}:{node.lineno}: a sentence must be written out")


def _from(
    method: Extractor, source: bytes, keywords: Keywords, name: str
) -> Iterator[str | tuple[str, ...]]:
    options = {"encoding": "utf-8", "silent": "false"}
    try:
        found = list(extract(method, io.BytesIO(source), keywords=keywords, options=options))
    except TemplateSyntaxError as error:
        raise NotReadable(f"{name}:{error.lineno}: {error.message}") from None
    for _, text, _, _ in found:
        yield text


def updated(template: Catalog, old: Catalog, language: str, plural: str) -> Catalog:
    """Return the sentences of the template with the translations that the old catalogue has."""
    catalog = Catalog(locale=language.replace("-", "_"), charset="utf-8")
    catalog.mime_headers = [("Plural-Forms", plural)]  # how many forms an empty message gets
    for message in template:
        if not message.id:
            continue
        known = old.get(message.id)
        kept = known is not None and type(known.id) is type(message.id)
        catalog.add(
            message.id,
            known.string if known is not None and kept else None,
            locations=message.locations,
            user_comments=known.user_comments if known is not None else (),
        )
    return catalog


def as_text(catalog: Catalog, language: str = "", plural: str = "") -> str:
    """Return the file: a plain header, then the sentences in their order."""
    body = io.BytesIO()
    write_po(
        body,
        catalog,
        width=0,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    header = HEADER.format(language=language) + (PLURAL.format(plural=plural) if plural else "")
    return f"{header}\n{body.getvalue().decode()}"


def read(path: Path, language: str) -> Catalog:
    """Return a catalogue as it stands, an empty one where there is no file.

    Raises:
        NotReadable: it is no catalogue.
    """
    locale = language.replace("-", "_")
    if not path.is_file():
        return Catalog(locale=locale)
    try:
        with path.open("rb") as source:
            return read_po(source, locale=locale, abort_invalid=True)
    except (PoFileError, ValueError, UnknownLocaleError) as error:
        raise NotReadable(f"{path}: {error}") from None


def wanted(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yield each file of `locales/` and the text it should have.

    Raises:
        NotReadable: a source, a catalogue or `languages.toml` cannot be read.
    """
    locales = root / "locales"
    try:
        languages = tomllib.loads((locales / "languages.toml").read_text(encoding="utf-8"))
        plurals = {code: one["plural"] for code, one in languages.items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise NotReadable(f"locales/languages.toml: {type(error).__name__}: {error}") from None
    for domain in DOMAINS:
        template = extracted(domain, root)
        yield locales / f"{domain.name}.pot", as_text(template)
        for code, plural in plurals.items():
            path = locales / code / "LC_MESSAGES" / f"{domain.name}.po"
            if code != SOURCE and (domain.translated or path.is_file()):
                catalog = updated(template, read(path, code), code, plural)
                yield path, as_text(catalog, code, plural)


def differences(path: Path, text: str, root: Path = ROOT) -> Iterator[str]:
    """Yield one line for each way in which a file is not what it should be."""
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        yield f"{name}: the file is missing"
        return
    there = path.read_text(encoding="utf-8")
    if there == text:
        return
    old, new = _ids(there), _ids(text)
    yield from (f"{name}: not in the catalogue: {one}" for one in sorted(new - old))
    yield from (f"{name}: no longer said: {one}" for one in sorted(old - new))
    if old == new:
        yield f"{name}: header, files named or order differ"


def first(message_id: str | tuple[str, ...] | list[str]) -> str:
    """Return the text by which a message is known, of a plural the form for one."""
    return message_id if isinstance(message_id, str) else message_id[0]


def _ids(text: str) -> set[str]:
    try:
        catalog = read_po(io.StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError):
        return set()  # a template that somebody broke is made anew
    ids = (one.id if isinstance(one.id, str) else " / ".join(one.id) for one in catalog if one.id)
    return {one.replace("\n", " ") for one in ids}


def main(arguments: Iterable[str] | None = None) -> int:
    """Update the catalogues, or say what an update would change."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if out of date")
    only_check = parser.parse_args(None if arguments is None else list(arguments)).check
    try:
        files = list(wanted())
    except NotReadable as error:
        print(error)
        return 1
    found = [line for path, text in files for line in differences(path, text)]
    for line in found:
        print(line)
    if not only_check:
        for path, text in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if only_check and found else 0


if __name__ == "__main__":
    sys.exit(main())
