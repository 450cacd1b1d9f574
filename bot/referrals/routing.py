"""Which office gets a request: the nearest one of the person's country that can really take it.

An office counts only when it is onboarded: it has an officer and a key.  Where none is, the desk
above has it, at the end the duty desk, which exists from the first migration: no request is ever
without an owner.  A complaint goes to the duty desk always, never to the office it may be about,
and nothing ever goes to police.  What a person excluded is left out of every rung but the duty
desk; where that leaves nobody who fits, it is said, and the person chooses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.directory import Directory, Kind, Place, Point, Query, Service, Who, clock_of, nearest
from bot.referrals.model import Category, Request
from bot.referrals.rungs import Rung, Stand
from bot.referrals.sla import Desk, Ladder, Times
from bot.referrals.wishes import NONE, Wish, Wishes
from bot.referrals.worktime import ALWAYS, WORLD, Span, Worktime, is_open
from bot.staff import DUTY_DESK

SERVICES: Mapping[Category, Service | None] = {
    Category.TRAFFICKING: Service.TRAFFICKING,
    Category.PROTECTION: Service.PROTECTION,
    Category.CHILD: Service.CHILD,
    Category.ASYLUM: Service.LEGAL,
    Category.RETURN: Service.RETURN,
    Category.STRANDED: Service.RETURN,
    Category.MEDICAL: Service.HEALTH,
    Category.LABOUR: Service.LABOUR,
    Category.RESETTLEMENT: Service.RESETTLEMENT,
    Category.FAMILY: Service.TRACING,
    Category.COMPENSATION: Service.LEGAL,
    Category.SKILLS: Service.REINTEGRATION,
    Category.DETENTION: Service.LEGAL,
    Category.COMPLAINT: None,
    Category.OTHER: Service.INFO,
}

OFFICES = frozenset({Kind.COUNTRY, Kind.SUB, Kind.RESOURCE_CENTRE})
NEAR_KM = 50.0
"""Within this much more way, an office that speaks the language or is open comes first."""


@dataclass(frozen=True, slots=True)
class Staffed:
    """What an onboarded office and its officers said of themselves; `away` is when all are."""

    languages: frozenset[str] = frozenset()
    women: frozenset[Category] = frozenset()
    hours: str | None = None
    times: Times = field(default_factory=Times)
    away: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works in an onboarded office: languages they gave, and what a woman there may take."""

    languages: frozenset[str] = frozenset()
    women: frozenset[Category] = frozenset()
    worktime: Worktime = field(default_factory=Worktime)
    times: Times = field(default_factory=Times)


Crews = Mapping[str, Crew]
"""The onboarded offices by id."""


@dataclass(frozen=True, slots=True)
class Need:
    """What routing must know of a request."""

    category: Category
    country: str | None = None
    town: Point | None = None
    language: str = "en"
    wishes: Wishes = NONE
    young: bool = False
    """It is about somebody under 18, as they said."""


def need_of(request: Request) -> Need:
    """Return what routing must know of a request."""
    told = request.particulars
    return Need(request.category, told.country, told.town, request.language, request.wishes)


@dataclass(frozen=True, slots=True)
class Receiver:
    """The office that gets a request, and the wishes that it cannot meet."""

    office: str
    unmet: frozenset[Wish] = frozenset()


def crews(directory: Directory, staffed: Mapping[str, Staffed]) -> Crews:
    """Return the onboarded offices with their hours on the clock of their place."""
    return {
        office: Crew(one.languages, one.women, _worktime(directory, office, one), one.times)
        for office, one in staffed.items()
    }


def _worktime(directory: Directory, office: str, said: Staffed) -> Worktime:
    place = directory.places.get(office) or directory.ladder.get(office)
    if place is None:
        return Worktime(hours=said.hours or ALWAYS, away=said.away)
    clock = clock_of(place.country, place.point) or WORLD
    return Worktime(clock, place.country, said.hours or place.hours, said.away)


def receiver(directory: Directory, crews: Crews, need: Need, at: datetime) -> Receiver:
    """Return who gets a request now; what is not met is for the person to know before their yes."""
    if need.category is Category.COMPLAINT:
        return Receiver(DUTY_DESK, _unmet(crews, need, DUTY_DESK, None))
    for country in _countries(need):
        ranked = _ranked(directory, crews, need, country, at)
        if ranked:
            return Receiver(ranked[0], _unmet(crews, need, ranked[0], country))
    above = [office for office in _above(directory, need) if _fits(directory, crews, need, office)]
    office = above[0] if above else DUTY_DESK
    return Receiver(office, _unmet(crews, need, office, None))


def ladder(directory: Directory, crews: Crews, office: str, need: Need) -> Ladder:
    """Return the desks a request can come to from an office: only those that the wishes allow."""
    duty = Desk(DUTY_DESK, Worktime(hours=ALWAYS), _crew(crews, DUTY_DESK).times)
    if need.category is Category.COMPLAINT or office == DUTY_DESK:
        return {Rung.DUTY: duty}
    desks: dict[Rung, Desk] = {}
    if not kept_away(directory, office, need.wishes):
        own = Desk(office, _crew(crews, office).worktime, _crew(crews, office).times)
        desks = {Rung.OFFICE: own, Rung.SUPERVISOR: own}
    regional = _regional(directory, office)
    if regional is not None and _fits(directory, crews, need, regional):
        crew = _crew(crews, regional)
        desks[Rung.REGIONAL] = Desk(regional, crew.worktime, crew.times)
    return {**desks, Rung.DUTY: duty}


def upward(directory: Directory, crews: Crews, stand: Stand, need: Need) -> Ladder:
    """Return the desks from where a request stands: of its office only the rung it is on."""
    rungs = ladder(directory, crews, stand.office, need)
    if stand.rung is Rung.REGIONAL and Rung.OFFICE in rungs:
        return {Rung.REGIONAL: rungs[Rung.OFFICE], Rung.DUTY: rungs[Rung.DUTY]}
    return rungs


def desks(
    directory: Directory, office: str, category: Category, wishes: Wishes = NONE
) -> tuple[str, ...]:
    """Return the desks that the ladder can bring a request to, the office itself first."""
    if category is Category.COMPLAINT:
        return (DUTY_DESK,)
    regional = _regional(directory, office)
    above = (regional,) if regional and not kept_away(directory, regional, wishes) else ()
    return tuple(dict.fromkeys((office, *above, DUTY_DESK)))


def kept_away(directory: Directory, office: str, wishes: Wishes) -> bool:
    """Tell whether an office must not have it: the person does not want it, or it is the police.

    Never so of the duty desk.  Of an office that is no longer listed nobody can tell the country.
    """
    if office == DUTY_DESK:
        return False
    if office in wishes.not_offices:
        return True
    place = directory.places.get(office) or directory.ladder.get(office)
    if place is None:
        return wishes.not_country is not None
    return place.answered_by is Who.POLICE or place.country == wishes.not_country


def _countries(need: Need) -> Iterator[str]:
    """Yield where an office is looked for: where their language is at home, then where they are."""
    if need.wishes.tongue:
        yield need.wishes.tongue
    if need.country:
        yield need.country


def _ranked(
    directory: Directory, crews: Crews, need: Need, country: str, at: datetime
) -> list[str]:
    """Return the offices of a country that may have it, best first."""
    able = {
        place.id
        for place in directory.in_country(country)
        if _takes(place, SERVICES[need.category]) and _fits(directory, crews, need, place.id)
    }
    town = need.town if country == need.country else None
    asked = Query(point=town, country=country, service=SERVICES[need.category])
    found = [one for one in nearest(directory, asked, at, limit=100) if one.place.id in able]
    known = [one.place.id for one in found]
    way = {one.place.id: one.distance_km for one in found}
    order = [*known, *sorted(able - set(known))]
    place_of = {one: position for position, one in enumerate(order)}
    return sorted(
        order, key=lambda one: (*_rank(crews[one], need, way.get(one), at), place_of[one])
    )


def _rank(crew: Crew, need: Need, km: float | None, at: datetime) -> tuple[int, bool, bool]:
    """Return what decides: the way in steps, then the language, then who works now."""
    step = int(km // NEAR_KM) if km is not None else 0
    return step, need.language not in crew.languages, not is_open(crew.worktime, at)


def _fits(directory: Directory, crews: Crews, need: Need, office: str) -> bool:
    """Tell whether an onboarded office may have it, by what the person excluded."""
    crew = crews.get(office)
    listed = office in directory.places or office in directory.ladder
    if crew is None or not listed or kept_away(directory, office, need.wishes):
        return False
    return need.category in crew.women or not need.wishes.woman


def _takes(place: Place, service: Service | None) -> bool:
    """Tell whether an office takes a service; an office of IOM takes everything in its country."""
    return place.kind in OFFICES or service is None or service in place.services


def _above(directory: Directory, need: Need) -> Iterator[str]:
    """Yield the regional desks above the country, where no office of it is onboarded."""
    if need.country is None:
        return
    named = (place.regional for place in directory.in_country(need.country) if place.regional)
    yield from dict.fromkeys(named)


def _regional(directory: Directory, office: str) -> str | None:
    """Return the regional desk of an office, or that of its country where it names none itself."""
    place = directory.places.get(office)
    if place is None:
        return None
    known = (place, *directory.in_country(place.country))
    return next((one.regional for one in known if one.regional), None)


def _crew(crews: Crews, office: str) -> Crew:
    return crews.get(office, Crew())


def _unmet(crews: Crews, need: Need, office: str, country: str | None) -> frozenset[Wish]:
    wishes, unmet = need.wishes, set[Wish]()
    if wishes.woman and need.category not in _crew(crews, office).women:
        unmet.add(Wish.WOMAN)
    if wishes.tongue and country != wishes.tongue:
        unmet.add(Wish.TONGUE)
    return frozenset(unmet)
