"""What somebody does who has taken the disk: read every file and row, try every key they find.

They know the program and its layouts, and stop when nothing more opens.  What they find they try on
everything: as a key of AES-GCM, as a private key of X25519, as a root secret for every purpose that
the program's own source names.  They need no tag to read, so a text counts as opened when the words
that are looked for stand in what a key makes of it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import Bound, BrokenSeal, Keys, opened_by_token, pair_of, unwrap
from bot.privacy.keys import key_id_of
from bot.staff import info_of

KEY = 32
NONCE, TAG = 12, 16
NONCES = {1: (5, 17), 2: (1,), 3: (10,)}
"""Where the nonce begins by version byte: behind a key id, a salt, the version, a day of drafts."""
SHORTEST = 45
"""Bytes below which nothing that is sealed holds words: hashes and public keys are as short."""
IN_HEX = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])")
PURPOSE = re.compile(
    r"""(?:derive|keyed_hash|seal|open|seal_json|open_json)\((?:[^()"]|\([^()]*\))*?"([a-z/-]+)"|"""
    r"""^[A-Z_]+ = "([a-z/-]+)\"""",
    re.MULTILINE,
)
"""What is said where a key is made or used, and every word that has a name of its own."""
TABLES = """
    SELECT table_schema || '.' || quote_ident(table_name) FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1
"""
SOURCE = Path(__file__).parents[2]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Disk:
    """Every file of the data folder by name, and every row of every table."""

    files: Mapping[str, bytes] = field(repr=False)
    tables: Mapping[str, Sequence[Row]] = field(repr=False)

    @cached_property
    def blobs(self) -> frozenset[bytes]:
        """Every value of bytes in any row."""
        return frozenset(one for one in self._values() if isinstance(one, bytes))

    def texts(self) -> set[str]:
        """Return every value of text in any row."""
        return {one for one in self._values() if isinstance(one, str)}

    def _values(self) -> Iterator[object]:
        for rows in self.tables.values():
            for row in rows:
                yield from row.values()


async def rows_of(engine: AsyncEngine) -> dict[str, list[Row]]:
    """Return every row of every table, those of the job queue among them."""
    async with engine.connect() as connection:
        names = (await connection.execute(text(TABLES))).scalars().all()
        return {
            one.removeprefix("public."): [
                dict(row)
                for row in (await connection.execute(text(f"SELECT * FROM {one}"))).mappings()  # noqa: S608
            ]
            for one in names
        }


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    found = (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    return {str(one.relative_to(folder)): one.read_bytes() for one in found}


def slices(blob: bytes) -> Iterator[bytes]:
    """Return what in a blob could be a key: the whole, its ends, and what follows a head."""
    for start in {0, 1, 4, 5, 10, 16, 17, 29, len(blob) - KEY - TAG, len(blob) - KEY}:
        if start >= 0 and len(part := blob[start : start + KEY]) == KEY:
            yield part


def found_keys(disk: Disk) -> set[bytes]:
    """Return every 32 bytes that lie about: in hexadecimal in any file, in any value of any row."""
    written = {
        bytes.fromhex(one.decode()) for raw in disk.files.values() for one in IN_HEX.findall(raw)
    }
    return written | {part for blob in disk.blobs for part in slices(blob)}


def derived_keys(roots: Iterable[bytes]) -> set[bytes]:
    """Return what roots give for every purpose that any source file names."""
    source = "".join(one.read_text() for one in (SOURCE / "bot").rglob("*.py"))
    purposes = {one for found in PURPOSE.findall(source) for one in found if one}
    return {
        Keys(root, key_id_of(root)).derive(full)
        for root in roots
        for one in purposes
        for full in (one, f"seal/{one}")
    }


@dataclass
class Thief:
    """Somebody with a disk, the words they look for, and what they know beside."""

    disk: Disk
    words: Sequence[str]
    known: Iterable[bytes] = ()
    """Keys from elsewhere, such as from an officer who was made to give the password."""
    opened: set[str] = field(default_factory=set)
    tried: int = 0

    def attack(self) -> set[str]:
        """Return which of the words can be read; keys that open are used at once."""
        roots = {
            bytes.fromhex(raw.decode())
            for name, raw in self.disk.files.items()
            if name.endswith(".key") or ".key." in name
            for raw in IN_HEX.findall(raw)
        }
        fresh = found_keys(self.disk) | derived_keys(roots) | set(self.known)
        tried: set[bytes] = set()
        while fresh:
            self.tried += len(fresh)
            self._read(fresh)
            tried |= fresh
            fresh = {new for key in fresh for new in self._unwrapped(key)} - tried
        return self.opened

    def _read(self, keys: Iterable[bytes]) -> None:
        sealed = [one for one in self.disk.blobs if len(one) >= SHORTEST]
        wanted = {one: one.encode() for one in self.words}
        for key in keys:
            cipher = AES(key)
            for blob in sealed:
                for plain in plains(cipher, blob):
                    self.opened |= {name for name, word in wanted.items() if word in plain}

    def _unwrapped(self, key: bytes) -> Iterator[bytes]:
        """Return what a key gives as private key of a wrap, or as what a lock is opened with."""
        if pair_of(key).public in self.disk.blobs:
            for blob, info in places(self.disk):
                yield from _tried(partial(unwrap, blob, key, info))
        for blob, subject in locks(self.disk):
            yield from _tried(partial(opened_by_token, blob, key.hex(), subject))


def plains(cipher: AES, blob: bytes) -> Iterator[bytes]:
    """Return what a key makes of a blob, wherever its nonce may begin; no tag is needed to read."""
    for start in NONCES.get(blob[0], ()):
        counter = blob[start : start + NONCE] + (2).to_bytes(4)
        yield Cipher(cipher, CTR(counter)).decryptor().update(blob[start + NONCE :])


def places(disk: Disk) -> Iterator[tuple[bytes, bytes]]:
    """Return every wrap with what it is bound to."""
    first = {row["id"]: row["first_office"] for row in disk.tables["referrals"]}
    for row in disk.tables["wraps"]:
        message = str(row["subject"]) if row["subject"] != row["referral"] else ""
        office = first[row["referral"]]
        yield row["blob"], Bound(str(row["referral"]), office, message).to_bytes()
    for row in disk.tables["office_key_wraps"]:
        yield row["blob"], info_of(row["office"], row["version"])
    for row in disk.tables["case_messages"]:
        if row["reader_wrap"]:
            bound = Bound(str(row["referral"]), first[row["referral"]], str(row["id"]))
            yield row["reader_wrap"], bound.to_bytes()


def locks(disk: Disk) -> Iterator[tuple[bytes, str]]:
    """Return every lock with what it is bound to."""
    for row in disk.tables["sign_ins"]:
        yield row["key_locked"], row["officer"]
    for row in disk.tables["officers"]:
        if row["private_locked"]:
            yield row["private_locked"], row["public"].hex()
    for row in disk.tables["referrals"]:
        if row["reader_locked"]:
            yield row["reader_locked"], "reader"


def _tried(act: Callable[[], bytes]) -> Iterator[bytes]:
    try:
        opened = act()
    except BrokenSeal:
        return
    if len(opened) == KEY:
        yield opened
