"""Is a catalogue fit to be shown: same placeholders, no empty or missing text, no leftovers.

Babel alone accepts a wrong placeholder, which would stop a message from being shown at all.
"""

import gettext
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.i18n.catalogs import SOURCE, BrokenCatalog, read_languages

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
COUNT = "{count}"
COUNTED = range(200)
"""Numbers enough to see every plural form of the languages of the Unicode CLDR."""


@dataclass(frozen=True, slots=True)
class CatalogFault:
    """One thing that is wrong with a message: file, line and reason."""

    file: str
    line: int
    reason: str


def catalog_faults(root: Path, domain: str = "bot") -> tuple[CatalogFault, ...]:
    """Return what is wrong in the catalogues of a domain.

    Raises:
        BrokenCatalog: a file cannot be read at all.
    """
    faults: list[CatalogFault] = []
    for language in read_languages(root):
        path = root / language / "LC_MESSAGES" / f"{domain}.po"
        if language == SOURCE:
            continue
        if not path.is_file():
            faults.append(CatalogFault(str(path), 1, "the catalogue is missing"))
            continue
        name = str(path.relative_to(root.parent))
        catalog = _catalog(path, language)
        spoken = _spoken(catalog, path)
        for message in _messages(catalog):
            reasons = _faults(message, spoken)
            faults += [CatalogFault(name, message.lineno or 1, reason) for reason in reasons]
    return tuple(faults)


def completeness(root: Path, language: str, domain: str = "bot") -> int:
    """Return how much of a catalogue is translated, in per cent, rounded down."""
    path = root / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return 0
    messages = _messages(_catalog(path, language))
    done = sum(1 for one in messages if all(_strings(one)) and not one.fuzzy)
    return 100 * done // len(messages) if messages else 0


def _catalog(path: Path, language: str) -> Catalog:
    try:
        with path.open("rb") as source:
            return read_po(source, locale=language, abort_invalid=True)
    except (OSError, PoFileError, ValueError) as error:
        raise BrokenCatalog(f"{path}: {error}") from None


def _messages(catalog: Catalog) -> list[Message]:
    return [one for one in catalog if one.id]


def _spoken(catalog: Catalog, path: Path) -> frozenset[int]:
    """Return the plural forms that stand for one number alone, and may spell it out."""
    try:
        form = gettext.c2py(catalog.plural_expr)
    except ValueError as error:
        raise BrokenCatalog(f"{path}: Plural-Forms: {error}") from None
    used = [form(count) for count in COUNTED]
    return frozenset(one for one in used if used.count(one) == 1)


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def _faults(message: Message, spoken: frozenset[int]) -> Iterator[str]:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    wanted = {one for text in ids for one in PLACEHOLDER.findall(text)}
    strings = _strings(message)
    if not all(strings):
        yield "a text is empty"
        return
    if message.fuzzy:
        yield "the text is marked as doubtful (fuzzy)"
    for form, text in enumerate(strings):
        found = set(PLACEHOLDER.findall(text))
        # "One office" may leave the number out; a form for several numbers may not.
        counted = len(strings) > 1 and form in spoken
        if found != wanted and not (counted and found == wanted - {COUNT}):
            yield "placeholders differ from the English text"
        yield from _wrong(text)


def _wrong(text: str) -> Iterator[str]:
    if not _can_be_filled(text):
        yield "a brace stands alone"
    if BIDI.search(text):
        yield "a raw direction mark; values are isolated by the program"
    if FOREIGN_DIGIT.search(text):
        yield "digits are written 0-9 in every language"
    if text != text.strip():
        yield "the text begins or ends with a space"


def _can_be_filled(text: str) -> bool:
    try:
        list(Formatter().parse(text))
    except ValueError:
        return False
    return True
