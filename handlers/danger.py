"""Numbers first: what is said when what somebody wrote sounds like danger.

No lecture, no diagnosis.  The numbers of the country come before any further question; where the
country is not known, that is the one question before them, and there is never a default number.
"""

from dataclasses import replace

from bot.conversation import Choice, Reply, Rows, Session, Tools, Turn, message, row, tell
from bot.directory import Service
from bot.i18n import SOURCE, say
from bot.understanding import Kind, danger, fold, locate
from handlers.menu import LEAVE, MENU, PERSON
from handlers.numbers import HELP, link, numbers
from handlers.whereabouts import ask_country

CHOICES = ("danger",)
STEPS = ()
COMMANDS: dict[str, str] = {}

KIND = "danger"
"""The slot that names the kind of danger that was heard."""


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Show the numbers and ask whether it is now; then offer a person."""
    if turn.text is not None:
        session = _placed(turn.text, _heard(turn.text, session), tools)
    asked = (turn.choice or "").partition(":")[2]
    if asked == "no":
        return _not_now(session.drop(KIND))
    if session.country is None and "country" not in session.slots:
        return ask_country(session, tools, then=f"danger:{asked}" if asked else "danger")
    if session.country is None:
        return _without_country(session.drop("country"))
    return _with_numbers(session, tools, confirmed=asked == "yes")


def sounds(turn: Turn, session: Session) -> bool:
    """Tell whether what was written, in answer to whatever question, speaks of danger."""
    return bool(turn.text) and danger(turn.text or "", session.language) is not None


def answered(text: str, session: Session, tools: Tools) -> str | None:
    """Return the choice that a typed yes or no means after numbers were shown; else None."""
    if KIND not in session.slots:
        return None
    language = session.language or SOURCE
    for one in _ask_now()[0]:
        if fold(tools.knowledge.catalogs.render(one.label, language)) == fold(text):
            return one.id
    return None


def _heard(text: str, session: Session) -> Session:
    """Return the session with the kind of danger, until the country is known."""
    kind = danger(text, session.language)
    return session.put(**{KIND: kind}) if kind else session.drop(KIND)


def _service(session: Session) -> Service:
    kind = session.slots.get(KIND, "")
    return HELP[Kind(kind)] if kind in set(Kind) else Service.TRAFFICKING


def _placed(text: str, session: Session, tools: Tools) -> Session:
    """Return the session with the country that the words name, if they name one."""
    found = locate(text, session.language)
    countries = {one.country for one in found.candidates}
    if len(countries) != 1 or not tools.knowledge.directory.in_country(min(countries)):
        return session
    return replace(session, country=min(countries))


def _with_numbers(session: Session, tools: Tools, *, confirmed: bool) -> Reply:
    code, service = session.country or "", _service(session)
    first = say("If you can, call or text a number now. Nobody reads this chat at once.")
    question = () if confirmed else (say("Are you in danger right now?"),)
    shown = message(
        first,
        *numbers(tools, code, service),
        *question,
        choices=_person() if confirmed else _ask_now(),
    )
    return Reply(session.at_rest(), (replace(shown, phone=link(tools, code, service)),))


def _without_country(session: Session) -> Reply:
    return tell(
        session,
        say("Without the country I cannot give you a number. Somebody near you may know it."),
        say("You can still ask for a person."),
        choices=_person(),
    )


def _not_now(session: Session) -> Reply:
    return tell(
        session,
        say("A person in an office can help you think about what to do. You need not give a name."),
        choices=_person(),
    )


def _ask_now() -> Rows:
    return (
        row(Choice("danger:yes", say("Yes")), Choice("danger:no", say("No"))),
        (PERSON,),
        (LEAVE,),
    )


def _person() -> Rows:
    return ((PERSON,), row(Choice("near", say("Find an office")), MENU), (LEAVE,))
