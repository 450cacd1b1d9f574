"""Quick exit: from every state, in every language, by button, `0`, word or command.

What is remembered goes first, in the same transaction; the channel then deletes what it lets
delete; what stays on the screen is a harmless line that has nothing to do with this chat.
"""

import secrets

from bot.conversation import Reply, Session, Tools, Turn, message
from bot.i18n import Line, say

CHOICES = ("leave",)
STEPS = ()
COMMANDS = {"/clear": "leave", "/exit": "leave", "/stop": "leave", "/quit": "leave"}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Forget the chat and leave a harmless line."""
    left = Session(language=session.language, chosen=session.chosen)
    return Reply(left, (message(secrets.choice(decoys())),), wipe=True, forget=True)


def decoys() -> tuple[Line, ...]:
    """Return lines of a phrase book and a kitchen: nothing that somebody might act on."""
    return (
        say("Three ways to say thank you: merci, gracias, شكرا."),
        say("A simple bread: flour, water, salt, a little oil. Rest it for an hour."),
        say("One foot is about 30 centimetres. One mile is about 1.6 kilometres."),
        say("Three ways to say good morning: bonjour, buenos días, صباح الخير."),
    )
