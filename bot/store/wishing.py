"""A person's wishes, under the host's key: routing needs them, and nobody else reads them."""

from bot.privacy import BrokenSeal, Log, Sealer
from bot.referrals import Wishes

log = Log(__name__)

PURPOSE = "wishes"
STRICTEST = Wishes(woman=True, not_community=True)


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
    """Return the wishes of a request; what does not open counts as the strictest there are."""
    if sealed is None:
        return Wishes()
    try:
        value = sealer.open_json(sealed, PURPOSE, referral)
    except BrokenSeal as error:
        log.error("wishes-do-not-open", error)
        return STRICTEST
    return Wishes(**{**value, "not_offices": frozenset(value["not_offices"])})
