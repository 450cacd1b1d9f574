"""Where a person is, as far as it is kept: a country, and a town to one decimal of a degree."""

from dataclasses import replace

from bot.conversation import Choice, Reply, Rows, Session, Tools, ask
from bot.directory import Point
from bot.i18n import SOURCE, CountryName, Text, say
from bot.understanding import Candidate, locate, town_at
from handlers.menu import LEAVE, PERSON

MOST = 6
THEN = "then"
"""The slot that names the choice to go on with once the country is known."""


def ask_country(session: Session, tools: Tools, *lines: Text, then: str | None = None) -> Reply:
    """Ask for the country; `then` is the choice to go on with."""
    if then is not None:
        session = session.put(then=then)
    asked = lines or (say("In which country are you?"),)
    return ask(session, "country", *asked, choices=buttons(session, tools))


def buttons(session: Session, tools: Tools) -> Rows:
    """Return the countries that people who speak this language are often in, and a skip."""
    listed = [Choice(f"country:{code}", CountryName(code)) for code in offered(session, tools)]
    pairs = [tuple(listed[first : first + 3]) for first in range(0, len(listed), 3)]
    return (*pairs, (Choice("country:skip", say("Skip")), PERSON), (LEAVE,))


def offered(session: Session, tools: Tools) -> tuple[str, ...]:
    """Return the countries to offer: the one that was named before, and those of the language."""
    language = tools.knowledge.catalogs.languages[session.language or SOURCE]
    named = (session.country,) if session.country else ()
    return tuple(dict.fromkeys((*named, *language.countries)))[:MOST]


def placed(session: Session, found: Candidate) -> Session:
    """Return the session at a place: its country, and its town where it names one."""
    session = replace(session, country=found.country).drop("town", "place", "named")
    if found.city is None or found.lat is None or found.lon is None:
        return session
    return session.put(town=f"{found.lat:.1f},{found.lon:.1f}", place=found.city)


def pinned(session: Session, point: Point, country: str) -> Session:
    """Return the session at the town nearest to a location; the location itself is not kept.

    Where no town is in reach somebody stands alone: only the full degree is kept, about 100 km.
    """
    town = town_at(point.lat, point.lon, country)
    if town is not None:
        return placed(session, town)
    session = replace(session, country=country).drop("place", "named")
    return session.put(town=f"{point.lat:.0f},{point.lon:.0f}")


def chosen(session: Session, country: str) -> Session:
    """Return the session in a country: at its town of the name typed before, if one was."""
    named = session.slots.get("named", "")
    session = session.drop("named")
    if named:
        for one in locate(named, session.language).candidates:
            if one.country == country:
                return placed(session, one)
    return replace(session, country=country).drop("town", "place")


def point_of(session: Session) -> Point | None:
    """Return the town the person named, or nearest to what they shared (degrees, one decimal)."""
    lat, _, lon = session.slots.get("town", "").partition(",")
    return Point(float(lat), float(lon)) if lat and lon else None
