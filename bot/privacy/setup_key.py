"""The key of the time before the duty desk has an officer: a file, and its end.

It lies in the data folder (0600), so whoever takes the whole disk in that time reads what was
sealed to it.  Once the desk has a key of its own the file is overwritten and removed.  Whether
a disk keeps older copies of overwritten blocks no program can promise.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Unavailable
from bot.privacy.hpke import KeyPair, new_pair, pair_of

PRIVATE_BYTES = 32


class SetUpKeyUnusable(Unavailable):
    """The file of the set-up key cannot be read, made, overwritten or removed; names the file."""


@dataclass(frozen=True, slots=True)
class SetUpKey:
    """The set-up key of a data folder; every call blocks for a disk."""

    path: Path

    def load(self) -> KeyPair | None:
        """Return the key, None where there is no file.

        Raises:
            SetUpKeyUnusable: the file cannot be read or holds no key.
        """
        try:
            return pair_of(_private(self.path))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise SetUpKeyUnusable(_reason(self.path, error)) from None

    def make(self) -> KeyPair:
        """Return the key, made (0600) where there is none.

        Raises:
            SetUpKeyUnusable: the file cannot be read or made.
        """
        try:
            if not self.path.exists():
                _write(self.path, new_pair().private)
            return pair_of(_private(self.path))
        except (OSError, ValueError) as error:
            raise SetUpKeyUnusable(_reason(self.path, error)) from None

    def remove(self) -> bool:
        """Overwrite and remove the file and what a crash left of one; False where there is none.

        Raises:
            SetUpKeyUnusable: it cannot be removed.
        """
        left = [self.path, *self.path.parent.glob(f".{self.path.name}.*")]
        try:
            return sum(_overwritten(one) for one in left) > 0
        except OSError as error:
            raise SetUpKeyUnusable(_reason(self.path, error)) from None


def _private(path: Path) -> bytes:
    private = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(private) != PRIVATE_BYTES:
        raise ValueError
    return private


def _write(path: Path, private: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and linked: a crash leaves no half key, and of two starts at once one wins.
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(private.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
        _sync(path.parent)
    except FileExistsError:
        return
    finally:
        aside.unlink()


def _overwritten(path: Path) -> bool:
    try:
        length = path.stat().st_size
        with path.open("r+b", buffering=0) as file:
            file.write(secrets.token_bytes(length))
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    _sync(path.parent)
    return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(path: Path, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else "not 64 hexadecimal digits"
    return f"the set-up key {path} cannot be used: {reason}"
