"""The summary, and what is made of it when it is sent: the request, the number, the code."""

from dataclasses import replace

from bot.conversation import Choice, Message, Reply, Session, Tools, Turn, message, row
from bot.i18n import SOURCE, CountryName, Line, Text, say
from bot.referrals import (
    Address,
    Consent,
    Contact,
    Hours,
    NewCode,
    Particulars,
    Receipt,
    Request,
    made_code,
    spaced_code,
    spaced_reference,
)
from handlers.leave import SENT
from handlers.menu import LEAVE, MENU, PERSON
from handlers.numbers import numbers
from handlers.refer.questions import ABOUT, MORE, Question, order, preview
from handlers.refer.receivers import category, office_name, particulars, urgency
from handlers.when import hours_of, label, zone


def summary(session: Session, tools: Tools) -> Question:
    """Show what will be sent, and to whom, before anything is."""
    told = particulars(session)
    about = dict(ABOUT)[category(session)]
    lines: list[Text] = [say("About: {what}", what=about)]
    if told.words:
        lines.append(say("You wrote: {words}", words=preview(told.words)))
    lines.append(_place(told))
    lines += _answer(session)
    office = office_name(session.slots["refer.office"], tools)
    return Question(
        (say("This will be sent to {office}:", office=office), lines),
        (
            row(Choice("refer:send", say("Send")), Choice("refer:back", say("Change"))),
            () if _asked_all(session) else (Choice("refer:more:yes", say("More protection")),),
            (LEAVE,),
        ),
    )


def _place(told: Particulars) -> Line:
    if told.country is None:
        return say("Place: not said")
    country = CountryName(told.country)
    if told.place:
        return say("Place: {place}, {country}", place=told.place, country=country)
    return say("Place: {place}", place=country)


def _asked_all(session: Session) -> bool:
    return set(MORE) <= set(order(session))


def _answer(session: Session) -> list[Text]:
    here, coded = _here(session), session.slots.get("refer.code") != "no"
    if not here and coded:
        return [say("Answer: only with number and code")]
    if not here:
        return [say("Answer: you cannot read one later, since you chose no code")]
    hours = say("Hours: {hours}", hours=label(_hours(session)))
    if coded:
        return [say("Answer: with number and code, and one neutral line in this chat"), hours]
    return [say("Answer: one neutral line in this chat, and a button below it"), hours]


def _here(session: Session) -> bool:
    return session.slots.get("refer.contact") == "here"


def _hours(session: Session) -> Hours:
    return hours_of(session.slots.get("refer.hours", Hours.ANY))


def code(session: Session, tools: Tools) -> NewCode | None:
    """Return a new code where the person wants to see one.

    Raises:
        Slow: it is being hashed; the handler is called again.
    """
    if session.slots.get("refer.code") != "show":
        return None
    return tools.outside.result("new-code", lambda: made_code(tools.keys))


def request(turn: Turn, session: Session) -> Request:
    """Return what the person asks for, as the summary showed it."""
    here = _here(session)
    to = Address(turn.person, turn.channel, turn.address, _hours(session), zone(session))
    stop = session.slots.get("refer.stop", "skip")
    return Request(
        category=category(session),
        urgency=urgency(session),
        language=session.language or SOURCE,
        consent=Consent(
            office=session.slots.get("refer.consent") == "yes",
            partner=session.slots.get("refer.share") == "yes",
            contact=Contact.HERE if here else Contact.CODE,
        ),
        particulars=particulars(session),
        answer_to=to if here else None,
        stop_check=None if stop == "skip" else bytes.fromhex(stop),
    )


def sent(receipt: Receipt, session: Session, tools: Tools) -> Reply:
    """Say that it is there, with its number and code, and whom to call until somebody answers."""
    number = say("Your number: {number}", number=spaced_reference(receipt.reference))
    arrived = say("Your request has arrived.")
    lines: list[Text | list[Text]] = [arrived, number]
    if receipt.code:
        lines = [
            arrived,
            [number, say("Your code: {code}", code=spaced_code(receipt.code))],
            say("Write them down somewhere else if you can. They disappear in 60 seconds."),
        ]
    first = replace(message(*lines), reference=receipt.reference, code=receipt.code)
    return Reply(over(session).put(**{SENT: "yes"}), (first, _until_then(session, tools)))


def _until_then(session: Session, tools: Tools) -> Message:
    shown: list[Text | list[Text]] = [say("Until they answer, you can call:")]
    if session.country:
        shown += [list(one) for one in numbers(tools, session.country)]
    else:
        shown = [say("You can ask here for an office or a number at any time.")]
    shown.append(
        say("You can delete what stands in this chat now. A few harmless messages stay instead.")
    )
    return message(
        *shown,
        choices=(
            row(Choice("near", say("Find an office")), Choice("receipt", say("My number"))),
            row(PERSON, MENU),
            (Choice(LEAVE.id, say("Leave, and delete this chat's messages")),),
        ),
    )


def not_sent(session: Session, tools: Tools) -> Reply:
    """Say that nothing was sent, with the numbers of the country instead."""
    shown: list[Text | list[Text]] = [say("Nothing was sent.")]
    if session.country:
        shown += [list(one) for one in numbers(tools, session.country)]
    body = message(
        *shown,
        choices=((Choice("near", say("Find an office")),), row(PERSON, MENU), (LEAVE,)),
    )
    return Reply(over(session), (body,))


def over(session: Session) -> Session:
    """Return the session without any answer or question, where the request ends."""
    return session.without("refer.").drop("place", "town", "named").at_rest()
