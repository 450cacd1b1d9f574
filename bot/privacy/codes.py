"""How a secret code is kept, and the key that it opens: Argon2id (RFC 9106) over a peppered hash.

One stretch gives 64 bytes: the first half is stored to tell a right code from a wrong one, the
second half is the key of what only the code opens and is stored nowhere.  The pepper lies outside
the database, so that a stolen database cannot be searched for the 10^12 codes there are.
Blocking, some tens of milliseconds: callers run it off the event loop.
"""

import hmac
import secrets

from argon2.low_level import Type, hash_secret_raw

from bot.privacy.keys import Keys
from bot.privacy.pseudonyms import keyed_hash

SALT_BYTES = 16
HALF = 32
NOTHING = bytes(SALT_BYTES + HALF)
"""What a code is checked against where there is nothing, so that both take as long."""


def new_check(keys: Keys, code: str) -> tuple[bytes, bytes]:
    """Return what is stored of a code (48 bytes), and the key it opens (32 bytes)."""
    salt = secrets.token_bytes(SALT_BYTES)
    stretched = _stretched(keys, code, salt)
    return salt + stretched[:HALF], stretched[HALF:]


def key_of_code(keys: Keys, code: str, check: bytes | None) -> bytes | None:
    """Return the key that a right code opens, None for a wrong one; always as slow."""
    stored = check or NOTHING
    stretched = _stretched(keys, code, stored[:SALT_BYTES])
    fits = hmac.compare_digest(stretched[:HALF], stored[SALT_BYTES:])
    return stretched[HALF:] if fits and check else None


def _stretched(keys: Keys, code: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        keyed_hash(keys, "code", code),
        salt,
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=2 * HALF,
        type=Type.ID,
    )
