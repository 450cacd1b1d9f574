"""Tell a person how their request is going, from the number and the code they were given.

The two are the only key; nobody is asked who they are.  A wrong code, an unknown number and an
erased request get the same words after the same time, so that a phone in the wrong hands learns
nothing.  The person's own text is never shown.
"""

from datetime import datetime, timedelta

from bot.conversation import Choice, Reply, Rows, Session, Tools, Turn, ask, row, tell
from bot.i18n import Line, Text, Verbatim, say
from bot.referrals import (
    CODE_DIGITS,
    ENDED,
    REFERENCE_DIGITS,
    TRIES_A_DAY,
    Address,
    Author,
    BadReference,
    CaseMessage,
    Referral,
    State,
    checked_reference,
    reader_key,
)
from bot.understanding import digits
from handlers import danger
from handlers.menu import LEAVE, MENU, PERSON, menu

CHOICES = ("receipt",)
STEPS = ("receipt",)
COMMANDS = {"/number": "receipt"}

BOTH = REFERENCE_DIGITS + CODE_DIGITS
NUMBER, CODE, WORDS = "receipt:number", "receipt:code", "receipt:words"
OPEN_FOR = timedelta(minutes=10)
WRONG = say("That does not match. Check both and send them again.")
OUT: Rows = (row(PERSON, MENU), (LEAVE,))
WAYS: Rows = ((Choice("receipt", say("My number")),), *OUT)


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Ask for number and code, then show where the request stands and what can be done."""
    match turn.choice:
        case None:
            return await _typed(turn, session, tools)
        case "receipt":
            return await _start(turn, session, tools)
        case "receipt:contact" | "receipt:write" | "receipt:erase" | "receipt:erase:yes":
            return await _act(turn, session, tools)
        case _:
            return Reply(session.at_rest(), (menu(tools),))


async def _start(turn: Turn, session: Session, tools: Tools) -> Reply:
    if turn.text:
        return await _typed(turn, session, tools)
    unread = await tools.referrals.store.linked(turn.person, unread=True)
    if unread:
        return await _news(unread[0], session, tools)
    return _ask_number(session)


async def _news(referral: Referral, session: Session, tools: Tools) -> Reply:
    """Show what is new to a person who was told so here; with the code, where there is one."""
    if await tools.referrals.store.check_of(referral.reference) is None:
        return await _show(referral, session, tools)
    return _ask_code(session.put(receipt=referral.reference), say("The code, please."))


def _ask_number(session: Session, *lines: Text) -> Reply:
    asked = lines or (say("Your number, please."),)
    return ask(session.drop("receipt"), NUMBER, *asked, choices=OUT)


def _ask_code(session: Session, *lines: Text) -> Reply:
    return ask(session, CODE, *(lines or (say("And the code."),)), choices=OUT)


async def _typed(turn: Turn, session: Session, tools: Tools) -> Reply:
    if session.step == WORDS and turn.text:
        return await _write_back(turn.text, turn, session, tools)
    if danger.sounds(turn, session):
        return await danger.handle(turn, session, tools)
    typed = digits(turn.text or "") or ""
    if session.step == CODE and len(typed) == CODE_DIGITS:
        return await _check(session.slots.get("receipt", ""), typed, turn, session, tools)
    if session.step == CODE and len(typed) not in (REFERENCE_DIGITS, BOTH):
        return _ask_code(session, say("The code has twelve digits. Please send it again."))
    if len(typed) not in (REFERENCE_DIGITS, BOTH):
        return _ask_number(session, say("The number has eight digits. Please send it again."))
    reference, code = typed[:REFERENCE_DIGITS], typed[REFERENCE_DIGITS:]
    try:
        checked_reference(reference)
    except BadReference:
        return _ask_number(session, say("That number does not fit. Check it and send it again."))
    if code:
        return await _check(reference, code, turn, session, tools)
    return _ask_code(session.put(receipt=reference))


async def _check(reference: str, code: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    store = tools.referrals.store
    if await store.failures(turn.person, tools.now) >= TRIES_A_DAY:
        return tell(
            session.drop("receipt"),
            say("There were too many tries here today. Please wait a day, or use another chat."),
            choices=OUT,
        )
    check, locked = await store.check_of(reference), await store.reader(reference)
    reader = tools.outside.result(
        f"code {reference} {code} {check!r}",
        lambda: reader_key(tools.keys, code, check, locked),
    )
    referral = await store.by_reference(reference)
    if reader is None or referral is None:
        await store.failed(turn.person, tools.now)
        return _ask_number(session, WRONG)
    return await _show(referral, session, tools, reader)


async def _show(
    referral: Referral, session: Session, tools: Tools, reader: bytes | None = None
) -> Reply:
    """Show where it stands, with the answers that the code opens or that wait without one."""
    messages = await tools.referrals.store.answers(referral, reader)
    await tools.referrals.store.read(referral)
    opened = session.put(receipt=referral.reference, opened=tools.now.isoformat())
    return tell(opened, *_told(referral, messages), choices=_ways(referral))


def _ways(referral: Referral) -> Rows:
    erase = Choice("receipt:erase", say("Withdraw and erase"))
    if referral.state in ENDED:
        return ((erase,), *OUT)
    return (
        row(
            Choice("receipt:write", say("Answer")),
            Choice("receipt:contact", say("Write to me here")),
        ),
        (erase,),
        *OUT,
    )


def _told(referral: Referral, messages: tuple[CaseMessage, ...]) -> list[Text | list[Text]]:
    lines: list[Text | list[Text]] = [
        say("Received on {moment} (UTC).", moment=referral.created),
        in_words(referral.state),
    ]
    for one in messages:
        if one.author is Author.OFFICE and not one.text:
            lines.append(say("On {moment} (UTC) an officer wrote.", moment=one.at))
        elif one.author is Author.OFFICE:
            lines.append(
                [say("On {moment} (UTC) an officer wrote:", moment=one.at), Verbatim(one.text)]
            )
        else:
            lines.append(say("On {moment} (UTC) you wrote to them.", moment=one.at))
    return lines


def in_words(state: State) -> Line:
    """Say a state the way a caseworker would say it to the person."""
    match state:
        case State.WAITING:
            return say("It is waiting for an officer to take it.")
        case State.CLAIMED:
            return say("An officer has taken it and is working on it.")
        case State.ANSWERED:
            return say("An officer has answered.")
        case State.OFFERED:
            return say("It was offered to a partner organisation. They have not answered yet.")
        case State.ACCEPTED:
            return say("A partner organisation has taken it.")
        case State.CLOSED:
            return say("It is closed. You can make a new one at any time.")
        case State.WITHDRAWN:
            return say("You withdrew it. Its words will be erased.")


async def _opened(session: Session, tools: Tools) -> Referral | None:
    """Return the request whose number and code were right in the last ten minutes."""
    since = session.slots.get("opened")
    if since is None or tools.now - datetime.fromisoformat(since) > OPEN_FOR:
        return None
    return await tools.referrals.store.by_reference(session.slots.get("receipt", ""))


async def _act(turn: Turn, session: Session, tools: Tools) -> Reply:
    referral = await _opened(session, tools)
    if referral is None:
        return _ask_number(session.drop("opened"))
    if referral.state in ENDED and turn.choice in ("receipt:write", "receipt:contact"):
        return await _show(referral, session, tools)
    match turn.choice:
        case "receipt:write":
            return ask(session, WORDS, say("Write to the office, in one message."), choices=WAYS)
        case "receipt:contact":
            to = Address(turn.person, turn.channel, turn.address)
            await tools.referrals.answer_here(referral, to)
            return tell(
                session,
                say("From now on one plain line comes here when there is something new."),
                choices=WAYS,
            )
        case "receipt:erase:yes":
            await tools.referrals.withdraw(referral)
            return tell(session.drop("receipt", "opened"), _withdrawn(referral), choices=WAYS)
        case _:
            return tell(
                session,
                say("This withdraws the request and erases it. It cannot be undone."),
                choices=((Choice("receipt:erase:yes", say("Yes, erase")),), *OUT),
            )


def _withdrawn(referral: Referral) -> Line:
    if referral.state is State.WAITING or referral.state in ENDED:
        return say("It is erased.")
    return say("It is withdrawn. The office is told, and it will be erased.")


async def _write_back(text: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    referral = await _opened(session, tools)
    if referral is None or referral.state in ENDED:
        return _ask_number(session.drop("opened"))
    await tools.referrals.write_back(referral, text)
    has_it = say("The office has it.")
    if danger.sounds(turn, session):
        return (await danger.handle(turn, session, tools)).first(has_it)
    return tell(session, has_it, choices=WAYS)
