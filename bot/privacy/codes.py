"""How a secret code is kept: Argon2id (RFC 9106) over a peppered hash, with a salt for each.

The pepper lies outside the database, so that a stolen database cannot be searched for the 10^12
codes there are.  Hashing takes about 50 ms of a core: callers run it off the event loop.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.privacy.keys import Keys
from bot.privacy.pseudonyms import keyed_hash

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What a code is checked against where there is nothing to check, so that both take as long.
NOTHING = HASHER.hash("no code has this hash")


def hash_code(keys: Keys, code: str) -> str:
    """Return what is stored of a code; blocking, tens of milliseconds."""
    return HASHER.hash(keyed_hash(keys, "code", code))


def code_fits(keys: Keys, code: str, stored: str | None) -> bool:
    """Tell whether the code is the stored one; as slow where nothing is stored."""
    try:
        HASHER.verify(stored or NOTHING, keyed_hash(keys, "code", code))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
