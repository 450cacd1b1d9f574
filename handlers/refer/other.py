"""Asking for somebody else: no name, whether they know and agree, and what that allows.

Whose yes it is goes into the record; without the other one's agreement no partner is asked for.
"""

from bot.conversation import Session
from bot.i18n import Line, say
from bot.referrals import Whose
from handlers.refer.questions import Question, choice, ways_out

KNOWS = {"yes": Whose.AGREED, "no": Whose.NOT_AGREED}


def question() -> Question:
    """Ask whether the person knows of it and agrees."""
    return Question(
        (
            say("Does this person know that you ask, and do they agree?"),
            say("You can ask for help either way."),
        ),
        (
            (
                choice("knows", "yes", say("They know and agree")),
                choice("knows", "no", say("No, or not yet")),
            ),
            ways_out("knows"),
        ),
    )


def whose(session: Session) -> Whose:
    """Return whose answer a consent is."""
    if session.slots.get("refer.for") != "other":
        return Whose.OWN
    return KNOWS.get(session.slots.get("refer.knows", ""), Whose.UNSAID)


def said(session: Session) -> list[Line]:
    """Say in the summary for whom it is, where that is somebody else."""
    match whose(session):
        case Whose.OWN:
            return []
        case Whose.AGREED:
            return [say("For: somebody else, who knows and agrees")]
        case Whose.NOT_AGREED:
            return [say("For: somebody else, who has not agreed")]
        case Whose.UNSAID:
            return [say("For: somebody else")]


def noted(session: Session) -> list[Line]:
    """Say before the yes that it is not the other one's own, and what that means."""
    match whose(session):
        case Whose.OWN:
            return []
        case Whose.AGREED:
            return [say("It is noted that you say yes for this person, who agrees.")]
        case Whose.NOT_AGREED | Whose.UNSAID:
            return [
                say(
                    "It is noted that this is your yes and not theirs. "
                    "So nothing goes to another organisation."
                )
            ]
