"""The summary, and what is made of it when it is sent: the request, the number, the code."""

from dataclasses import replace

from bot.conversation import Choice, Reply, Session, Tools, Turn, message, row
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
    may_share,
    spaced_code,
    spaced_reference,
)
from handlers.leave import SENT
from handlers.menu import LEAVE, MENU, PERSON
from handlers.numbers import numbers
from handlers.refer import other, young
from handlers.refer.meanwhile import until_then
from handlers.refer.naming import office_name
from handlers.refer.questions import ABOUT, MORE, Question, order, preview
from handlers.refer.receivers import category, particulars, urgency
from handlers.refer.wishes import said, wishes_of
from handlers.when import hours_of, label, zone


def summary(session: Session, tools: Tools) -> Question:
    """Show what will be sent, and to whom, before anything is."""
    told = particulars(session)
    about = dict(ABOUT)[category(session)]
    lines: list[Text] = [say("About: {what}", what=about)]
    if told.words:
        lines.append(say("You wrote: {words}", words=preview(told.words)))
    lines += [*_against(told), *other.said(session), *young.said(session)]
    lines.append(_place(told))
    lines += _answer(session)
    lines += said(wishes_of(session), tools)
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


def _against(told: Particulars) -> list[Line]:
    return [say("The complaint is about: {name}", name=told.against)] if told.against else []


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
            partner=session.slots.get("refer.share") == "yes"
            and may_share(category(session), other.whose(session)),
            contact=Contact.HERE if here else Contact.CODE,
        ),
        particulars=particulars(session),
        answer_to=to if here else None,
        stop_check=None if stop == "skip" else bytes.fromhex(stop),
        wishes=wishes_of(session),
        young=young.is_young(session),
        whose=other.whose(session),
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
    after = over(session).put(**{SENT: "yes"})
    return Reply(after, (first, until_then(category(session), session, tools)))


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
