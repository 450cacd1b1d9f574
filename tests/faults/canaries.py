"""Recognisable words that must show nowhere, and the forms in which they might be written.

A leak seldom looks like what was typed: a log escapes it, an address encodes it, a driver prints it
as hexadecimal, a library groups its digits.  Every form is looked for, in every place.
"""

import base64
import json
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

FEWEST_DIGITS = 9
"""Shorter numbers stand in files by chance."""
BETWEEN = b" -._/():,\xa0\xc2\t\n"
"""What may stand between two digits of a number that somebody grouped."""
SCRIPTS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
BLOCK, LONGEST = 1 << 20, 1 << 10
"""Bytes searched at once, and those two neighbours share: no form is longer."""


@dataclass(frozen=True)
class Sought:
    """Bytes to be found, and what it would mean."""

    what: str
    written: bytes
    aligned: tuple[tuple[int, ...], ...]
    """Its groups of four bytes, counted from each of the four places where one can begin."""

    def is_in(self, block: bytes, groups: set[int]) -> bool:
        """Tell whether it is in a block; most are ruled out by the groups that the block has."""
        return any(groups.issuperset(one) for one in self.aligned) and self.written in block


@dataclass
class Canaries:
    """Words by what they are; a hit is told by that name, never by the word itself."""

    words: dict[str, str] = field(default_factory=dict)

    def add(self, **named: str) -> None:
        """Take more words, each under a name that no other has."""
        assert not named.keys() & self.words.keys()
        assert all(len(word) >= 6 for word in named.values()), named.keys()
        self.words |= named

    def found_in(self, places: Mapping[str, bytes]) -> list[str]:
        """Return `name as form in place` for everything that shows."""
        forms, numbers = list(self._forms()), list(self._numbers())
        found: list[str] = []
        for place, content in _distinct(places).items():
            found += [f"{one} in {place}" for one in _hits(forms, content.lower())]
            found += [
                f"{one} in {place}" for one in _hits(numbers, content.translate(None, BETWEEN))
            ]
        return found

    def _forms(self) -> Iterator[Sought]:
        for name, word in self.words.items():
            for form, written in forms_of(word):
                yield sought(f"{name} as {form}", written.lower())

    def _numbers(self) -> Iterator[Sought]:
        for name, word in self.words.items():
            digits = word.lstrip("+")
            if digits.isdecimal() and len(digits) >= FEWEST_DIGITS:
                yield sought(f"{name} in groups", digits.encode())


def sought(what: str, written: bytes) -> Sought:
    """Return what is looked for."""
    assert len(written) < LONGEST
    return Sought(what, written, tuple(_groups(written[at:]) for at in range(4)))


def _groups(raw: bytes) -> tuple[int, ...]:
    """Return bytes in groups of four, as numbers; what is left over at the end is left out."""
    return struct.unpack(f"={len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _hits(wanted: Iterable[Sought], content: bytes) -> list[str]:
    left, found = list(wanted), []
    for start in range(0, len(content), BLOCK):
        block = content[start : start + BLOCK + LONGEST]
        groups = set(_groups(block))
        hits = [one for one in left if one.is_in(block, groups)]
        found += [one.what for one in hits]
        left = [one for one in left if one not in hits] if hits else left
    return found


def forms_of(word: str) -> Iterator[tuple[str, bytes]]:
    """Yield a word in every form, each with the form's name; letters in any case."""
    raw = word.encode()
    yield "plain", raw
    yield "utf-16 little", word.encode("utf-16-le")
    yield "utf-16 big", word.encode("utf-16-be")
    yield "hexadecimal", raw.hex().encode()
    yield "escaped", json.dumps(word)[1:-1].encode()
    yield "escaped by Python", word.encode("unicode_escape")
    yield "url", quote(word, safe="").encode()
    yield "form", quote_plus(word, safe="").encode()
    yield "no blanks", re.sub(rb"\s", b"", raw)
    for shift in range(3):
        # What stands before decides where the groups of three bytes begin; what it and what
        # follows have a part in is left out.
        coded = base64.b64encode(bytes(shift) + raw + b"\x00\x00")
        cut = coded[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
        yield f"base64 at {shift}", cut
        yield f"base64url at {shift}", cut.translate(bytes.maketrans(b"+/", b"-_"))
    if re.fullmatch("[0-9a-f]{64}", word):
        yield "the bytes of a key", bytes.fromhex(word)
        yield "base64 of a key", base64.b64encode(bytes.fromhex(word)).rstrip(b"=")[:-1]
    if word.isdecimal():
        yield from _number_forms(word)


def _number_forms(word: str) -> Iterator[tuple[str, bytes]]:
    if 2**31 < int(word) < 2**63:
        yield "a number, low byte first", struct.pack("<q", int(word))
        yield "a number, high byte first", struct.pack(">q", int(word))
    for number, script in enumerate(SCRIPTS):
        yield (
            f"digits of script {number}",
            word.translate(str.maketrans("0123456789", script)).encode(),
        )


def files_of(*folders: Path, but: Iterable[str] = ()) -> dict[str, bytes]:
    """Return every file below the folders, and the names of all of them as a place of its own."""
    left_out = set(but)
    paths = [path for folder in folders for path in folder.rglob("*")]
    found = {
        str(path): path.read_bytes()
        for path in paths
        if path.is_file() and path.name not in left_out
    }
    return found | {"file names": "\n".join(map(str, paths)).encode()}


def _distinct(places: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the places without repeated content: a fresh database is a copy of a template."""
    seen: dict[bytes, str] = {}
    for place, content in places.items():
        seen.setdefault(content, place)
    return {place: content for content, place in seen.items()}
