"""What a person wishes about who takes their request, as far as whoever may take it must know.

Which office or country was kept away is said to nobody; whether only a woman may take it, and
whether the officer has to confirm something, stands beside the button.
"""

from dataclasses import dataclass

from bot.console.deps import Work
from bot.console.words import Note, mark
from bot.referrals import ENDED, Referral, State, barred
from bot.staff import Officer

COMMUNITY = "not-community"
"""The field by which an officer says not to be of the person's community."""
WOMAN = Note(mark("The person asks that only a woman reads this. Your profile does not say so."))
DESPITE = "despite-wishes"
"""The field by which an officer says to know that a partner cannot be held to the wishes."""
UNHELD = Note(
    mark(
        "Nothing was passed. The person wished who reads this, and a partner cannot be held to "
        "that: tick the box first."
    )
)
UNCONFIRMED = Note(
    mark("Nothing was taken. The person asks for nobody of their community: tick the box first.")
)


@dataclass(frozen=True, slots=True)
class Wished:
    """What the person wished of whoever reads it.

    `barred`: the officer may not.  `confirms`: taking it, they say not to be of the community.
    """

    barred: bool = False
    woman: bool = False
    community: bool = False
    confirms: bool = False


async def wished_of(work: Work, officer: Officer, referral: Referral) -> Wished:
    """Return what holds between the wishes of a request that is open and an officer."""
    store = work.referrals.store
    wishes, going_on = await store.wishes(referral), referral.state not in ENDED
    shut = await barred(store, referral, officer.id)
    community = wishes.not_community and going_on
    waits = referral.state is State.WAITING
    return Wished(shut, wishes.woman and going_on, community, community and waits)
