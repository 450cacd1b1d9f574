"""How a request is shown to the person who holds its number and code; never their own text."""

from datetime import datetime

from bot.conversation import Choice, Reply, Rows, Session, Tools, Turn, row, tell
from bot.i18n import Line, Text, Verbatim, say
from bot.privacy import Reason
from bot.referrals import (
    ENDED,
    Author,
    Case,
    Category,
    Referral,
    State,
    may_ask_again,
)
from handlers.menu import LEAVE, MENU, PERSON
from handlers.receipt.history import history
from handlers.receipt.judging import HELPED, LACKS, MISSING
from handlers.refer.naming import office_name
from handlers.when import day, moment, unknown_clock

OUT: Rows = (row(PERSON, MENU), (LEAVE,))
WAYS: Rows = ((Choice("receipt", say("My number")),), *OUT)
HERE = Choice("receipt:contact", say("Write to me here"))
AGAIN = row(
    Choice("receipt:contact:again", say("Yes, write here again")),
    Choice("receipt:contact:no", say("No, do not write here")),
)


async def show(
    referral: Referral, turn: Turn, session: Session, tools: Tools, reader: bytes | None = None
) -> Reply:
    """Show where it stands, with the answers that the code opens or that wait without one."""
    store = tools.referrals.store
    messages = await store.answers(referral, reader)
    await store.read(referral)
    lines = told(Case(referral, await store.events(referral), messages), session)
    if referral.state not in ENDED:
        lines.insert(2, say("It is with: {office}.", office=office_name(referral.office, tools)))
    if referral.state is not State.CLOSED:
        lines += unknown_clock(session, tools.now)
    allowed = await store.contacts.allowed(referral, turn.person)
    asks = False
    if allowed is not None and not allowed.confirmed and referral.state not in ENDED:
        asks = may_ask_again(allowed, tools.now)
        never = say("I will not write here again, unless you choose it anew.")
        lines.append(say("May I write to you here again?") if asks else never)
    opened = session.put(receipt=referral.reference, opened=tools.now.isoformat())
    return tell(opened, *lines, choices=ways(referral, asks=asks))


def ways(referral: Referral, *, asks: bool = False) -> Rows:
    """Return what can be done with a request that is open before the person."""
    if referral.state is State.WITHDRAWN:
        return OUT
    asked = (HELPED,) if not referral.judged else LACKS if referral.lacking else ()
    erase = Choice("receipt:erase", say("Withdraw and erase"))
    if referral.state in ENDED:
        return (*asked, (erase,), *OUT)
    write = Choice("receipt:write", say("Answer"))
    if asks:
        return (AGAIN, row(write, erase), _sharing(referral), *OUT)
    return (row(write, HERE), (erase, *_sharing(referral)), *OUT)


def _sharing(referral: Referral) -> tuple[Choice, ...]:
    """Return the button that changes whether a partner may have it."""
    if referral.consent.partner:
        return (Choice("receipt:share:no", say("Do not pass it on")),)
    if referral.category is Category.COMPLAINT:
        return ()
    return (Choice("receipt:share", say("Let them pass it on")),)


def told(case: Case, session: Session) -> list[Text | list[Text]]:
    """Return what happened, where it stands and what was written; once closed with days alone."""
    referral, closed = case.referral, case.referral.state is State.CLOSED

    def when(at: datetime) -> Line:
        return day(at) if closed else moment(at, session)

    lines: list[Text | list[Text]] = [
        [
            say("Received on {moment}.", moment=when(referral.created)),
            *history(case.events, when),
        ],
        in_words(referral.state),
    ]
    for one in case.messages:
        at = when(one.at)
        if one.author is Author.OFFICE and not one.text:
            lines.append(say("On {moment} an officer wrote.", moment=at))
        elif one.author is Author.OFFICE:
            lines.append([say("On {moment} an officer wrote:", moment=at), Verbatim(one.text)])
        elif one.author is Author.PERSON:
            lines.append(say("On {moment} you wrote to them.", moment=at))
    if closed and not referral.judged:
        lines.append(say("Did it help you? You need not answer."))
    elif closed and referral.lacking:
        lines.append(MISSING)
    return lines


def in_words(state: State) -> Line:
    """Say a state the way a caseworker would say it to the person."""
    match state:
        case State.WAITING:
            return say("Your request is waiting for an officer to take it.")
        case State.CLAIMED:
            return say("An officer has taken your request and is working on it.")
        case State.ANSWERED:
            return say("An officer has answered.")
        case State.OFFERED:
            return say(
                "Your request was offered to a partner organisation. They have not answered yet."
            )
        case State.ACCEPTED:
            return say("A partner organisation has taken your request.")
        case State.CLOSED:
            return say("Your request is closed. You can make a new one at any time.")
        case State.WITHDRAWN:
            return say("Your request is withdrawn. Its words will be erased.")


def erased(reason: Reason, session: Session) -> Reply:
    """Say what became of a request that time erased, and what can be done now."""
    return tell(
        session.drop("receipt"),
        _why(reason),
        say("Nothing of it is kept. You can make a new request at any time."),
        choices=OUT,
    )


def _why(reason: Reason) -> Line:
    match reason:
        case Reason.CLOSED:
            return say("Your request was closed, and erased some time later.")
        case Reason.UNCLAIMED:
            return say("No office took your request in time, and it was erased. We are sorry.")
        case Reason.UNFINISHED:
            return say(
                "The office did not finish in time, and your request was erased. We are sorry."
            )
