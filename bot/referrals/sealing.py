"""To whom a request is sealed, and who opens it.

The chat, the API and the jobs hold public keys only.  A request is sealed to the office that gets
it, to the desks its ladder can bring it to and to the recovery key; a desk opens its wrap only once
the ladder has brought the request there, which `opened` checks by the office that has it now.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from bot.directory import Point
from bot.errors import Refused
from bot.privacy import Bound, key_of, open_under, seal_to, wrapped_for
from bot.referrals.model import Particulars
from bot.staff import OfficeKey, OfficeKeys


class NotOpenable(Refused):
    """None of the keys at hand opens this: the officer is pending, or the key was rotated away."""


class NobodyToSealTo(Refused):
    """There is no key at all, not even the one of the set-up: nothing may be written."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """The key of a text, wrapped for one version of one office's key."""

    office: str
    version: int
    blob: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text and the wraps of its key."""

    text: bytes = field(repr=False)
    wraps: tuple[Wrap, ...]


def seal(plain: bytes, bound: Bound, to: Sequence[OfficeKey]) -> Sealed:
    """Return the text sealed to all of the keys.

    Raises:
        NobodyToSealTo: there is no key.
    """
    if not to:
        raise NobodyToSealTo("no office has a key")
    named = {f"{one.office}/{one.version}": one for one in to}
    envelope = seal_to(plain, bound, {name: one.public for name, one in named.items()})
    wraps = tuple(
        Wrap(one.office, one.version, envelope.wraps[name]) for name, one in named.items()
    )
    return Sealed(envelope.text, wraps)


def text_key(wraps: Sequence[Wrap], office: str, keys: OfficeKeys, bound: Bound) -> bytes:
    """Return the key of a text for the office that has the request now.

    Raises:
        NotOpenable: none of the keys of that office opens it.
    """
    for one in wraps:
        private = keys.get((one.office, one.version)) if one.office == office else None
        if private is not None:
            return key_of(one.blob, private, bound)
    raise NotOpenable("no key at hand opens this")


def opened(sealed: Sealed, office: str, keys: OfficeKeys, bound: Bound) -> bytes:
    """Return what was sealed, for the office that has the request now.

    Raises:
        NotOpenable: none of the keys of that office opens it.
        BrokenSeal: it was changed or moved.
    """
    return open_under(text_key(sealed.wraps, office, keys, bound), sealed.text, bound)


def passed_on(key: bytes, bound: Bound, to: Sequence[OfficeKey]) -> tuple[Wrap, ...]:
    """Return wraps of a text's key for more recipients."""
    return tuple(Wrap(one.office, one.version, wrapped_for(key, one.public, bound)) for one in to)


def to_bytes(particulars: Particulars) -> bytes:
    """Return what is sealed of a request."""
    return json.dumps(asdict(particulars), separators=(",", ":")).encode()


def from_bytes(plain: bytes) -> Particulars:
    """Return what was sealed of a request."""
    stored = json.loads(plain)
    town = Point(**stored.pop("town")) if stored["town"] else None
    return Particulars(**{**stored, "town": town})
