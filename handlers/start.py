"""The first contact and the menu; dull on purpose until something is asked."""

from bot.conversation import Reply, Session, Tools, Turn
from handlers import language
from handlers.menu import menu

CHOICES = ("start",)
STEPS = ()
COMMANDS = {"/start": "start", "/menu": "start", "/help": "start"}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Ask for the language at the first contact, then show the menu."""
    if not session.chosen:
        return language.question(session, tools)
    return Reply(session.at_rest(), (menu(tools),))
