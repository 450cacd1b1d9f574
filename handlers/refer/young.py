"""Under 18: asked only where it changes something, on two buttons, and the yes in simpler words.

A request about a child counts as one of somebody under 18, whoever sends it; so does the pace.
"""

from bot.conversation import Session
from bot.i18n import Line, say
from bot.referrals import Category
from handlers.refer.questions import Question, choice, order, ways_out


def question(session: Session) -> Question:
    """Ask whether the person is under 18."""
    asks = say("How old are you?")
    if session.slots.get("refer.for") == "other":
        asks = say("How old is this person?")
    return Question(
        (asks, say("For people under 18 somebody looks at it sooner.")),
        (
            (
                choice("age", "young", say("Under 18")),
                choice("age", "adult", say("18 or older")),
            ),
            ways_out("age"),
        ),
    )


def is_young(session: Session) -> bool:
    """Tell whether the request is about somebody under 18, as far as was said."""
    slots = session.slots
    asked = "age" in order(session) and slots.get("refer.age") == "young"
    return asked or slots.get("refer.about") == Category.CHILD


def said(session: Session) -> list[Line]:
    """Say in the summary what was said of the age."""
    child = session.slots.get("refer.about") == Category.CHILD
    return [say("Age: under 18")] if is_young(session) and not child else []


def notice(session: Session) -> Line:
    """Say in two sentences what the yes means, for somebody under 18 in simpler words."""
    if is_young(session):
        return say(
            "People there read it so that they can help. "
            "You may say no, and you can ask somebody you trust first."
        )
    return say(
        "Officers there read it to help with what you ask. "
        "With number and code you can take it back at any time."
    )
