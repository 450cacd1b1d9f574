"""The questions of a request, in their order, each with its choices and a way to skip it.

What is asked is the least an office needs.  Every answer lies in the session until the person
sends or leaves; nothing is a request before `refer:send`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversation import Choice, Rows, Session, Tools, Turn
from bot.i18n import CountryName, Line, Text, say
from bot.referrals import Category, Hours
from handlers.menu import LEAVE
from handlers.when import label, whose
from handlers.whereabouts import offered

PREVIEW = 300
WEB = "web"
ON_WEB = "refer.web"
"""The slot that tells that the chat is the one on the web page."""
Paragraphs = tuple[Text | list[Text], ...]

STEPS = (
    "safe",
    "for",
    "knows",
    "about",
    "against",
    "age",
    "place",
    "urgent",
    "contact",
    "words",
    "consent",
    "share",
    "code",
    "send",
)
ONLY: Mapping[str, tuple[str, frozenset[str]]] = {
    "knows": ("refer.for", frozenset({"other"})),
    "against": ("refer.about", frozenset({Category.COMPLAINT})),
    "age": ("refer.about", frozenset({Category.TRAFFICKING, Category.PROTECTION})),
}
"""Questions that are put after some answers only: by slot, those answers."""
HERE = ("hours", "word", "stop")
"""Asked of those who choose to be written to."""
MORE = ("word", "stop")
"""Asked of the others where they press for more protection in the summary."""
DEFAULTS: Mapping[str, str] = {
    "for": "me",
    "knows": "skip",
    "about": "other",
    "against": "skip",
    "age": "skip",
    "place": "skip",
    "country": "skip",
    "urgent": "soon",
    "contact": "code",
    "hours": Hours.ANY,
    "word": "skip",
    "stop": "skip",
    "words": "skip",
    "share": "no",
}
"""What a skipped question means."""

VALUES: Mapping[str, frozenset[str]] = {
    "safe": frozenset({"yes", "no", "leave"}),
    "for": frozenset({"me", "other"}),
    "knows": frozenset({"yes", "no"}),
    "about": frozenset(Category),
    "against": frozenset(),
    "age": frozenset({"young", "adult"}),
    "place": frozenset(),
    "country": frozenset(),
    "urgent": frozenset({"now", "soon", "later"}),
    "contact": frozenset({"code", "here"}),
    "hours": frozenset(Hours),
    "word": frozenset(),
    "stop": frozenset(),
    "words": frozenset({"clear"}),
    "consent": frozenset({"yes", "no"}),
    "share": frozenset({"yes", "no"}),
    "code": frozenset({"show", "no"}),
}

ABOUT: tuple[tuple[Category, Line], ...] = (
    (Category.TRAFFICKING, say("Someone controls or threatens me")),
    (Category.ASYLUM, say("Papers and staying")),
    (Category.RETURN, say("Going home")),
    (Category.STRANDED, say("Stuck on the way")),
    (Category.MEDICAL, say("Health matters")),
    (Category.CHILD, say("A child")),
    (Category.LABOUR, say("Work or pay")),
    (Category.FAMILY, say("Family matters")),
    (Category.PROTECTION, say("Violence or fear")),
    (Category.DETENTION, say("Detained, or not allowed to leave")),
    (Category.COMPLAINT, say("A complaint about staff")),
    (Category.OTHER, say("Something else")),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked and what can be pressed."""

    paragraphs: Paragraphs
    choices: Rows


def order(session: Session) -> tuple[str, ...]:
    """Return the questions of this person, in their order."""
    steps = tuple(one for one in STEPS if _matters(one, session))
    if session.slots.get("refer.contact") == "here":
        at = steps.index("contact") + 1
        return (*steps[:at], *HERE, *steps[at:])
    if session.slots.get("refer.more") == "yes":
        return (*steps[:-1], *MORE, steps[-1])
    return steps


def _matters(step: str, session: Session) -> bool:
    slot, answers = ONLY.get(step, ("", frozenset()))
    return step not in ONLY or session.slots.get(slot) in answers


def choice(step: str, value: str, says: Text) -> Choice:
    """Return the button that answers a step."""
    return Choice(f"refer:{step}:{value}", says)


def ways_out(step: str) -> tuple[Choice, ...]:
    """Return the buttons below a question: skip it where it can be skipped, go back, leave."""
    skip = (choice(step, "skip", say("Skip")),) if step in DEFAULTS else ()
    return (*skip, Choice("refer:back", say("Back")), LEAVE)


def begun(turn: Turn, session: Session) -> Session:
    """Return the session with what the first question must know of where it is asked."""
    return session.put(**{ON_WEB: "yes"}) if turn.channel == WEB else session.drop(ON_WEB)


def safe(session: Session) -> Question:
    """Ask whether the person can write freely; says first who can read this."""
    elsewhere = say(
        "If somebody watches this phone, nothing here can hide from them. "
        "Another phone, the web chat or a call may be better."
    )
    if ON_WEB in session.slots:
        elsewhere = say(
            "If somebody watches this phone, nothing here can hide from them. "
            "Another phone or a call may be better."
        )
    return Question(
        (
            say(
                "Before you write: this chat can be read by the service that carries it "
                "and by anyone who holds this phone. You need not give your name."
            ),
            elsewhere,
            say("Can you write freely now?"),
        ),
        ((choice("safe", "yes", say("Yes")), choice("safe", "no", say("Not now"))), (LEAVE,)),
    )


def for_whom() -> Question:
    """Ask whether it is for the person or for somebody else, whose name is not wanted."""
    return Question(
        (say("Who is it for? Please do not write names."),),
        (
            (
                choice("for", "me", say("For me")),
                choice("for", "other", say("For somebody else")),
            ),
            ways_out("for"),
        ),
    )


def about() -> Question:
    """Ask what it is about; the closest is enough."""
    rows = tuple((choice("about", category, named),) for category, named in ABOUT)
    return Question(
        (say("What is it about? Choose what comes closest."),), (*rows, ways_out("about"))
    )


def against() -> Question:
    """Ask which office a complaint is about; it is not told."""
    return Question(
        (
            say("Which office or organisation is it about? You can type its name, or skip."),
            say("They are not told, and cannot see this."),
        ),
        (ways_out("against"),),
    )


def place(session: Session, tools: Tools, *lines: Text) -> Question:
    """Ask where the person is who needs help; a country is enough."""
    if session.slots.get("refer.for") == "other":
        asks = say("Where is this person? A country is enough. You can also type a town.")
    else:
        asks = say("Where are you? A country is enough. You can also type a town.")
    return Question(lines or (asks,), (*_countries("place", session, tools), ways_out("place")))


def country(session: Session, tools: Tools, *lines: Text) -> Question:
    """Ask for the country before the numbers of a danger; there is never a default number."""
    asks = say("In which country is that? Then I show numbers to call.")
    return Question(lines or (asks,), (*_countries("country", session, tools), ways_out("country")))


def _countries(step: str, session: Session, tools: Tools) -> Rows:
    buttons = [choice(step, code, CountryName(code)) for code in offered(session, tools)]
    return tuple(tuple(buttons[first : first + 3]) for first in range(0, len(buttons), 3))


def urgent(session: Session) -> Question:
    """Ask how soon somebody is needed."""
    if session.slots.get("refer.for") == "other":
        asks, now = say("How soon is somebody needed?"), say("There is danger now")
    else:
        asks, now = say("How soon do you need somebody?"), say("I am in danger now")
    return Question(
        (asks,),
        (
            (choice("urgent", "now", now),),
            (
                choice("urgent", "soon", say("Soon")),
                choice("urgent", "later", say("It can wait")),
            ),
            ways_out("urgent"),
        ),
    )


def contact() -> Question:
    """Ask how the office may answer."""
    return Question(
        (say("How may the office answer you?"),),
        (
            (choice("contact", "code", say("Only when I come back with a number and code")),),
            (choice("contact", "here", say("Also in this chat, with one neutral line")),),
            ways_out("contact"),
        ),
    )


def hours(session: Session, now: datetime) -> Question:
    """Ask in which hours a line may come."""
    buttons = tuple((choice("hours", one, label(one)),) for one in Hours)
    return Question(
        (say("When may one neutral line come here?"), whose(session, now)),
        (*buttons, ways_out("hours")),
    )


def word() -> Question:
    """Ask for a word by which the office can prove that it is the office."""
    return Question(
        (
            say(
                "You can choose a word by which the office can prove that it is really them. "
                "Type it, or skip."
            ),
        ),
        (ways_out("word"),),
    )


def stop() -> Question:
    """Ask for a word that stops all contact when it is typed in place of the code."""
    return Question(
        (
            say(
                "If somebody makes you open your request, you can type a word you choose instead "
                "of the code. It gets the same answer as a wrong code."
            ),
            say(
                "Once you type it there, nothing comes to you, and the code opens nothing until an "
                "officer is sure that it is you."
            ),
            say("Choose such a word now, or skip. Then delete your message with the word."),
        ),
        (ways_out("stop"),),
    )


def words(session: Session) -> Question:
    """Ask for the story, as much or as little as the person likes; what was told stays."""
    if kept := told(session):
        return Question(
            (
                say("You wrote: {words}", words=preview(kept)),
                say("You can write more, or go on."),
            ),
            (
                (
                    choice("words", "skip", say("Go on")),
                    choice("words", "clear", say("Delete it")),
                ),
                (Choice("refer:back", say("Back")), LEAVE),
            ),
        )
    return Question(
        (say("Tell what has happened, as much or as little as you like. Or skip."),),
        (ways_out("words"),),
    )


def told(session: Session) -> str:
    """Return the person's words so far."""
    return typed(session, "words")


def typed(session: Session, step: str) -> str:
    """Return what was typed at a step, which is kept behind a `=`; nothing where it was skipped."""
    return session.slots.get(f"refer.{step}", "").partition("=")[2]


def preview(kept: str) -> str:
    """Return words as they fit a small screen."""
    return kept if len(kept) <= PREVIEW else kept[:PREVIEW] + "…"


def code() -> Question:
    """Offer the secret code."""
    return Question(
        (
            say("Shall I show a secret code once, for 60 seconds?"),
            say(
                "Number and code open the answer on any phone. "
                "Without the code you cannot read it later with the number."
            ),
        ),
        (
            (
                choice("code", "show", say("Show the code")),
                choice("code", "no", say("No code")),
            ),
            ways_out("code"),
        ),
    )
