"""Ask for help: few questions, each of which can be skipped; a yes; a summary; then it is sent.

The first question is always whether the person can write freely.  'I am in danger now' shows the
numbers before any further question.  A choice of another step is answered with the open question.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation import Choice, Message, Reply, Session, Tools, Turn, again, message, row
from bot.directory import country_of
from bot.i18n import CountryName, Text, say
from bot.understanding import danger, locate
from handlers import leave
from handlers.menu import LEAVE, MENU, menu
from handlers.numbers import link, numbers
from handlers.refer import questions, receivers, sending
from handlers.refer.questions import DEFAULTS, VALUES, Question
from handlers.refer.questions import STEPS as ORDER
from handlers.whereabouts import chosen, placed

CHOICES = ("refer",)
STEPS = ("refer",)
COMMANDS = {"/person": "refer"}

LONGEST = 4000

PLAIN: Mapping[str, Callable[[], Question]] = {
    "safe": questions.safe,
    "for": questions.for_whom,
    "about": questions.about,
    "urgent": questions.urgent,
    "contact": questions.contact,
    "words": questions.words,
    "share": receivers.share,
    "code": questions.code,
}
"""The questions that are the same for everybody."""


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Start, go on, go back or send."""
    _, _, rest = (turn.choice or "").partition(":")
    step, _, value = rest.partition(":")
    here = (session.step or "").removeprefix("refer:")
    if turn.choice == "refer":
        return await _put("safe", session, tools)
    if not (session.step or "").startswith("refer:"):
        return Reply(session.at_rest(), (menu(tools, say("That question is over. Choose:")),))
    if step == "back":
        return await _back(here, session, tools)
    if turn.choice is not None and step != here:
        return again(session, say("That question is over. Here is where we are:"))
    if step == "send":
        return await sending.send(turn, session, tools)
    return await _answered(here, value, turn, session, tools)


async def resume(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Put the open question once more, such as in another language."""
    return await _put((session.step or "").removeprefix("refer:"), session, tools)


async def _answered(step: str, value: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    if value == "skip" and step in DEFAULTS:
        return await _next(step, _kept(step, DEFAULTS[step], session), tools)
    if step == "place":
        return await _placed(value, turn, session, tools)
    if step == "words" and turn.text:
        return await _next(step, _kept(step, f"={turn.text[:LONGEST]}", session), tools, turn.text)
    if value not in VALUES.get(step, ()):
        return again(session, say("Please choose one of these:"))
    if step == "safe":
        return await _freely(value, turn, session, tools)
    if step == "consent" and value == "no":
        return sending.not_sent(session, tools)
    return await _next(step, _kept(step, value, session), tools)


async def _freely(value: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Go on only where the person can write freely; else numbers, and nothing is stored."""
    if value == "leave":
        return await leave.handle(turn, session, tools)
    if value == "yes":
        return await _next("safe", session, tools)
    dropped = session.without("refer.").at_rest()
    shown: list[Text | list[Text]] = [
        say("Nothing of this is kept. You can come back at any time.")
    ]
    if session.country:
        shown += [list(one) for one in numbers(tools, session.country)]
    ways = (row(Choice("near", say("Numbers and offices")), MENU), (LEAVE,))
    return Reply(dropped, (message(*shown, choices=ways),))


async def _placed(value: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Take a country or a town, typed, pressed or shared; a town is kept as a town."""
    known = tools.knowledge.directory.in_country
    if turn.point is not None and (code := country_of(turn.point)):
        town = f"{turn.point.lat:.1f},{turn.point.lon:.1f}"
        session = replace(session, country=code).put(town=town).drop("place")
        return await _next("place", _kept("place", "said", session), tools)
    if value and known(value):
        session = chosen(session, value)
        return await _next("place", _kept("place", "said", session), tools)
    found = locate(turn.text or "", session.language)
    if found.best is None:
        unknown = say("I do not know this place. Type another town or a country, or skip:")
        return _asked("place", questions.place(session, tools, unknown), session)
    if found.ambiguous:
        countries = tuple(dict.fromkeys(one.country for one in found.candidates))
        return _which(countries, session.put(named=turn.text or ""))
    return await _next("place", _kept("place", "said", placed(session, found.best)), tools)


def _which(countries: tuple[str, ...], session: Session) -> Reply:

    rows = tuple((questions.choice("place", one, CountryName(one)),) for one in countries[:3])
    asked = Question(
        (say("There is more than one place of this name. In which country?"),),
        (*rows, questions.ways_out("place")),
    )
    return _asked("place", asked, session)


async def _next(step: str, session: Session, tools: Tools, said: str | None = None) -> Reply:
    """Put the question after a step, with the numbers above it where there is danger now."""
    following = ORDER[ORDER.index(step) + 1]
    reply = await _put(following, session, tools)
    alarming = step == "urgent" and session.slots.get("refer.urgent") == "now"
    if said is not None:
        alarming = danger(said, session.language) is not None
    if not alarming or not session.country:
        return reply
    above = message(*numbers(tools, session.country))
    above = replace(above, phone=link(tools, session.country))
    return replace(reply, messages=(above, *reply.messages))


async def _back(step: str, session: Session, tools: Tools) -> Reply:
    """Put the question before this one; before the first there is only the menu."""
    position = ORDER.index(step) if step in ORDER else 0
    if position <= 1:
        return Reply(session.without("refer.").at_rest(), (menu(tools),))
    return await _put(ORDER[position - 1], session.drop(f"refer.{ORDER[position - 1]}"), tools)


async def _put(step: str, session: Session, tools: Tools) -> Reply:
    """Put the question of a step."""
    match step:
        case "place":
            return _asked(step, questions.place(session, tools), session)
        case "consent":
            asked, office = await receivers.consent(session, tools)
            return _asked(step, asked, session.put(**{"refer.office": office}))
        case "send":
            return _asked(step, sending.summary(session, tools), session)
        case _:
            return _asked(step, PLAIN[step](), session)


def _asked(step: str, asked: Question, session: Session) -> Reply:
    body: Message = message(*asked.paragraphs, choices=asked.choices)
    return Reply(session.at_step(f"refer:{step}"), (body,))


def _kept(step: str, value: str, session: Session) -> Session:
    return session.put(**{f"refer.{step}": value})
