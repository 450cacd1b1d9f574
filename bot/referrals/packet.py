"""What a partner gets to see: a minimum packet, field by field as the person allowed.

Never in it: who the person is, how to reach them, their number, their code, the word that proves
the office, the messages of the case.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from bot.referrals.consent import Field
from bot.referrals.model import Category, Particulars, Referral, Urgency


@dataclass(frozen=True, slots=True)
class Packet:
    """What is sealed for a partner; None is what was not passed or not known."""

    category: Category
    urgency: Urgency
    language: str
    country: str | None = field(repr=False, default=None)
    place: str | None = field(repr=False, default=None)
    words: str | None = field(repr=False, default=None)


def packet(referral: Referral, told: Particulars, fields: Collection[Field]) -> Packet:
    """Return the packet of a request: what every partner gets, these fields, nothing else."""
    here, words = Field.PLACE in fields, Field.WORDS in fields
    return Packet(
        referral.category,
        referral.urgency,
        referral.language,
        told.country if here else None,
        told.place if here else None,
        told.words if words else None,
    )


def packet_to(made: Packet) -> bytes:
    """Return what is sealed of a packet."""
    return json.dumps(asdict(made), separators=(",", ":")).encode()


def packet_from(plain: bytes) -> Packet:
    """Return the packet that was sealed."""
    known = json.loads(plain)
    category, urgency = Category(known.pop("category")), Urgency(known.pop("urgency"))
    return Packet(category, urgency, **known)
