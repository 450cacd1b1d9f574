"""Tell a person how their request is going, from the number and the code they were given.

The two are the only key; nobody is asked who they are, and nothing shows before them.
"""

from datetime import datetime, timedelta

from bot.conversation import Choice, Reply, Session, Tools, Turn, again, ask, tell
from bot.i18n import Line, Text, say
from bot.referrals import (
    CODE_DIGITS,
    ENDED,
    REFERENCE_DIGITS,
    Referral,
    State,
)
from bot.understanding import digits
from handlers import danger
from handlers.menu import menu
from handlers.receipt import secret
from handlers.receipt.helped import helped, lacked
from handlers.receipt.here import HOURS, answer_here
from handlers.receipt.secret import (
    WRONG,
    alone,
    ask_number,
    is_reference,
    number_and_word,
    secret_of,
)
from handlers.receipt.shown import OUT, WAYS, show
from handlers.receipt.yes import share

__all__ = ["CHOICES", "COMMANDS", "STEPS", "alone", "handle", "number_and_word"]

CHOICES = ("receipt",)
STEPS = ("receipt",)
COMMANDS = {"/number": "receipt"}

BOTH = REFERENCE_DIGITS + CODE_DIGITS
CODE, WORDS = "receipt:code", "receipt:words"
OPEN_FOR = timedelta(minutes=10)
ACTS = ("contact", "write", "erase", "share", "helped", "lack")


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Ask for number and code, then show where the request stands and what can be done."""
    if turn.choice is None:
        return await _typed(turn, session, tools)
    _, _, act = turn.choice.partition(":")
    if not act:
        return await _start(turn, session, tools)
    if act.partition(":")[0] in ACTS:
        return await _act(act, turn, session, tools)
    return Reply(session.at_rest(), (menu(tools),))


async def _start(turn: Turn, session: Session, tools: Tools) -> Reply:
    if turn.text:
        return await _typed(turn, session, tools)
    unread = await tools.referrals.store.linked(turn.person, unread=True)
    if unread:
        return await _news(unread[0], turn, session, tools)
    return ask_number(session)


async def _news(referral: Referral, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Show what is new to a person who was told so here; with the code, where there is one."""
    if await tools.referrals.store.check_of(referral.reference) is None:
        return await show(referral, turn, session, tools)
    return _ask_code(session.put(receipt=referral.reference), say("The code, please."))


def _ask_code(session: Session, *lines: Text) -> Reply:
    return ask(session, CODE, *(lines or (say("And the code."),)), choices=OUT)


async def _typed(turn: Turn, session: Session, tools: Tools) -> Reply:
    if session.step == WORDS and turn.text:
        return await _write_back(turn.text, turn, session, tools)
    if session.step == HOURS:
        return again(session, say("Please choose one of these:"))
    if danger.sounds(turn, session):
        return await danger.handle(turn, session, tools)
    text, reference = turn.text or "", session.slots.get("receipt", "")
    if session.step == CODE and reference and (typed := secret_of(text)):
        return await secret.check(reference, typed, turn, session, tools)
    if both := number_and_word(text):
        return await secret.check(*both, turn, session, tools)
    if stopped := await alone(turn, session, tools):
        return stopped
    return await _numbers(digits(text) or "", turn, session, tools)


async def _numbers(typed: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Take a number, a code or both, as digits; a typing error costs no try."""
    if len(typed) == CODE_DIGITS:
        # Without its number it is refused as any unknown code.
        return await secret.check("", typed, turn, session, tools)
    if session.step == CODE and len(typed) not in (REFERENCE_DIGITS, BOTH):
        return _ask_code(session, say("The code has twelve digits. Please send it again."))
    if len(typed) not in (REFERENCE_DIGITS, BOTH):
        return ask_number(session, say("The number has eight digits. Please send it again."))
    reference, code = typed[:REFERENCE_DIGITS], typed[REFERENCE_DIGITS:]
    if not is_reference(reference):
        return ask_number(session, WRONG)
    if code:
        return await secret.check(reference, code, turn, session, tools)
    return _ask_code(session.put(receipt=reference))


async def _opened(session: Session, tools: Tools) -> Referral | None:
    """Return the request whose number and code were right in the last ten minutes."""
    since = session.slots.get("opened")
    if since is None or tools.now - datetime.fromisoformat(since) > OPEN_FOR:
        return None
    referral = await tools.referrals.store.by_reference(session.slots.get("receipt", ""))
    return None if referral is None or referral.do_not_contact else referral


async def _act(act: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    referral = await _opened(session, tools)
    if referral is None:
        return ask_number(session.drop("opened"))
    step, _, value = act.partition(":")
    if step in ("helped", "lack"):
        said = await (helped if step == "helped" else lacked)(value, referral, session, tools)
        return said or await show(referral, turn, session, tools)
    if referral.state in ENDED and step != "erase":
        return await show(referral, turn, session, tools)
    match step:
        case "write":
            return ask(session, WORDS, say("Write to the office, in one message."), choices=WAYS)
        case "contact":
            return await answer_here(value, referral, turn, session, tools)
        case "share":
            return await share(value, referral, session, tools)
        case _:
            return await _erase(referral, turn, session, tools, sure=value == "yes")


async def _erase(
    referral: Referral, turn: Turn, session: Session, tools: Tools, *, sure: bool
) -> Reply:
    if sure:
        left = await tools.referrals.withdraw(referral)
        await tools.unit.empty_replies(turn.person)
        return tell(session.drop("receipt", "opened"), _withdrawn(left), choices=WAYS)
    return tell(
        session,
        say("This withdraws the request and erases it. It cannot be undone."),
        choices=((Choice("receipt:erase:yes", say("Yes, erase")),), *OUT),
    )


def _withdrawn(left: State | None) -> Line:
    if left is None:
        return say("It is erased.")
    return say("It is withdrawn. The office is told, and it will be erased.")


async def _write_back(text: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    referral = await _opened(session, tools)
    if referral is None or referral.state in ENDED:
        return ask_number(session.drop("opened"))
    await tools.referrals.write_back(referral, text)
    has_it = say("The office has your message.")
    if danger.sounds(turn, session):
        return (await danger.handle(turn, session, tools)).first(has_it)
    return tell(session, has_it, choices=WAYS)
