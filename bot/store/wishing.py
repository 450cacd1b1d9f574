"""A person's wishes, under the host's key: routing needs them, and nobody else reads them."""

from bot.privacy import Sealer
from bot.referrals import Wishes

PURPOSE = "wishes"


def to_sealed(sealer: Sealer, referral: str, wishes: Wishes) -> bytes | None:
    """Return the wishes of a request as they are kept; None where there are none."""
    if not wishes:
        return None
    value = {
        "woman": wishes.woman,
        "not_offices": sorted(wishes.not_offices),
        "not_country": wishes.not_country,
        "tongue": wishes.tongue,
        "not_community": wishes.not_community,
    }
    return sealer.seal_json(value, PURPOSE, referral)


def from_sealed(sealer: Sealer, referral: str, sealed: bytes | None) -> Wishes:
    """Return the wishes of a request."""
    if sealed is None:
        return Wishes()
    value = sealer.open_json(sealed, PURPOSE, referral)
    return Wishes(**{**value, "not_offices": frozenset(value["not_offices"])})
