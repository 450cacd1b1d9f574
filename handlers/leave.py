"""Quick exit: from every state, in every language, by button, `0`, word or command.

What is remembered goes first, in the same transaction, with all that was said; the channel then
deletes what it lets delete, and a job goes on with it for 48 hours; what stays on the screen has
nothing to do with this chat.  `/stop` takes the address of this chat away too.
"""

import secrets

from bot.conversation import Reply, Session, Tools, Turn, message
from bot.i18n import Line, say

CHOICES = ("leave",)
STEPS = ()
COMMANDS = {"/clear": "leave", "/exit": "leave", "/stop": "leave:stop", "/quit": "leave"}

SENT = "sent"
"""The slot that tells that a request was sent in this chat."""
FEW = 3
"""Messages that stay after a request was sent: a chat with nothing in it is asked about."""


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Forget the chat and leave a harmless line, or a few."""
    if turn.choice == "leave:stop":
        await tools.referrals.store.contacts.forget_person(turn.person)
    left = Session(language=session.language, chosen=session.chosen)
    shown = _some(FEW if SENT in session.slots else 1)
    return Reply(left, tuple(message(line) for line in shown), wipe=True, forget=True)


def _some(number: int) -> list[Line]:
    return secrets.SystemRandom().sample(decoys(), number)


def decoys() -> tuple[Line, ...]:
    """Return lines of a phrase book, a kitchen and a table of units, bundled with the program.

    Nothing that somebody might act on: no weather, no rates, no news.
    """
    return (
        say("Three ways to say thank you: merci, gracias, شكرا."),
        say("Three ways to say good morning: bonjour, buenos días, صباح الخير."),
        say("Three ways to say goodbye: au revoir, adiós, مع السلامة."),
        say("Three ways to say please: s'il vous plaît, por favor, من فضلك."),
        say("Three words for bread: pain, pan, خبز."),
        say("One to five in Spanish: uno, dos, tres, cuatro, cinco."),
        say("A simple bread: flour, water, salt, a little oil. Rest it for an hour."),
        say("Lentil soup: red lentils, an onion, a carrot, cumin. Cook it for half an hour."),
        say("Tomato salad: tomatoes, an onion, oil, lemon, a little mint."),
        say("Rice: one cup of rice, two cups of water, a little salt. Cover it for 15 minutes."),
        say("Mint tea: green tea, fresh mint, sugar. Leave it for five minutes."),
        say("One foot is about 30 centimetres. One mile is about 1.6 kilometres."),
        say("One pound is about 450 grams. One ounce is about 28 grams."),
        say("One cup is about 240 millilitres. A tablespoon is about 15 millilitres."),
    )
