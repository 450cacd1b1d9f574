"""Is a catalogue fit to be shown: same placeholders, no empty or missing text, no leftovers.

Babel alone accepts a wrong placeholder, which would stop a message from being shown at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from bot.i18n.catalogs import SOURCE, BrokenCatalog, read_languages

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


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
        for message in _messages(path, language):
            reasons = _faults(message)
            faults += [CatalogFault(name, message.lineno or 1, reason) for reason in reasons]
    return tuple(faults)


def completeness(root: Path, language: str, domain: str = "bot") -> int:
    """Return how much of a catalogue is translated, in per cent, rounded down."""
    path = root / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return 0
    messages = list(_messages(path, language))
    done = sum(1 for one in messages if all(_strings(one)) and not one.fuzzy)
    return 100 * done // len(messages) if messages else 0


def _messages(path: Path, language: str) -> list[Message]:
    try:
        with path.open("rb") as source:
            return [one for one in read_po(source, locale=language, abort_invalid=True) if one.id]
    except (OSError, PoFileError, ValueError) as error:
        raise BrokenCatalog(f"{path}: {error}") from None


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ())


def _faults(message: Message) -> Iterator[str]:
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    wanted = {one for text in ids for one in PLACEHOLDER.findall(text)}
    strings = _strings(message)
    if not all(strings):
        yield "a text is empty"
        return
    if message.fuzzy:
        yield "the text is marked as doubtful (fuzzy)"
    for text in strings:
        found = set(PLACEHOLDER.findall(text))
        # A plural form may leave the number out ("one office"), nothing else.
        if found != wanted and not (len(strings) > 1 and found == wanted - {"{count}"}):
            yield "placeholders differ from the English text"
        if BIDI.search(text):
            yield "a raw direction mark; values are isolated by the program"
