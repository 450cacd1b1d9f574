"""The one door through which texts of a person are encrypted and opened.

AES-256-GCM with a fresh nonce; what a blob belongs to (purpose and subject) is bound as associated
data, so that a blob copied to another row does not open.  Layout: version byte, key id (4 bytes),
nonce (12 bytes), ciphertext with tag.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import Refused
from bot.privacy.keys import Keys

VERSION = 1
NONCE_BYTES = 12
HEAD = 1 + 4


class BrokenSeal(Refused):
    """A blob was changed, belongs to another row or was made with another key."""


class Seals(Protocol):
    """Something that seals and opens, bound to a purpose and to the row it belongs to."""

    def seal(self, plain: bytes, purpose: str, subject: str) -> bytes:
        """Return the sealed bytes."""

    def open(self, blob: bytes, purpose: str, subject: str) -> bytes:
        """Return what was sealed."""

    def seal_json(self, value: object, purpose: str, subject: str) -> bytes:
        """Return the sealed JSON of a value."""

    def open_json(self, blob: bytes, purpose: str, subject: str) -> Any:
        """Return the JSON value that was sealed."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens with the keys of this host."""

    keys: Keys

    def seal(self, plain: bytes, purpose: str, subject: str) -> bytes:
        """Return the sealed bytes, bound to a purpose and to the row they belong to."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = bytes([VERSION]) + bytes.fromhex(self.keys.key_id)
        cipher = AESGCM(self.keys.derive(f"seal/{purpose}"))
        return head + nonce + cipher.encrypt(nonce, plain, _bound(head, purpose, subject))

    def open(self, blob: bytes, purpose: str, subject: str) -> bytes:
        """Return what was sealed.

        Raises:
            BrokenSeal: the blob was changed, moved or made with another key.
        """
        head, nonce, sealed = (
            blob[:HEAD],
            blob[HEAD : HEAD + NONCE_BYTES],
            blob[HEAD + NONCE_BYTES :],
        )
        if head != bytes([VERSION]) + bytes.fromhex(self.keys.key_id):
            raise BrokenSeal("sealed with another version or key")
        try:
            cipher = AESGCM(self.keys.derive(f"seal/{purpose}"))
            return cipher.decrypt(nonce, sealed, _bound(head, purpose, subject))
        except (InvalidTag, ValueError):
            raise BrokenSeal("the seal does not hold") from None

    def seal_json(self, value: object, purpose: str, subject: str) -> bytes:
        """Return the sealed JSON of a value; lone surrogates survive the way there and back."""
        return self.seal(json.dumps(value, separators=(",", ":")).encode(), purpose, subject)

    def open_json(self, blob: bytes, purpose: str, subject: str) -> Any:
        """Return the JSON value that was sealed.

        Raises:
            BrokenSeal: the blob was changed, moved or made with another key.
        """
        return json.loads(self.open(blob, purpose, subject))


def _bound(head: bytes, purpose: str, subject: str) -> bytes:
    return head + f"{purpose}\x00{subject}".encode()
