"""What can go wrong with a referral."""

from bot.errors import Absent, Refused


class UnknownReceipt(Absent):
    """Number and code do not belong together; the same for unknown, expired and wrong ones."""


class UnknownReferral(Absent):
    """There is no such referral for this one: unknown and foreign look the same."""


class ConsentMissing(Refused):
    """Nothing is created without a recorded yes of the person to the office that gets it."""


class MayNotWrite(Refused):
    """The person did not allow a line now; the line is held or dropped, never sent anyway."""


class WishUnheld(Refused):
    """The person wishes something of whoever reads it that a partner cannot be held to.

    The officer is told so, and passes it on all the same only when they say that they know.
    """


class WomanWished(Refused):
    """The person wants that only a woman reads it; the officer's profile does not say so."""


class CommunityUnconfirmed(Refused):
    """The person wants nobody of their community; the officer did not say that they are none."""


class TakenByAnother(Refused):
    """Somebody else was faster; the referral is to be looked at as it is now."""
