"""Choose the language, in the languages' own names; switching keeps the thread."""

from dataclasses import replace

from bot.conversation import Choice, Reply, Rows, Session, Tools, Turn, ask, tell
from bot.i18n import Verbatim, say
from handlers import refer
from handlers.menu import LEAVE, menu

CHOICES = ("lang",)
STEPS = ("lang",)
COMMANDS = {"/lang": "lang", "/language": "lang"}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Show the languages, or speak the chosen one from now on."""
    code = (turn.choice or "").partition(":")[2] or _named(turn.text, tools)
    if not code:
        return question(session, tools)
    if code not in tools.knowledge.catalogs.languages:
        return tell(
            session, say("This language is not here yet. Choose one of these:"), choices=rows(tools)
        )
    spoken = replace(session, language=code, chosen=True)
    if session.step and session.step.startswith("refer:"):
        return await refer.resume(turn, spoken, tools)
    return Reply(spoken.at_rest(), (menu(tools),))


def question(session: Session, tools: Tools) -> Reply:
    """Ask which language; an intake that is open stays open."""
    reply = ask(session, "lang", say("Hello. Choose a language."), choices=rows(tools))
    if session.step and session.step.startswith("refer:"):
        return replace(reply, session=session)
    return replace(reply, session=session.at_rest())


def rows(tools: Tools) -> Rows:
    """Return the languages by their own names, two in a row."""
    offered = [
        Choice(f"lang:{one.code}", Verbatim(one.name))
        for one in tools.knowledge.catalogs.languages.values()
    ]
    pairs = [tuple(offered[first : first + 2]) for first in range(0, len(offered), 2)]
    return (*pairs, (LEAVE,))


def _named(text: str | None, tools: Tools) -> str | None:
    """Return the language somebody typed behind the command, by its code or its own name."""
    wanted = (text or "").strip().casefold()
    for one in tools.knowledge.catalogs.languages.values():
        if wanted and wanted in (one.code, one.name.casefold()):
            return one.code
    return None
