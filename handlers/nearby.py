"""The nearest place that can really help, and the numbers of the country.

Places of the person's own country come first, then its lines, then its emergency numbers.  A place
across a border is only ever shown as such.  Distances are rounded and go from town to town.
"""

from dataclasses import replace

from bot.conversation import (
    Choice,
    PlaceCard,
    Reply,
    Session,
    Tools,
    Turn,
    ask,
    message,
    row,
)
from bot.directory import (
    BEFORE_TRAVEL,
    Found,
    Kind,
    Point,
    Query,
    Service,
    country_of,
    nearest,
    rounded_km,
)
from bot.i18n import CountryName, Text, Verbatim, say
from bot.understanding import Candidate, Verdict, locate, verdict
from handlers import danger, place, topics
from handlers.menu import LEAVE, MENU, PERSON
from handlers.numbers import emergency
from handlers.other_language import also_in
from handlers.whereabouts import ask_country, chosen, offered, pinned, placed, point_of

CHOICES = ("near",)
STEPS = ("near",)
COMMANDS = {"/office": "near"}

SHOWN = 3
OTHERS = (
    (Service.LEGAL, say("Legal help")),
    (Service.HEALTH, say("Health care")),
    (Service.SHELTER, say("A place to sleep")),
    (Service.RETURN, say("Going home")),
)
UNCLEAR = 3


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Take a town, a country or a location, and show what is near; else ask where the person is."""
    wanted = (turn.choice or "").partition(":")[2]
    if wanted.startswith("country:"):
        return _in_country(wanted.partition(":")[2], session, tools)
    if wanted or turn.choice == "near":
        session = session.put(service=wanted) if _service(wanted) else session.drop("service")
    if turn.point is not None:
        return _at(turn.point, session, tools)
    if turn.text and danger.sounds(turn, session):
        return await danger.handle(turn, session, tools)
    if turn.text:
        return _typed(turn.text, session, tools)
    if session.country and wanted:
        return shown(session, tools)
    return where(session, tools)


def where(session: Session, tools: Tools, *lines: Text) -> Reply:
    """Ask where the person is; a country is enough."""
    countries = tuple(
        Choice(f"near:country:{code}", CountryName(code)) for code in offered(session, tools)
    )
    asked = lines or (
        say("Where are you? Type a town, or share your location. I keep only the town."),
    )
    return ask(
        session, "near", *asked, choices=(countries[:3], countries[3:], row(PERSON, MENU), (LEAVE,))
    )


def _in_country(code: str, session: Session, tools: Tools) -> Reply:
    if not tools.knowledge.directory.in_country(code):
        return where(session, tools, say("I do not know this place. Type the country's name:"))
    return shown(chosen(session, code), tools)


def _at(point: Point, session: Session, tools: Tools) -> Reply:
    """Show what is near a location, coarsened to the town before anything is kept."""
    code = country_of(point)
    if code is None or not tools.knowledge.directory.in_country(code):
        return ask_country(
            session,
            tools,
            say(
                "This looks like the sea, or a place I do not know. "
                "In which country are you, or nearest to?"
            ),
            then="near",
        )
    return shown(pinned(session, point, code), tools)


def _typed(text: str, session: Session, tools: Tools) -> Reply:
    found = locate(text, session.language)
    if found.best is None and (answer := _article(text, session, tools)):
        return answer
    if found.best is None:
        unknown = say("I do not know this place. Type another town, or the country:")
        return also_in(text, where(session, tools, unknown), tools)
    if found.ambiguous:
        return _which(found.candidates[:UNCLEAR], session.put(named=text))
    return shown(placed(session, found.best), tools)


def _article(text: str, session: Session, tools: Tools) -> Reply | None:
    """Answer a question that was put where a place was asked for; None where it is no question."""
    hits = tools.knowledge.index.search(text, session.language)
    if verdict(hits) is not Verdict.DIRECT:
        return None
    return topics.article(hits[0].id, session, tools)


def _which(candidates: tuple[Candidate, ...], session: Session) -> Reply:
    """Ask back where one name stands in several countries."""
    countries = dict.fromkeys(one.country for one in candidates)
    choices = tuple((Choice(f"near:country:{one}", CountryName(one)),) for one in countries)
    return ask(
        session,
        "near",
        say("There is more than one place of this name. In which country?"),
        choices=(*choices, row(PERSON, MENU), (LEAVE,)),
    )


def shown(session: Session, tools: Tools) -> Reply:
    """Show the nearest places of the session's country, and its emergency numbers."""
    code = session.country or ""
    service = _service(session.slots.get("service", ""))
    query = Query(point=point_of(session), country=code, service=service, language=session.language)
    found = nearest(tools.knowledge.directory, query, tools.now, limit=SHOWN + 1)
    places = [one for one in found if one.place.kind is not Kind.EMERGENCY][:SHOWN]
    entries = [place.short(number, one) for number, one in enumerate(places, start=1)]
    own = [one for one in places if not one.across_border]
    body = message(
        _heading(session, code),
        *entries[: len(own)],
        *([] if own else [say("No office or line is known here for this.")]),
        *([BEFORE_TRAVEL] if any(one.place.point for one in own) else []),
        *emergency(tools, code),
        *entries[len(own) :],
        choices=(
            *((Choice(f"place:{one.place.id}", Verbatim(one.place.name)),) for one in places),
            *_others(service),
            row(PERSON, MENU),
            (LEAVE,),
        ),
    )
    card = _card(own[0]) if own else None
    return Reply(session.at_rest(), (replace(body, place=card, phone=_phone(own)),))


def _heading(session: Session, code: str) -> Text:
    if town := session.slots.get("place"):
        return say("In {country}, near {town}:", country=CountryName(code), town=town)
    return say("In {country}:", country=CountryName(code))


def _others(service: Service | None) -> tuple[tuple[Choice, ...], ...]:
    buttons = [Choice(f"near:{one}", label) for one, label in OTHERS if one is not service]
    return (tuple(buttons[:2]), tuple(buttons[2:]))


def _card(found: Found) -> PlaceCard:
    one = found.place
    distance = rounded_km(found.distance_km) if found.distance_km is not None else None
    return PlaceCard(one.id, one.name, one.kind, one.country, one.city, distance)


def _phone(places: list[Found]) -> str | None:
    phones = (phone.number for one in places for phone in one.place.phones)
    return next((number for number in phones if number), None)


def _service(name: str) -> Service | None:
    return Service(name) if name in set(Service) else None
