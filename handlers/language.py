"""Choose the language, in the languages' own names; switching keeps the thread."""

from dataclasses import replace

from bot.conversation import Choice, Reply, Rows, Session, Tools, Turn, message
from bot.i18n import Text, Verbatim, say
from handlers import nearby, receipt, refer
from handlers.menu import LEAVE, menu
from handlers.whereabouts import ask_country

CHOICES = ("lang",)
STEPS = ()
COMMANDS = {"/lang": "lang", "/language": "lang"}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Show the languages, or speak the chosen one from now on."""
    code = (turn.choice or "").partition(":")[2] or named(turn.text, tools)
    if not code:
        return question(session, tools)
    if code not in tools.knowledge.catalogs.languages:
        return question(session, tools, say("This language is not here yet. Choose one of these:"))
    return await _resumed(turn, replace(session, language=code, chosen=True), tools)


async def _resumed(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Put the question that was open once more, in the new language; else show the menu."""
    match (session.step or "").partition(":")[0]:
        case "refer":
            return await refer.resume(turn, session, tools)
        case "receipt":
            return await receipt.handle(replace(turn, choice="receipt", text=None), session, tools)
        case "near":
            return nearby.where(session, tools)
        case "country":
            return ask_country(session, tools)
        case _:
            return Reply(session.at_rest(), (menu(tools),))


def question(session: Session, tools: Tools, *lines: Text) -> Reply:
    """Ask which language; a question that is open stays open."""
    asked = lines or (say("Hello. Choose a language."),)
    return Reply(session, (message(*asked, choices=rows(tools)),))


def rows(tools: Tools) -> Rows:
    """Return the languages by their own names, two in a row."""
    offered = [
        Choice(f"lang:{one.code}", Verbatim(one.name))
        for one in tools.knowledge.catalogs.languages.values()
    ]
    pairs = [tuple(offered[first : first + 2]) for first in range(0, len(offered), 2)]
    return (*pairs, (LEAVE,))


def named(text: str | None, tools: Tools) -> str | None:
    """Return the language somebody typed, by its code or its own name."""
    wanted = (text or "").strip().casefold()
    for one in tools.knowledge.catalogs.languages.values():
        if wanted and wanted in (one.code, one.name.casefold()):
            return one.code
    return None
