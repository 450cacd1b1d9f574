"""Keys for what is still in the making: one file a day, removed after two days.

Once the file of a day is gone, no draft, session or stored reply of that day can be opened again,
not by us, not from a copy of the database, not from a backup.
"""

import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from bot.privacy.keys import Keys, SecretUnusable, key_id_of
from bot.privacy.sealing import BrokenSeal, Sealer

FOLDER = "drafts"
KEPT = timedelta(days=2)
DAY_BYTES = 4
VERSION = 3


class DraftSealer:
    """Seals under the key of the day (UTC) and opens what was sealed in the last two days.

    It has the shape of `Sealer`, so that whoever keeps drafts does not know which keys there are.
    Layout: version byte, day (4 bytes, proleptic ordinal), then a blob of `Sealer`.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock
        self._sealers: dict[date, Sealer] = {}
        self._lock = Lock()

    def seal(self, plain: bytes, purpose: str, subject: str) -> bytes:
        """Return the sealed bytes, bound to a purpose and to the row they belong to.

        Raises:
            SecretUnusable: the key of the day can neither be read nor made.
        """
        today = self._clock().astimezone(UTC).date()
        sealed = self._of(today, make=True).seal(plain, purpose, subject)
        return bytes([VERSION]) + today.toordinal().to_bytes(DAY_BYTES) + sealed

    def open(self, blob: bytes, purpose: str, subject: str) -> bytes:
        """Return what was sealed.

        Raises:
            BrokenSeal: its key is gone, or the blob was changed or moved.
        """
        head = 1 + DAY_BYTES
        if blob[:1] != bytes([VERSION]):
            raise BrokenSeal("sealed with another version")
        try:
            day = date.fromordinal(int.from_bytes(blob[1:head]))
            sealer = self._of(day, make=False)
        except (ValueError, OverflowError, SecretUnusable):
            raise BrokenSeal("the key of that day is gone") from None
        return sealer.open(blob[head:], purpose, subject)

    def seal_json(self, value: object, purpose: str, subject: str) -> bytes:
        """Return the sealed JSON of a value.

        Raises:
            SecretUnusable: the key of the day can neither be read nor made.
        """
        return self.seal(json.dumps(value, separators=(",", ":")).encode(), purpose, subject)

    def open_json(self, blob: bytes, purpose: str, subject: str) -> Any:
        """Return the JSON value that was sealed.

        Raises:
            BrokenSeal: its key is gone, or the blob was changed or moved.
        """
        return json.loads(self.open(blob, purpose, subject))

    def forget_old(self) -> int:
        """Remove the keys older than two days and return how many went."""
        oldest = self._clock().astimezone(UTC).date() - KEPT
        gone = [path for path in self._folder.glob("*.key") if _day_of(path) < oldest]
        with self._lock:
            for path in gone:
                path.unlink(missing_ok=True)
            for day in [one for one in self._sealers if one < oldest]:
                del self._sealers[day]
        return len(gone)

    def _of(self, day: date, *, make: bool) -> Sealer:
        with self._lock:
            if day not in self._sealers:
                self._sealers[day] = Sealer(self._keys(day, make=make))
            return self._sealers[day]

    def _keys(self, day: date, *, make: bool) -> Keys:
        path = self._folder / f"{day.isoformat()}.key"
        try:
            if make and not path.exists():
                _make(path)
            root = bytes.fromhex(path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            raise SecretUnusable(f"the draft key {path} cannot be used") from None
        return Keys(root, key_id_of(root))


def _day_of(path: Path) -> date:
    try:
        return date.fromisoformat(path.stem)
    except ValueError:
        return date.max


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_bytes(32).hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()
