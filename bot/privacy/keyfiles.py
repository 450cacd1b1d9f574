"""Files that hold one key of 32 bytes in hexadecimal, and that their owner alone may read (0600).

Whole or not at all: a key is written aside and linked, so that a crash leaves no half of one and of
two processes that make it at once one wins.  What goes is overwritten before, whatever a crash left
aside with it; whether a disk keeps older copies of overwritten blocks no program can promise.
"""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """Return the key of a file.

    Raises:
        OSError: it cannot be read; FileNotFoundError where there is none.
        ValueError: it does not hold 64 hexadecimal digits.
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        raise ValueError("not 64 hexadecimal digits") from None
    if len(key) != KEY_BYTES:
        raise ValueError("not 64 hexadecimal digits")
    return key


def make_key(path: Path, key: bytes) -> bytes:
    """Return the key of a file, which is made with this one where there is none.

    Raises:
        OSError, ValueError: it cannot be made, or what is there already cannot be used.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            _write(aside, key)
            path.hardlink_to(aside)
        except FileExistsError:
            pass
        finally:
            aside.unlink(missing_ok=True)
        _sync(path.parent)
    return read_key(path)


def remove_key(path: Path) -> bool:
    """Overwrite and remove a file and what a crash left of it; False where there was nothing.

    Raises:
        OSError: it cannot be done.
    """
    left = [path, *path.parent.glob(f".{path.name}.*")]
    return sum([_overwritten(one) for one in left]) > 0


def reason_of(error: OSError | ValueError) -> str:
    """Return why a file cannot be used, in words without a path or content."""
    return (error.strerror or "no reason") if isinstance(error, OSError) else str(error)


def _write(path: Path, key: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


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
