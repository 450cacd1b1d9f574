"""Passwords of officers: what is taken, and how it is kept.

The rules follow NIST SP 800-63B-4 (length and a list of known passwords, no rules of composition)
and RFC 9106 (Argon2id, 128 MiB, three passes).  The hash costs what the lock of the officer's key
costs: who has the disk tries passwords on the cheaper of the two.  Each takes some four tenths of a
second and 128 MiB.  So they run beside the event loop, two at a time, and whoever comes while too
many wait is sent away rather than made to wait for minutes.
"""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from bot.privacy import (
    PASSWORD_KIB,
    PASSWORD_ROUNDS,
    BrokenSeal,
    locked_by_password,
    new_pair,
    opened_by_password,
)
from bot.staff.errors import PasswordDeskFull, PasswordTooWeak, Weakness
from bot.staff.model import OfficerKey

SHORTEST = 15
LONGEST = 256
AT_ONCE = 2
WAITING_AT_MOST = 30

_JUDGED = 72
"""zxcvbn needs seconds on long texts; what stands behind the 72nd letter only adds strength."""
_STRONG_ENOUGH = 4
"""More than 10^10 tries by zxcvbn's estimate: whoever copies the database may try at leisure."""
_ARGON2_VERSION = 19

_Result = TypeVar("_Result")
Lock = Callable[[bytes, str, str], bytes]
"""Locks or opens bytes by a password, bound to a subject."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a fresh password makes: its hash, and the officer's own key, once in the open."""

    password_hash: str = field(repr=False)
    key: OfficerKey
    private: bytes = field(repr=False)


def normal(password: str) -> str:
    """Return the password as it is hashed: the same on every keyboard that can write it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, email: str) -> None:
    """Refuse a password that others would guess.  It may take 50 ms.

    Raises:
        PasswordTooWeak: too short, too long, on a list of common ones, or easily guessed.
    """
    # Read at the first password only: the lists are some ten megabytes that most starts never need.
    from zxcvbn import zxcvbn
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    chosen = normal(password)
    if len(chosen) < SHORTEST:
        raise PasswordTooWeak(Weakness.SHORT)
    if len(chosen) > LONGEST:
        raise PasswordTooWeak(Weakness.LONG)
    if chosen.casefold().strip() in FREQUENCY_LISTS["passwords"]:
        raise PasswordTooWeak(Weakness.COMMON)
    known = [email, *email.replace("@", ".").split("."), "waypoint", "iom"]
    if zxcvbn(chosen[:_JUDGED], user_inputs=known)["score"] < _STRONG_ENOUGH:
        raise PasswordTooWeak(Weakness.GUESSABLE)


class Passwords:
    """Checks, hashes and verifies passwords, and opens keys, beside the event loop.

    Two at a time; `lock` and `unlock` are the slow ones of `bot.privacy` unless a test says else.
    """

    def __init__(
        self,
        hasher: PasswordHasher | None = None,
        lock: Lock = locked_by_password,
        unlock: Lock = opened_by_password,
    ) -> None:
        self._hasher = hasher or PasswordHasher(PASSWORD_ROUNDS, PASSWORD_KIB, parallelism=1)
        self._lock = lock
        self._unlock = unlock
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
        self._waiting = 0
        self._nobody = _hash_of_nothing(self._hasher)

    async def choose(self, password: str, email: str) -> Chosen:
        """Return the hash of a password that meets the rules, and a fresh key that it locks.

        Raises:
            PasswordTooWeak: it does not meet them.
            PasswordDeskFull: too many wait.
        """

        def work() -> Chosen:
            check(password, email)
            chosen, pair = normal(password), new_pair()
            locked = self._lock(pair.private, chosen, pair.public.hex())
            key = OfficerKey(pair.public, locked)
            return Chosen(self._hasher.hash(chosen), key, pair.private)

        return await self._beside(work)

    async def open_key(self, password: str, key: OfficerKey) -> bytes | None:
        """Return an officer's private key, None where it was changed or put beside another.

        Raises:
            PasswordDeskFull: too many wait.
        """

        def work() -> bytes | None:
            try:
                return self._unlock(key.locked, normal(password), key.subject)
            except BrokenSeal:
                return None

        return await self._beside(work)

    async def verify(self, password: str, known: str | None) -> bool:
        """Tell whether the password belongs to the hash; takes as long where there is none.

        Raises:
            PasswordDeskFull: too many wait.
        """
        # Nothing longer was ever taken; hashing a megabyte for a stranger would be a gift.
        candidate = normal(password[: LONGEST + 1])

        def work() -> bool:
            try:
                return self._hasher.verify(known or self._nobody, candidate)
            except (VerificationError, InvalidHashError):
                return False

        return await self._beside(work) and known is not None

    async def renewed(self, password: str, known: str) -> str | None:
        """Return a new hash of a verified password where the parameters have changed, else None."""
        if not self._hasher.check_needs_rehash(known):
            return None
        return await self._beside(lambda: self._hasher.hash(normal(password)))

    def close(self) -> None:
        """Let the threads go; nothing is waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _beside(self, work: Callable[[], _Result]) -> _Result:
        if self._waiting >= WAITING_AT_MOST:
            raise PasswordDeskFull("too many passwords wait to be checked")
        self._waiting += 1
        try:
            # The pool is the limit, not a semaphore: a browser that goes away cancels the wait,
            # but the thread works on, and a semaphore would let a third one start beside it.
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Return an encoded hash that no password has, as slow to verify as a real one."""
    if hasher.type is not Type.ID:
        raise ValueError("passwords are kept by Argon2id")
    salt, tag = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={_ARGON2_VERSION}${cost}${salt}${tag}"
