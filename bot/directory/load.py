"""Read `knowledge/countries/<cc>/places.yaml` into a `Directory`, or refuse it as a whole.

The rules that keep a person safe are checked here, so that an editor cannot break them by
accident: no address or coordinates for a shelter or where nobody should travel, no number for an
office that is only reported, no E.164 form for a number that works inside the country only.
"""

import gc
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.directory.borders import is_dangerous
from bot.directory.hours import readable
from bot.directory.model import (
    LADDER_KINDS,
    OFFICE_KINDS,
    Anonymity,
    Confidence,
    Directory,
    Kind,
    Label,
    Phone,
    Place,
    Point,
    Service,
    Show,
    Source,
    What,
    Who,
)
from bot.directory.nodes import BrokenPlaces, Fields, read_document

EAST_OF_CD_TOWNS = frozenset(
    "Beni Bukavu Bunia Butembo Goma Kalemie Kindu Mahagi Rutshuru Uvira".split()
)
"""Towns of the dangerous east of CD, for places without coordinates."""

LADDER_RULE = "'show: ladder' belongs to regional, liaison and headquarters, and only to them"
ROUTE_RULE = "'no_route: true' is needed here: nobody may be sent on a way in this country"
REPORTED_RULE = "an office that is only reported has no number, mailbox or address"
EMERGENCY_RULE = "emergency numbers have the id <cc>-emergency"
POLICE_RULE = "emergency numbers need the label police-may-come"

FILE = frozenset({"country", "places"})
PLACE = frozenset(
    "id name org kind show answered_by city address lat lon no_route phones email url chat_url "
    "unchecked_url services languages hours anonymous labels serves regional source editors".split()
)
PHONE = frozenset("number dial domestic_only whatsapp what".split())
SOURCE = frozenset("urls date retrieved review confidence".split())

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COUNTRY = re.compile(r"[A-Z]{2}")
E164 = re.compile(r"\+[1-9]\d{6,14}")
DIAL = re.compile(r"\d[\d ]{0,19}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://\S+")
DATE = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]+)?")


def load(root: Path) -> Directory:
    """Return every place under the folder of countries, ids unique world-wide.

    Raises:
        BrokenPlaces: a file breaks a rule; nothing is loaded.
    """
    found: dict[str, Place] = {}
    with _collector_resting():
        for path in sorted(root.glob("*/places.yaml")):
            for place, line in _places_of(path):
                if place.id in found:
                    raise BrokenPlaces(_name(path), line, f"the id '{place.id}' is used twice")
                found[place.id] = place
    return directory_of(found)


def directory_of(found: Mapping[str, Place]) -> Directory:
    """Sort places into those people see, the ladder and those withheld."""
    groups: dict[Show, dict[str, Place]] = {show: {} for show in Show}
    for place_id in sorted(found):
        groups[found[place_id].show][place_id] = found[place_id]
    seen = dict(sorted((groups[Show.SHOWN] | groups[Show.REPORTED_ONLY]).items()))
    countries: dict[str, list[Place]] = defaultdict(list)
    for place in seen.values():
        countries[place.country].append(place)
    return Directory(
        places=MappingProxyType(seen),
        ladder=MappingProxyType(groups[Show.LADDER]),
        withheld=MappingProxyType(groups[Show.HIDDEN]),
        countries=MappingProxyType({cc: tuple(places) for cc, places in countries.items()}),
        offices=tuple(p for p in seen.values() if _may_be_named_abroad(p)),
    )


def _may_be_named_abroad(place: Place) -> bool:
    answers = place.kind in OFFICE_KINDS and place.show is Show.SHOWN and place.reachable
    return answers and not place.no_route


def _places_of(path: Path) -> Iterator[tuple[Place, int]]:
    file = read_document(path, _name(path), FILE)
    country = file.text("country")
    if not COUNTRY.fullmatch(country) or country.lower() != path.parent.name:
        raise file.broken(f"'{country}' is not the country of this folder", "country")
    for fields in file.mappings("places", PLACE):
        yield _place(fields, country), fields.line


def _place(fields: Fields, country: str) -> Place:
    point = _point(fields)
    place = Place(
        id=_matching(fields, "id", ID),
        name=fields.text("name"),
        org=fields.text("org"),
        kind=fields.code("kind", Kind),
        country=country,
        show=fields.code("show", Show),
        answered_by=fields.code("answered_by", Who),
        source=_source(fields.mapping("source", SOURCE)),
        city=fields.maybe("city"),
        address=fields.maybe("address"),
        point=point,
        no_route=fields.flag("no_route"),
        phones=tuple(_phone(phone) for phone in fields.mappings("phones", PHONE)),
        email=_maybe_matching(fields, "email", EMAIL),
        url=_maybe_matching(fields, "url", URL),
        chat_url=_maybe_matching(fields, "chat_url", URL),
        languages=_all_matching(fields, "languages", LANGUAGE),
        services=frozenset(fields.codes("services", Service)),
        hours=_hours(fields),
        anonymous=fields.code("anonymous", Anonymity, Anonymity.UNKNOWN),
        labels=fields.codes("labels", Label),
        serves=_all_matching(fields, "serves", COUNTRY),
        regional=_maybe_matching(fields, "regional", ID),
    )
    _keep_safe(place, fields)
    return place


def _keep_safe(place: Place, fields: Fields) -> None:
    """Refuse what must never reach a person."""
    located = bool(place.address or place.point)
    contact = bool(place.phones or place.email or place.address)
    emergency = place.kind is Kind.EMERGENCY
    rules = (
        ((place.kind in LADDER_KINDS) != (place.show is Show.LADDER), "show", LADDER_RULE),
        (_is_dangerous(place) and not place.no_route, "country", ROUTE_RULE),
        (place.no_route and located, "address", "no address or coordinates with 'no_route'"),
        (_is_shelter(place) and located, "address", "no address or coordinates for a shelter"),
        (place.reported_only and contact, "phones", REPORTED_RULE),
        (emergency and place.id != f"{place.country.lower()}-emergency", "id", EMERGENCY_RULE),
        (emergency and Label.POLICE_MAY_COME not in place.labels, "labels", POLICE_RULE),
    )
    for broken, name, reason in rules:
        if broken:
            raise fields.broken(reason, name)


def _is_shelter(place: Place) -> bool:
    return place.kind is Kind.SHELTER_NETWORK or Service.SHELTER in place.services


def _is_dangerous(place: Place) -> bool:
    if place.country == "CD" and place.city in EAST_OF_CD_TOWNS:
        return True
    return is_dangerous(place.country, place.point)


def _point(fields: Fields) -> Point | None:
    if "lat" not in fields and "lon" not in fields:
        return None
    return Point(fields.number("lat", 90), fields.number("lon", 180))


def _phone(fields: Fields) -> Phone:
    number = _maybe_matching(fields, "number", E164)
    if fields.flag("domestic_only") != (number is None):
        raise fields.broken("either 'number' (it connects from abroad) or 'domestic_only: true'")
    what = fields.code("what", What)
    dial = _matching(fields, "dial", DIAL)
    return Phone(dial=dial, what=what, number=number, whatsapp=fields.flag("whatsapp"))


def _source(fields: Fields) -> Source:
    retrieved = fields.maybe("retrieved")
    try:
        day = date.fromisoformat(retrieved) if retrieved else None
    except ValueError:
        raise fields.broken("'retrieved' must be a day (YYYY-MM-DD)", "retrieved") from None
    return Source(
        urls=_all_matching(fields, "urls", URL),
        date=_maybe_matching(fields, "date", DATE),
        confidence=fields.code("confidence", Confidence),
        retrieved=day,
        review=_all_matching(fields, "review", URL),
    )


def _hours(fields: Fields) -> str | None:
    hours = fields.maybe("hours")
    if hours is not None and not readable(hours):
        raise fields.broken(f"'{hours}' is not in the syntax of OSM opening hours", "hours")
    return hours


def _matching(fields: Fields, name: str, form: re.Pattern[str]) -> str:
    value = fields.text(name)
    if not form.fullmatch(value):
        raise fields.broken(f"'{value}' does not have the form of '{name}'", name)
    return value


def _maybe_matching(fields: Fields, name: str, form: re.Pattern[str]) -> str | None:
    return _matching(fields, name, form) if name in fields else None


def _all_matching(fields: Fields, name: str, form: re.Pattern[str]) -> tuple[str, ...]:
    values = fields.texts(name)
    for value in values:
        if not form.fullmatch(value):
            raise fields.broken(f"'{value}' does not have the form of '{name}'", name)
    return values


def _name(path: Path) -> str:
    return "/".join(path.parts[-4:])


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Pause the garbage collector: it walks the YAML nodes again and again (half of the time)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
