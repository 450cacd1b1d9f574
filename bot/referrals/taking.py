"""Who may take a request, by what the person wished: the officer's own word decides.

Supervisors are bound like everybody else.  Routing brings a request to where somebody fits; this
holds whoever else works there, and whoever comes or goes meanwhile.
"""

from bot.referrals.errors import CommunityUnconfirmed, WomanWished
from bot.referrals.model import Referral
from bot.referrals.ports import ReferralStore

CONFIRMED = "not-community"
"""The act of saying, when taking a request, that one is not of the person's community."""


async def confirms(
    store: ReferralStore, referral: Referral, officer: str, *, not_community: bool
) -> bool:
    """Return whether the officer confirms, by taking it, not to be of the person's community.

    Raises:
        WomanWished: only a woman may take it.
        CommunityUnconfirmed: that was wished, and is not confirmed.
    """
    if not referral.wished:
        return False
    wishes = await store.wishes(referral)
    if wishes.woman and not await store.is_woman(officer):
        raise WomanWished("only a woman may take it")
    if wishes.not_community and not not_community:
        raise CommunityUnconfirmed("not confirmed")
    return wishes.not_community


async def barred(store: ReferralStore, referral: Referral, officer: str) -> bool:
    """Tell whether it is wished that only a woman reads it, and the officer has not said so."""
    if not referral.wished:
        return False
    wishes = await store.wishes(referral)
    return wishes.woman and not await store.is_woman(officer)
