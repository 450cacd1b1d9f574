"""A request sealed to offices: one fresh key for the text, one wrap of it for each desk.

The text is padded to size classes, so that its length tells little.  What it belongs to (request
and message, office it was first sealed for, schema version) is bound into the text's seal and into
every wrap: a blob or a wrap moved to another row does not open.
Layout of the text: version byte, nonce (12 bytes), AES-256-GCM ciphertext with tag.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.privacy.hpke import unwrap, wrap
from bot.privacy.sealing import NONCE_BYTES, BrokenSeal

VERSION = 2
KEY_BYTES = 32
LENGTH_BYTES = 4
SIZES = (1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536)
"""Bytes a padded text may have."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a sealed text belongs to; `office` is the one it was first sealed for.

    `message` names a message of the request, and is empty for the request's own text.
    """

    request: str
    office: str
    message: str = ""
    schema: int = VERSION

    def to_bytes(self) -> bytes:
        """Return it as associated data; no field can run into the next."""
        parts = (self.request, self.message, self.office, str(self.schema))
        return b"".join(len(one).to_bytes(2) + one for one in (part.encode() for part in parts))


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed text and the wraps of its key, by recipient."""

    text: bytes
    wraps: Mapping[str, bytes] = field(repr=False)


def seal_to(plain: bytes, bound: Bound, publics: Mapping[str, bytes]) -> Envelope:
    """Return the text sealed under a fresh key, which is wrapped for each recipient.

    Raises:
        ValueError: there is no recipient, or the text is too long.
    """
    if not publics:
        raise ValueError("a text must be sealed to somebody")
    key = secrets.token_bytes(KEY_BYTES)
    text = seal_under(key, plain, bound)
    info = bound.to_bytes()
    return Envelope(text, {name: wrap(key, public, info) for name, public in publics.items()})


def key_of(wrapped: bytes, private: bytes, bound: Bound) -> bytes:
    """Return the key of a text from a wrap.

    Raises:
        BrokenSeal: the wrap was changed, moved, or is for somebody else.
    """
    return unwrap(wrapped, private, bound.to_bytes())


def wrapped_for(key: bytes, public: bytes, bound: Bound) -> bytes:
    """Return the key wrapped for one more recipient, such as the office it passes to."""
    return wrap(key, public, bound.to_bytes())


def seal_under(key: bytes, plain: bytes, bound: Bound) -> bytes:
    """Return a text sealed under a key that is known already.

    Raises:
        ValueError: the text is too long.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    head = bytes([VERSION])
    return head + nonce + AESGCM(key).encrypt(nonce, _padded(plain), head + bound.to_bytes())


def open_under(key: bytes, text: bytes, bound: Bound) -> bytes:
    """Return what was sealed under a key.

    Raises:
        BrokenSeal: it was changed, moved, or sealed under another key or version.
    """
    head, nonce, sealed = text[:1], text[1 : 1 + NONCE_BYTES], text[1 + NONCE_BYTES :]
    if head != bytes([VERSION]):
        raise BrokenSeal("sealed with another version")
    try:
        return _unpadded(AESGCM(key).decrypt(nonce, sealed, head + bound.to_bytes()))
    except (InvalidTag, ValueError):
        raise BrokenSeal("the seal does not hold") from None


def _padded(plain: bytes) -> bytes:
    framed = len(plain).to_bytes(LENGTH_BYTES) + plain
    for size in SIZES:
        if len(framed) <= size:
            return framed.ljust(size, b"\x00")
    raise ValueError("the text is too long to be sealed")


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:LENGTH_BYTES])
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]
