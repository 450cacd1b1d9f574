"""Whether it helped and what was missing: the two questions of a closed request."""

from bot.conversation import Choice, Rows, row
from bot.i18n import Line, say
from bot.referrals import Lack

HELPED = row(
    Choice("receipt:helped:yes", say("Yes, it helped")),
    Choice("receipt:helped:partly", say("Partly")),
    Choice("receipt:helped:no", say("No, it did not")),
)
MISSING = say("What was missing?")


def missing(lack: Lack) -> Line:
    """Say what was missing, as its button does."""
    match lack:
        case Lack.TOO_LATE:
            return say("It came too late")
        case Lack.NO_ANSWER:
            return say("Nobody answered me")
        case Lack.NOT_WHAT_I_NEEDED:
            return say("It was not what I needed")
        case Lack.WORSE:
            return say("It made things worse for me")


LACKS: Rows = (
    *((Choice(f"receipt:lack:{one}", missing(one)),) for one in Lack),
    (Choice("receipt:lack:skip", say("Skip")),),
)
