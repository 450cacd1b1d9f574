"""Keys for what is still in the making: one file a day, removed after two days.

Once the file of a day is gone, no draft, session or stored reply of that day can be opened again,
not by us, not from a copy of the database, not from a backup.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from bot.privacy.keyfiles import remove_key
from bot.privacy.keys import SecretUnusable, load_keys
from bot.privacy.sealing import BrokenSeal, Sealer

FOLDER = "drafts"
KEPT = timedelta(days=2)
AHEAD = timedelta(days=1)
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
        self._sealers: dict[date, tuple[tuple[int, int] | None, Sealer]] = {}
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
        """Remove the keys older than two days and return how many went.

        Those of days to come, which a clock that was wrong made, go as well.
        """
        today = self._clock().astimezone(UTC).date()
        gone = {
            path
            for path in map(_file_of, self._folder.glob("*.key*"))
            if (day := _day_of(path)) and not today - KEPT <= day <= today + AHEAD
        }
        for path in gone:
            remove_key(path)
        return len(gone)

    def _of(self, day: date, *, make: bool) -> Sealer:
        """Return the sealer of a day: never by a key whose file another process has removed."""
        path = self._folder / f"{day.isoformat()}.key"
        with self._lock:
            known = self._sealers.get(day)
            if known is None or known[0] != _made(path):
                self._sealers.pop(day, None)
                sealer = Sealer(load_keys(path, make=make))
                known = self._sealers[day] = (_made(path), sealer)
            return known[1]


def _made(path: Path) -> tuple[int, int] | None:
    """Return what tells one file of this name from the next; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _file_of(path: Path) -> Path:
    """Return the key file that a file is, or was left aside of by a crash."""
    name = path.name.removeprefix(".").partition(".key")[0]
    return path.with_name(f"{name}.key")


def _day_of(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.stem)
    except ValueError:
        return None
