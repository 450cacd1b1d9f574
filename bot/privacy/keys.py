"""The root secret and the keys that are made from it (HKDF-SHA256, RFC 5869).

The secret lies in a file of its own, never in the database: a copied database alone matches no
pseudonym to a chat and opens no text.  Each purpose has its own key, so that a key that leaks in
one place opens nothing in another.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Unavailable

SECRET_BYTES = 32


class SecretUnusable(Unavailable):
    """The secret file cannot be read, made or has the wrong length; names the file."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The root secret; `key_id` names it beside everything made with it, so that it can change."""

    root: bytes = field(repr=False)
    key_id: str

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key for one purpose, the same at every start."""
        return HKDF(SHA256(), 32, salt=None, info=f"waypoint/{purpose}".encode()).derive(self.root)


def load_keys(path: Path) -> Keys:
    """Return the keys of the secret file, which is made (0600) where there is none.

    Raises:
        SecretUnusable: the file cannot be read or made, or is not 32 bytes in hexadecimal.
    """
    try:
        root = _read(path) if path.exists() else _make(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not 64 hexadecimal digits"
        raise SecretUnusable(f"the secret file {path} cannot be used: {reason}") from None
    return Keys(root, key_id_of(root))


def _read(path: Path) -> bytes:
    root = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(root) != SECRET_BYTES:
        raise ValueError
    return root


def _make(path: Path) -> bytes:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    root = secrets.token_bytes(SECRET_BYTES)
    # Written aside and linked: a crash leaves no half secret, and of two starts at once one wins.
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(root.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        return _read(path)
    finally:
        aside.unlink()
    return root


def key_id_of(root: bytes) -> str:
    """Return the public name of a root secret, from which nothing of it follows."""
    return HKDF(SHA256(), 4, salt=None, info=b"waypoint/key-id").derive(root).hex()
