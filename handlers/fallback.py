"""What nobody else understands: a kind line, and where we are."""

from bot.conversation import Reply, Session, Tools, Turn, Unreadable, again
from bot.i18n import Line, say
from handlers import refer
from handlers.menu import menu

CHOICES = ("unknown",)
STEPS = ()
COMMANDS: dict[str, str] = {}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Say what could not be read, then the open question or the menu.

    Who was away from a request for long is asked anew: what they wrote may stand in the question.
    """
    if turn.unreadable is Unreadable.BLOCKED:
        await tools.unit.erase_chat(turn.person)
        return Reply(session, (), forget=True)
    line = _sorry(turn.unreadable)
    if refer.left_open(session, tools.now):
        return (await refer.resume(turn, session, tools)).first(line)
    if session.step:
        return again(session, line)
    return Reply(session, (menu(tools, line),))


def _sorry(unreadable: Unreadable | None) -> Line:
    match unreadable:
        case Unreadable.MEDIA:
            return say("I cannot open pictures or voice yet. Please write, or choose:")
        case Unreadable.CONTACT:
            return say("Please do not send contacts. I do not keep them. Please write, or choose:")
        case Unreadable.EDIT:
            return say("I do not see changes to old messages. Please send it again, or choose:")
        case Unreadable.TOO_LONG:
            return say("This message is too long. Please send it in shorter parts, or choose:")
        case Unreadable.BLOCKED | None:
            return say("I did not understand. You can type a question, or choose:")
