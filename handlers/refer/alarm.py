"""Danger in the middle of a request: the numbers stand above the next question, once.

They are shown when 'danger now' is pressed and when what is written sounds like danger.  Where
the country is not known it is asked first; who skips that is not asked again.
"""

from dataclasses import replace

from bot.conversation import Reply, Session, Tools, message
from bot.directory import Service
from bot.referrals import Category
from bot.understanding import Kind, danger
from handlers.numbers import HELP, link, numbers

NEXT, SHOWN, KIND = "refer.next", "refer.shown", "refer.danger"
"""Slots: the question after the country, for which country numbers were shown, which danger."""
UNKNOWN = "unknown"


def heard(text: str, session: Session) -> bool:
    """Tell whether a text sounds like danger."""
    return danger(text, session.language) is not None


def noted(text: str, session: Session) -> Session:
    """Return the session with the kind of danger that was heard."""
    kind = danger(text, session.language)
    return session.put(**{KIND: kind}) if kind else session


def unknown(session: Session) -> Session:
    """Return the session of a person who does not say the country."""
    return session.put(**{SHOWN: UNKNOWN})


def asked_anew(session: Session) -> Session:
    """Return the session of a person who presses 'danger now': the numbers are always shown."""
    return session.drop(SHOWN)


def is_unknown(session: Session) -> bool:
    """Tell whether the country was asked for and not said."""
    return session.slots.get(SHOWN) == UNKNOWN


def shown(session: Session) -> Session:
    """Return the session after the numbers of its country were shown."""
    return session.put(**{SHOWN: _mark(session)}) if session.country else session


def above(reply: Reply, before: Session, tools: Tools) -> Reply:
    """Return the reply with the numbers above it, unless they were shown or stand in it."""
    country = before.country
    if country is None or before.slots.get(SHOWN) == _mark(before):
        return reply
    lines = numbers(tools, country, _service(before))
    if tuple(lines[0]) in reply.messages[-1].paragraphs:
        return reply
    numbered = replace(message(*lines), phone=link(tools, country, _service(before)))
    return replace(reply, messages=(numbered, *reply.messages))


def _mark(session: Session) -> str:
    return f"{session.country} {_service(session)}"


def _service(session: Session) -> Service:
    """Return which lines help: in the danger that was heard, else in what the request is about."""
    kind = session.slots.get(KIND, "")
    if kind in set(Kind):
        return HELP[Kind(kind)]
    match session.slots.get("refer.about"):
        case Category.CHILD:
            return Service.CHILD
        case Category.MEDICAL:
            return Service.EMERGENCY
        case _:
            return Service.TRAFFICKING
