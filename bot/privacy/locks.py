"""A private key locked by what a person knows (a password, a code) or holds (a cookie).

Passwords are stretched by Argon2id with 128 MiB (RFC 9106): callers run that off the event loop.
A random token needs no stretching, only a key of its own (HKDF).
Layout: version byte, salt (16 bytes), nonce (12 bytes), AES-256-GCM ciphertext with tag.
"""

import secrets
from collections.abc import Callable

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.privacy.sealing import NONCE_BYTES, BrokenSeal

VERSION = 1
SALT_BYTES = 16
PASSWORD_KIB = 128 * 1024
PASSWORD_ROUNDS = 3

Stretch = Callable[[bytes, bytes], bytes]


def locked_by_password(secret: bytes, password: str, subject: str) -> bytes:
    """Return a secret that the password opens; blocking, some hundred milliseconds."""
    return _locked(secret, password.encode(), subject, _stretched)


def opened_by_password(blob: bytes, password: str, subject: str) -> bytes:
    """Return the secret; blocking, some hundred milliseconds.

    Raises:
        BrokenSeal: it is another password, or the blob was changed or moved.
    """
    return _opened(blob, password.encode(), subject, _stretched)


def locked_by_token(secret: bytes, token: str, subject: str) -> bytes:
    """Return a secret that a random token of 256 bits opens."""
    return _locked(secret, token.encode(), subject, _expanded)


def opened_by_token(blob: bytes, token: str, subject: str) -> bytes:
    """Return the secret.

    Raises:
        BrokenSeal: it is another token, or the blob was changed or moved.
    """
    return _opened(blob, token.encode(), subject, _expanded)


def _locked(secret: bytes, by: bytes, subject: str, stretch: Stretch) -> bytes:
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    head = bytes([VERSION]) + salt
    cipher = AESGCM(stretch(by, salt))
    return head + nonce + cipher.encrypt(nonce, secret, head + subject.encode())


def _opened(blob: bytes, by: bytes, subject: str, stretch: Stretch) -> bytes:
    start = 1 + SALT_BYTES
    head, nonce, sealed = (
        blob[:start],
        blob[start : start + NONCE_BYTES],
        blob[start + NONCE_BYTES :],
    )
    if head[:1] != bytes([VERSION]):
        raise BrokenSeal("locked with another version")
    if len(head) < start:
        raise BrokenSeal("the lock was cut off")
    try:
        cipher = AESGCM(stretch(by, head[1:]))
        return cipher.decrypt(nonce, sealed, head + subject.encode())
    except (InvalidTag, ValueError):
        raise BrokenSeal("the lock does not open") from None


def _stretched(by: bytes, salt: bytes) -> bytes:
    return hash_secret_raw(
        by,
        salt,
        time_cost=PASSWORD_ROUNDS,
        memory_cost=PASSWORD_KIB,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )


def _expanded(by: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=b"waypoint/token-lock").derive(by)
