"""Which places to name to a person, and in which order.

Written the way a caseworker thinks, since the first line is the one people call:

1. Borders first.  A place in another country can mean detention, a smuggler or a lost asylum
   claim, so the person's own country comes first, and a place across a border is named only where
   little else was found, after everything, flagged, and never as the place to go.
2. What was asked for.  A line made for trafficking helps more than an office that is near but does
   something else; within reach (100 km) a specialised place wins, because a face helps more than a
   voice, then the national lines, then specialised places too far to walk into.  Who only asks for
   an office gets three offices and then a line.
3. A line that is not the police comes before one that is: many people cannot safely call the
   police, and those who can still find it in the list.  An authority that checks who may stay
   comes after those that do not.
4. Who can really take people.  An office that is only reported, one without any contact, a visa
   clinic or a list of addresses comes after those who answer; a number nobody could confirm after
   those somebody did; a line for some people (women, children) after one for all.
5. A line for voluntary return is never the answer to a need for protection.  It is named when
   return was asked for, or when nothing was.
6. The emergency numbers of the country are always in the answer.
7. Open now, the person's language and the distance (in steps, so that an open place ten kilometres
   further wins, but not one at the other end of the country) decide among equals, and so does a
   confirmation by the office.
8. Where nobody may be sent on a way (war, the east of CD), no distance is told at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from bot.directory.borders import country_of, is_dangerous
from bot.directory.distance import apart_km, geodesic_km, vector_of
from bot.directory.hours import open_now
from bot.directory.model import (
    OFFICE_KINDS,
    Directory,
    Kind,
    Label,
    Place,
    Point,
    Service,
    Who,
)

REACH_KM = 100.0
STEPS_KM = (10.0, 50.0, REACH_KM, 200.0, 400.0)
FEW = 3
"""With fewer places than this of the country's own, places across a border are named too."""
OFFICES_FIRST = 3
ACROSS_KM = 300.0
KM_A_DEGREE = 110.0
ACROSS_MOST = 1
WORLD = "XX"

RELATED: Mapping[Service, frozenset[Service]] = {
    Service.SHELTER: frozenset({Service.PROTECTION, Service.TRAFFICKING}),
    Service.TRAFFICKING: frozenset({Service.PROTECTION}),
    Service.PROTECTION: frozenset({Service.TRAFFICKING}),
    Service.CHILD: frozenset({Service.PROTECTION}),
    Service.REINTEGRATION: frozenset({Service.RETURN}),
    Service.LABOUR: frozenset({Service.LEGAL}),
}
"""What helps when the wanted service has no place in the country."""

NOBODY: Mapping[str, date] = MappingProxyType({})
RETURN = frozenset({Service.RETURN, Service.REINTEGRATION})
CANNOT_TAKE = frozenset({Label.VISA_CLINIC, Label.DIRECTORY})
NOT_FOR_ALL = frozenset(
    {
        Label.WOMEN_ONLY,
        Label.WOMEN_AND_CHILDREN,
        Label.CHILDREN_ONLY,
        Label.MEN_ONLY,
        Label.MISSING_CHILDREN,
        Label.REFUGEES_ONLY,
        Label.PEOPLE_FROM_UKRAINE,
        Label.REPORT_LINE,
    }
)

OPEN_RANK: Mapping[bool | None, int] = {True: 0, None: 1, False: 2}
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asked: where they are (their town), what for, in which language."""

    point: Point | None = None
    country: str | None = None
    service: Service | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A place to name: kilometres from town to town, open on its own clock, or not known."""

    place: Place
    distance_km: float | None
    open_now: bool | None
    across_border: bool
    confirmed: date | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    query: Query
    country: str
    here: Point | None
    at: datetime
    confirmed: Mapping[str, date]


def nearest(
    directory: Directory,
    query: Query,
    at: datetime,
    limit: int = 5,
    confirmed: Mapping[str, date] = NOBODY,
) -> tuple[Found, ...]:
    """Return the places to name, best first, the country's emergency numbers always among them.

    `query.country` wins over the country of the point; at sea and without a country there is
    nothing to name.  `confirmed` holds the day an office confirmed its place.
    """
    country = query.country or (country_of(query.point) if query.point else None)
    if country is None or limit < 1:
        return ()
    routed = query.point is not None and not is_dangerous(country, query.point)
    search = _Search(query, country, query.point if routed else None, at, confirmed)
    emergency = directory.emergency(country)
    numbers = [_found(search, emergency)] if emergency else []
    own = _mixed(_ranked(directory.in_country(country), search), query.service)
    if query.service is Service.EMERGENCY:
        return tuple(_without_repeats([*numbers, *own])[:limit])
    world = [f for f in _ranked(directory.in_country(WORLD), search) if _offers(f, query.service)]
    kept = world[:1] if own and query.service is Service.TRACING else []
    own = own[: max(0, limit - len(numbers) - len(kept))]
    beyond = [*world[:1], *_across(directory, search)] if len(own) + len(kept) < FEW else []
    beyond = [found for found in beyond if found not in kept]
    return tuple([*own, *kept, *numbers, *beyond][:limit])


def _ranked(places: Iterable[Place], search: _Search) -> list[Found]:
    """Rank the places that fit, without those that only repeat a number already named."""
    ranked: list[tuple[Key, str, Found]] = []
    for place in places:
        tier = _tier(place, search.query.service)
        if tier is None:
            continue
        found = _found(search, place)
        ranked.append((_key(found, tier, search), place.id, found))
    ranked.sort(key=lambda item: item[:2])
    return _without_repeats(found for _, _, found in ranked)


def _mixed(ranked: list[Found], wanted: Service | None) -> list[Found]:
    """Put a line after the first three offices where only an office was asked for."""
    if wanted is not None:
        return ranked
    offices = [found for found in ranked if found.distance_km is not None][:OFFICES_FIRST]
    others = [found for found in ranked if found not in offices]
    lines = [found for found in others if _is_open_line(found)][:1]
    return [*offices, *lines, *(found for found in others if found not in lines)]


def _is_open_line(found: Found) -> bool:
    return found.distance_km is None and _taking(found.place) == 0


def _offers(found: Found, wanted: Service | None) -> bool:
    return (wanted or Service.INFO) in found.place.services


def _tier(place: Place, wanted: Service | None) -> int | None:
    """Rank how the services fit: 0 wanted, 1 related, 2 a general office; None not at all."""
    if place.kind is Kind.EMERGENCY or (place.no_route and not place.reachable):
        return None
    if wanted is None:
        return None if Label.MISSING_CHILDREN in place.labels else 0
    if wanted in place.services:
        return 0
    if wanted not in RETURN and Label.VOLUNTARY_RETURN_ONLY in place.labels:
        return None
    if place.services & RELATED.get(wanted, frozenset()):
        return 3 if Label.CHILDREN_ONLY in place.labels else 1
    general = place.kind in OFFICE_KINDS or Service.INFO in place.services
    return 2 if general and wanted is not Service.EMERGENCY else None


def _key(found: Found, tier: int, search: _Search) -> Key:
    """Return what is compared, most important first (see the module's text)."""
    place, kilometres = found.place, found.distance_km
    line, wanted = kilometres is None, search.query.service
    return (
        _taking(place),
        tier,
        Label.IMMIGRATION_AUTHORITY in place.labels,
        0 if kilometres is not None and kilometres <= REACH_KM else 1 if line else 2,
        _not_for_all(place, wanted),
        place.id not in search.confirmed,
        sum(kilometres > step for step in STEPS_KM) if kilometres is not None else 0,
        Label.MAY_NOT_WORK in place.labels,
        OPEN_RANK[found.open_now],
        search.query.language not in place.languages,
        round(kilometres or 0.0),
    )


def _taking(place: Place) -> int:
    """Rank who can take people: 0 answers, 1 is there at least, 2 police, 3 cannot be reached."""
    if place.answered_by is Who.POLICE:
        return 2
    if not place.reachable:
        return 1 if place.point else 3
    return 1 if place.reported_only or CANNOT_TAKE & set(place.labels) else 0


def _not_for_all(place: Place, wanted: Service | None) -> bool:
    """Tell whether only some people can use it; for a child, lines for children are meant."""
    closed = NOT_FOR_ALL & set(place.labels)
    if wanted is Service.CHILD:
        return bool(closed - {Label.CHILDREN_ONLY, Label.WOMEN_AND_CHILDREN})
    return bool(closed)


def _across(directory: Directory, search: _Search) -> list[Found]:
    """Return the few places beyond a border: one that serves this country, else the nearest."""
    ranked: list[tuple[bool, float, str, Place]] = []
    for place in directory.offices:
        serves = search.country in place.serves
        away = 0.0 if serves else _across_km(place, search.here)
        if away is None or place.country == search.country:
            continue
        if _worth_naming(place, search.query.service, serves=serves):
            ranked.append((not serves, away, place.id, place))
    ranked.sort(key=lambda item: item[:3])
    return [_found(search, place) for *_, place in ranked[:ACROSS_MOST]]


def _across_km(place: Place, here: Point | None) -> float | None:
    """Return how far a place is if it lies within `ACROSS_KM`; latitudes alone settle most."""
    point = place.point
    if here is None or point is None or abs(here.lat - point.lat) * KM_A_DEGREE > ACROSS_KM:
        return None
    away = apart_km(vector_of(here), vector_of(point))
    return away if away <= ACROSS_KM else None


def _worth_naming(place: Place, wanted: Service | None, *, serves: bool) -> bool:
    if _taking(place):
        return False
    if Label.VOLUNTARY_RETURN_ONLY in place.labels and not serves:
        return False
    return wanted is None or _tier(place, wanted) in {0, 2}


def _found(search: _Search, place: Place) -> Found:
    here = search.here
    away = geodesic_km(here, place.point) if here and place.point else None
    return Found(
        place=place,
        distance_km=away,
        open_now=open_now(place, search.at),
        across_border=place.country not in {search.country, WORLD},
        confirmed=search.confirmed.get(place.id),
    )


def _without_repeats(ranked: Iterable[Found]) -> list[Found]:
    """Drop a place that only repeats numbers already named: two rows of one line are one call."""
    named: set[str] = set()
    kept: list[Found] = []
    for found in ranked:
        numbers = {phone.dial for phone in found.place.phones}
        if numbers and numbers <= named and found.distance_km is None:
            continue
        named |= numbers
        kept.append(found)
    return kept
