"""What a backup says of itself: what it holds, with which key it was made, and that it is whole.

A keyed hash (HMAC-SHA256) over all of it tells a backup of this host from one that somebody put
together: a restore must not take rows, such as an officer with a password, from a stranger's file.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bot.errors import Refused, Unavailable
from bot.privacy import Keys

FORMAT = 1
MANIFEST = "manifest.json"
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
BLOCK = 1 << 20


class NoBackup(Unavailable):
    """The folder holds no whole backup; names what is missing."""


class BackupDamaged(Refused):
    """A file of a backup is missing, was changed, or is not from this host; names it."""


class WrongSecret(Refused):
    """The secret file is not the one the backup was made with; names both key ids."""


class BackupTooNew(Refused):
    """A newer program made the backup."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table: the columns in the order of the file, how many rows, SHA-256 in hexadecimal."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; `made` is the moment of its snapshot (aware UTC)."""

    format: int
    made: datetime
    revision: str
    key_id: str
    tables: Mapping[str, TableFile]
    sequences: Mapping[str, int]
    key_files: tuple[str, ...] = ()
    """Names of the key files, which are in no backup and must be kept elsewhere."""
    mac: str = field(default="", repr=False)


def signed(manifest: Manifest, keys: Keys) -> Manifest:
    """Return it with the keyed hash over everything else."""
    return replace(manifest, mac=_mac(manifest, keys))


def to_bytes(manifest: Manifest) -> bytes:
    """Return it as the file holds it."""
    return json.dumps(_plain(manifest) | {"mac": manifest.mac}, indent=1).encode() + b"\n"


def read(folder: Path) -> Manifest:
    """Return what a backup says of itself, not yet checked.

    Raises:
        NoBackup: there is none, or it is not one of ours.
        BackupTooNew: it has a later format.
    """
    try:
        known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        form = int(known["format"])
    except OSError as error:
        raise NoBackup(f"{folder} holds no whole backup: {MANIFEST}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise NoBackup(f"{folder / MANIFEST} is not the manifest of a backup") from None
    if form != FORMAT:
        raise BackupTooNew(f"{folder} was made by a newer version of Waypoint")
    try:
        return _from(known)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoBackup(f"{folder / MANIFEST} is not the manifest of a backup") from None


def check(manifest: Manifest, folder: Path, keys: Keys) -> None:
    """Check that a backup is from this host and that every file is as it was written.

    Raises:
        WrongSecret: it was made with another secret file.
        BackupDamaged: it was changed since, or a file is missing.
    """
    if manifest.key_id != keys.key_id:
        raise WrongSecret(
            f"the backup was made with the secret file of key id {manifest.key_id}, "
            f"this one has {keys.key_id}: put the right secret file in place"
        )
    if not hmac.compare_digest(manifest.mac, _mac(manifest, keys)):
        raise BackupDamaged(f"{MANIFEST} was changed since the backup was made")
    for name, table in manifest.tables.items():
        if _hash_of(folder / f"{name}.copy") != table.sha256:
            raise BackupDamaged(f"{name}.copy was changed since the backup was made")


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise BackupDamaged(f"{path.name} cannot be read: {error.strerror}") from None
    return digest.hexdigest()


def _mac(manifest: Manifest, keys: Keys) -> str:
    said = json.dumps(_plain(manifest), sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(keys.derive("backup"), said, hashlib.sha256).hexdigest()


def _plain(manifest: Manifest) -> dict[str, object]:
    known = asdict(manifest) | {"made": manifest.made.isoformat()}
    del known["mac"]
    return known


def _from(known: dict[str, object]) -> Manifest:
    given = dict(known)
    tables, sequences = given.pop("tables"), given.pop("sequences")
    names, made = given.pop("key_files"), given.pop("made")
    if not isinstance(tables, dict) or not isinstance(sequences, dict):
        raise TypeError
    if not isinstance(names, list) or not isinstance(made, str):
        raise TypeError
    if not all(NAME.fullmatch(one) for one in (*tables, *sequences)):
        raise ValueError
    read_tables = {
        name: TableFile(tuple(one["columns"]), int(one["rows"]), str(one["sha256"]))
        for name, one in tables.items()
    }
    moment = datetime.fromisoformat(made)
    return Manifest(
        tables=read_tables,
        sequences={name: int(last) for name, last in sequences.items()},
        key_files=tuple(str(one) for one in names),
        made=moment,
        **given,  # type: ignore[arg-type]
    )
