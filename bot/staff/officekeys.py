"""The keys of offices and of their officers: who makes one, who holds one, what it opens.

An officer has an X25519 pair, whose private half only their password opens.  An office has one
too; its private half stands only wrapped (HPKE, RFC 9180) for each officer who holds it and for
the recovery key.  Whoever did not make it holds nothing until somebody who does admits them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.privacy import BrokenSeal, new_pair, pair_of, unwrap, wrap
from bot.staff.model import Officer, Role

HOLDERS = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.PARTNER, Role.CLINICIAN})
"""Roles that may hold the key of their office; `admin` as such never does."""
_CHECK_DIGITS = 12

OfficeKeys = Mapping[tuple[str, int], bytes]
"""Private keys by office and version, open for as long as one request of an officer takes."""


@dataclass(frozen=True, slots=True)
class OfficeKey:
    """A public key of an office (X25519, 32 bytes)."""

    office: str
    version: int
    public: bytes


@dataclass(frozen=True, slots=True)
class KeyWrap:
    """An office's private key as one holder can open it."""

    office: str
    version: int
    holder: str
    blob: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key just made: public for everybody, private for those it is wrapped for."""

    key: OfficeKey
    private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Renewal:
    """That an officer asked for a new key, of an office or of recovery, and when (aware UTC)."""

    what: str
    by: str
    asked: datetime


def may_hold(officer: Officer) -> bool:
    """Tell whether the officer may hold the key of their office."""
    return bool(officer.roles & HOLDERS)


def info_of(office: str, version: int) -> bytes:
    """Return what a wrap of an office's key is bound to: moved elsewhere it does not open."""
    return f"waypoint/office-key/{office}/{version}".encode()


def made_key(office: str, version: int) -> MadeKey:
    """Return a fresh key of an office."""
    pair = new_pair()
    return MadeKey(OfficeKey(office, version, pair.public), pair.private)


def wraps_for(keys: OfficeKeys, holder: str, public: bytes) -> tuple[KeyWrap, ...]:
    """Return the private keys, each wrapped for one more holder."""
    return tuple(
        KeyWrap(office, version, holder, wrap(private, public, info_of(office, version)))
        for (office, version), private in keys.items()
    )


def opened_wraps(wraps: Iterable[KeyWrap], private: bytes) -> OfficeKeys:
    """Return what a holder's private key opens; a wrap that was changed or moved is left out."""
    opened = {}
    for one in wraps:
        try:
            key = unwrap(one.blob, private, info_of(one.office, one.version))
        except BrokenSeal:
            continue
        opened[one.office, one.version] = key
    return opened


def genuine(keys: OfficeKeys, publics: Iterable[OfficeKey]) -> bool:
    """Tell whether these public keys, one at least, are those of the private keys at hand.

    A public key that somebody put in the place of ours, or as a newer version beside it, would let
    them read what is sealed to it.
    """
    known = tuple(publics)
    return bool(known) and all(
        (one.office, one.version) in keys
        and pair_of(keys[one.office, one.version]).public == one.public
        for one in known
    )


def check_number(public: bytes) -> str:
    """Return twelve digits by which two people compare a public key aloud."""
    number = int.from_bytes(hashlib.sha256(b"waypoint/check-number" + public).digest())
    digits = f"{number % 10**_CHECK_DIGITS:0{_CHECK_DIGITS}}"
    return " ".join(digits[start : start + 4] for start in range(0, _CHECK_DIGITS, 4))
