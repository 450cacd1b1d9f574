"""Invented places for the tests of the directory; every number is reserved or too short to call."""

from datetime import UTC, datetime
from typing import Any

from bot.directory import (
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
    directory_of,
)

TUESDAY_NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
SFAX = Point(34.74, 10.76)
TUNIS = Point(36.81, 10.17)
TRIPOLI = Point(32.88, 13.19)


def a_place(place_id: str, country: str = "TN", **fields: Any) -> Place:
    """Return a place with a number of its own, unless told otherwise."""
    number = f"55501{sum(place_id.encode()) % 100:02}"
    known: dict[str, Any] = {
        "id": place_id,
        "name": f"Invented {place_id}",
        "org": "Invented",
        "kind": Kind.NGO,
        "country": country,
        "show": Show.SHOWN,
        "answered_by": Who.NGO,
        "source": Source(("https://example.org/",), "2026-01", Confidence.HIGH),
        "phones": (Phone(dial=number),),
    }
    return Place(**known | fields)


def emergency(country: str = "TN") -> Place:
    """Return the emergency numbers of a country."""
    return a_place(
        f"{country.lower()}-emergency",
        country,
        kind=Kind.EMERGENCY,
        answered_by=Who.GOVERNMENT,
        services=frozenset({Service.EMERGENCY}),
        labels=(Label.POLICE_MAY_COME,),
        phones=(Phone(dial="555", what=What.POLICE),),
    )


def office(place_id: str, point: Point, country: str = "TN", **fields: Any) -> Place:
    """Return an IOM office in a town."""
    return a_place(
        place_id, country, **{"kind": Kind.SUB, "answered_by": Who.UN, "point": point} | fields
    )


def line(place_id: str, *services: Service, country: str = "TN", **fields: Any) -> Place:
    """Return a line without a location."""
    known = {"kind": Kind.HOTLINE, "services": frozenset(services)}
    return a_place(place_id, country, **known | fields)


def a_directory(*places: Place) -> Directory:
    """Return a directory of the places."""
    return directory_of({place.id: place for place in places})
