"""What people type where a button was asked for: the label of a button, or a part of their story.

People answer in several messages and before they are asked; nothing of it may get lost, and
nothing of it is sent before the summary shows it.
"""

from bot.conversation import Reply, Session, Tools
from bot.i18n import SOURCE
from bot.understanding import fold, tokens
from handlers.refer.questions import told

LONGEST = 8000
"""Signs of a whole story: two full messages."""
FEW_WORDS = 3
"""From this many words on a text is a part of the story."""


def pressed(text: str, reply: Reply, tools: Tools) -> str | None:
    """Return the choice of a question whose label was typed; None where it is no label."""
    language = reply.session.language or SOURCE
    for line in reply.messages[-1].choices:
        for one in line:
            label = tools.knowledge.catalogs.render(one.label, language)
            if one.id.startswith("refer:") and fold(label) == fold(text):
                return one.id
    return None


def tells(text: str) -> bool:
    """Tell whether a text says more than a word that no button has."""
    return len(tokens(text)) >= FEW_WORDS


def fits(session: Session, text: str) -> bool:
    """Tell whether the text can be added; nothing is ever cut off in silence."""
    return len(told(session)) + len(text) < LONGEST


def added(session: Session, text: str) -> Session:
    """Return the session with the text behind what the person wrote before."""
    whole = "\n".join(one for one in (told(session), text) if one)
    return session.put(**{"refer.words": f"={whole}"})
