"""Random tokens for invitations, sign-ins and forms: 256 bits, kept only as hashes.

A copied database opens nothing with them, because SHA-256 of 256 random bits cannot be undone.
What belongs to a token is derived from it (HMAC with a label), so nothing more need be stored.
"""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Return 256 random bits as 43 letters that may stand in an address or a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return the 32 bytes under which a token is stored."""
    return hashlib.sha256(token.encode()).digest()


def csrf_of(token: str) -> str:
    """Return the value that every form of the browser holding this token must carry."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def csrf_fits(token: str, given: str) -> bool:
    """Tell whether a form came from the browser that holds the token."""
    return hmac.compare_digest(csrf_of(token).encode(), given.encode())
