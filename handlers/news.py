"""The one neutral line that comes unasked, to a person who chose to be written to in this chat.

It says nothing about what it is; what is new shows after the button.
"""

from bot.conversation import Choice, Reply, Session, Tools, Turn, message
from bot.i18n import say

CHOICES = ("news",)
STEPS = ()
COMMANDS: dict[str, str] = {}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Say that there is something new, beside whatever question is open."""
    return line(session)


def line(session: Session) -> Reply:
    """Return the one line; it has no words but these, whatever it is about."""
    said = message(
        say("There is something new for you."), choices=((Choice("receipt", say("Open")),),)
    )
    return Reply(session, (said,), beside=True)
