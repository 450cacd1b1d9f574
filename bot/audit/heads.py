"""Signed heads: where every chain stood at a moment, as a document that can be kept elsewhere.

The entries of a database can all be computed again by whoever owns it; a head that lies where they
cannot write still names the old hashes.  The signature (Ed25519) says that this host made it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from bot.audit.entries import START
from bot.errors import Invalid
from bot.privacy import is_signed, signature_of, signer_of

PURPOSE = "audit-head"
"""Names the key among those that are made from the root secret."""
_SIGNED = b"waypoint-audit-head/1\n"
_HASH_BYTES = 32


class BrokenHead(Invalid):
    """The file is no signed head of an audit."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in a chain: the number of an entry and its hash."""

    number: int
    hash: bytes


NOTHING = Link(0, START)
"""The place before the first entry."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Where every chain stands; `running` is higher than that of every entry in them."""

    running: int
    heads: Mapping[str, Link]


@dataclass(frozen=True, slots=True)
class SignedHead:
    """Heads with the time they were made (aware UTC), the public key and the signature."""

    made: datetime
    running: int
    heads: Mapping[str, Link]
    key: bytes
    signature: bytes

    @property
    def message(self) -> bytes:
        """What is signed: everything but the signature."""
        return _SIGNED + _json(_plain(self)).encode()

    @property
    def document(self) -> str:
        """The head as one line of JSON."""
        return _json(_plain(self) | {"signature": self.signature.hex()})

    @property
    def file_name(self) -> str:
        """A name that sorts in the order of making and is never used twice."""
        return f"audit-head-{self.running:012d}-{self.made:%Y%m%dT%H%M%SZ}.json"


def signed(heads: Heads, made: datetime, seed: bytes) -> SignedHead:
    """Return the heads signed with the key of a seed (32 bytes); the time is cut to the second."""
    made = made.astimezone(UTC).replace(microsecond=0)
    bare = SignedHead(made, heads.running, heads.heads, signer_of(seed), b"")
    return replace(bare, signature=signature_of(bare.message, seed))


def bears_signature(head: SignedHead) -> bool:
    """Tell whether the head was signed with the key it names; whose key that is, is not asked."""
    return is_signed(head.message, head.signature, head.key)


def read_head(document: str | bytes) -> SignedHead:
    """Return the signed head of a document; whether its signature fits is not looked at.

    Raises:
        BrokenHead: it is none.
    """
    try:
        given = json.loads(document)
        return SignedHead(
            made=_moment(given["made"]),
            running=_count(given["running"]),
            heads=MappingProxyType({name: _link(one) for name, one in given["heads"].items()}),
            key=bytes.fromhex(given["key"]),
            signature=bytes.fromhex(given["signature"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BrokenHead("this is no signed head of an audit") from None


def _plain(head: SignedHead) -> dict[str, Any]:
    return {
        "made": head.made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "running": head.running,
        "heads": {
            chain: {"number": one.number, "hash": one.hash.hex()}
            for chain, one in head.heads.items()
        },
        "key": head.key.hex(),
    }


def _json(value: object) -> str:
    """Return JSON with one form only: the signature is over these very bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _moment(given: str) -> datetime:
    return datetime.strptime(given, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _count(given: object) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise ValueError
    return given


def _link(given: Mapping[str, Any]) -> Link:
    found = bytes.fromhex(given["hash"])
    if len(found) != _HASH_BYTES:
        raise ValueError
    return Link(_count(given["number"]), found)
