"""The root secret and the keys that are made from it (HKDF-SHA256, RFC 5869).

The secret lies in a file of its own, never in the database: a copied database alone matches no
pseudonym to a chat and opens no text.  Each purpose has its own key, so that a key that leaks in
one place opens nothing in another.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Unavailable
from bot.privacy.keyfiles import KEY_BYTES, make_key, read_key, reason_of


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


def load_keys(path: Path, *, make: bool = True) -> Keys:
    """Return the keys of the secret file, which is made (0600) where there is none.

    Raises:
        SecretUnusable: the file cannot be read or made, or is not 32 bytes in hexadecimal; without
            `make` also where there is none.
    """
    try:
        root = make_key(path, secrets.token_bytes(KEY_BYTES)) if make else read_key(path)
    except (OSError, ValueError) as error:
        raise SecretUnusable(f"the secret file {path} cannot be used: {reason_of(error)}") from None
    return Keys(root, key_id_of(root))


def key_id_of(root: bytes) -> str:
    """Return the public name of a root secret, from which nothing of it follows."""
    return HKDF(SHA256(), 4, salt=None, info=b"waypoint/key-id").derive(root).hex()
