"""What this chat is, who is behind it, and what it keeps."""

from bot.conversation import Choice, Reply, Session, Tools, Turn, row, tell
from bot.i18n import say
from handlers.menu import LEAVE, MENU, PERSON

CHOICES = ("about",)
STEPS = ()
COMMANDS = {"/about": "about"}

PRIVACY = "about.privacy"


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Say what this is in a few sentences, and lead to what it keeps."""
    read = (Choice(f"article:{PRIVACY}", say("What this chat keeps")),)
    return tell(
        session,
        say("This chat gives checked information and passes your request to an office."),
        say(
            "It is not part of the International Organization for Migration (IOM). "
            "It tells what IOM and others do, and where their own pages are."
        ),
        say("A person in an office reads what you send to it. A program finds the texts."),
        choices=(
            read if PRIVACY in tools.knowledge.library.ids() else (),
            row(Choice("erase", say("Erase what is kept about me"))),
            row(PERSON, MENU),
            (LEAVE,),
        ),
    )
