"""What a person wishes about who takes their request, as far as whoever may take it must know.

Which office or country was kept away is said to nobody; whether only a woman may take it, and
whether the officer has to confirm something, stands beside the button.
"""

from dataclasses import dataclass

from bot.console.deps import Work
from bot.console.words import Note, mark
from bot.referrals import Referral, State, barred
from bot.staff import Officer

COMMUNITY = "not-community"
"""The field by which an officer says not to be of the person's community."""
WOMAN = Note(mark("The person asks that only a woman reads this. Your profile does not say so."))
UNCONFIRMED = Note(
    mark("Nothing was taken. The person asks for nobody of their community: tick the box first.")
)


@dataclass(frozen=True, slots=True)
class Wished:
    """Whether the officer may not take it, and whether they have to confirm something first."""

    barred: bool = False
    woman: bool = False
    confirms: bool = False


async def wished_of(work: Work, officer: Officer, referral: Referral) -> Wished:
    """Return what holds between the wishes of a request that waits and an officer."""
    store = work.referrals.store
    wishes = await store.wishes(referral)
    waits = referral.state is State.WAITING
    shut = await barred(store, referral, officer.id)
    return Wished(shut, wishes.woman and waits, wishes.not_community and waits)
