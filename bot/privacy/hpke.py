"""Sealing to somebody who is not here: HPKE (RFC 9180), X25519, HKDF-SHA256, AES-256-GCM.

Whoever seals holds public keys only.  What the blob belongs to goes into `info`, so that a blob
moved to another place does not open.  Layout: version byte, encapsulated key (32 bytes), ciphertext
with tag; the version stands in `info` as well.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bot.privacy.sealing import BrokenSeal

HEAD = b"\x01"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 pair as raw bytes, 32 each."""

    public: bytes
    private: bytes = field(repr=False)


def new_pair() -> KeyPair:
    """Return a fresh pair."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.public_key().public_bytes_raw(), private.private_bytes_raw())


def pair_of(private: bytes) -> KeyPair:
    """Return the pair of a private key."""
    public = X25519PrivateKey.from_private_bytes(private).public_key()
    return KeyPair(public.public_bytes_raw(), private)


def wrap(plain: bytes, public: bytes, info: bytes) -> bytes:
    """Return bytes that only the holder of the private key can open, in the same place."""
    return HEAD + SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), HEAD + info)


def unwrap(blob: bytes, private: bytes, info: bytes) -> bytes:
    """Return what was wrapped.

    Raises:
        BrokenSeal: it was changed, moved, or wrapped for somebody else.
    """
    if blob[:1] != HEAD:
        raise BrokenSeal("wrapped with another version")
    try:
        return SUITE.decrypt(blob[1:], X25519PrivateKey.from_private_bytes(private), HEAD + info)
    except (InvalidTag, ValueError):
        raise BrokenSeal("the wrap does not open") from None
