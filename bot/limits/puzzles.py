"""Proof of work (A. Back, Hashcash, 2002): seconds for a phone, microseconds for us to check.

A challenge carries its own difficulty, end and seal, so that any process can check what any other
gave out and nothing is kept of those that nobody solves.  A nonce solves it when the SHA-256 of
`<challenge>:<nonce>` begins with so many zero bits.  The sealed part names for whom it was made:
work done once cannot be spent by another chat.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

BITS = 16
"""An old phone tries some 55,000 a second (docs/adr/2026-11-24-limits.md): 1.2 s in the mean, and
985 of 1,000 within 5 s."""
LASTS = 300
SALT_BYTES = 16
SPENT = 100_000
FORM = re.compile(r"(\d{1,2})\.(\d{1,12})\.([\w-]{22})\.([\w-]{43})", re.ASCII)
NONCE = re.compile(r"[\w-]{1,32}", re.ASCII)


@dataclass(slots=True)
class Puzzles:
    """Gives out challenges and takes each solution once (seconds since 1970)."""

    key: bytes = field(repr=False)
    bits: int = BITS
    lasts: int = LASTS
    _spent: OrderedDict[str, int] = field(default_factory=OrderedDict, repr=False)

    def challenge(self, bound: str, now: float) -> str:
        """Return a challenge for whom `bound` names: `<bits>.<end>.<salt>.<seal>`."""
        salt = _text(secrets.token_bytes(SALT_BYTES))
        head = f"{self.bits}.{int(now) + self.lasts}.{salt}"
        return f"{head}.{self._seal(head, bound)}"

    def accept(self, proof: str, bound: str, now: float) -> bool:
        """Tell whether `<challenge>:<nonce>` is work done for `bound`, in time and never before."""
        challenge, _, nonce = proof.partition(":")
        form = FORM.fullmatch(challenge)
        if form is None or NONCE.fullmatch(nonce) is None:
            return False
        head, _, seal = challenge.rpartition(".")
        ours = hmac.compare_digest(seal, self._seal(head, bound))
        end = int(form[2])
        if not ours or now >= end or not fits(challenge, nonce, int(form[1])):
            return False
        return self._spend(seal, end, now)

    def _seal(self, head: str, bound: str) -> str:
        return _text(hmac.new(self.key, f"{head}\0{bound}".encode(), hashlib.sha256).digest())

    def _spend(self, seal: str, end: int, now: float) -> bool:
        """Note that a challenge is used up; False if it was."""
        while self._spent and (len(self._spent) >= SPENT or self._oldest_end() <= now):
            self._spent.popitem(last=False)
        if seal in self._spent:
            return False
        self._spent[seal] = end
        return True

    def _oldest_end(self) -> int:
        return next(iter(self._spent.values()))


def fits(challenge: str, nonce: str, bits: int) -> bool:
    """Tell whether a nonce solves a challenge."""
    digest = hashlib.sha256(f"{challenge}:{nonce}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
