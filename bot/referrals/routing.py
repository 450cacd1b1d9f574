"""Which office gets a request: the nearest one of the person's country that can really take it.

An office counts as receiver only when it has an officer.  Where none does, the duty desk has it,
which exists from the first migration: no request is ever without an owner.  A complaint goes to
the duty desk always, never to the office it may be about.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.directory import Directory, Kind, Place, Point, Query, Service, nearest
from bot.referrals.model import Category
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


def receiver(
    directory: Directory,
    onboarded: frozenset[str],
    category: Category,
    country: str | None,
    town: Point | None,
    at: datetime,
) -> str:
    """Return the id of the office that gets a request of this category from this place."""
    if category is Category.COMPLAINT or country is None:
        return DUTY_DESK
    service = SERVICES[category]
    able = [
        place
        for place in directory.in_country(country)
        if place.id in onboarded and _takes(place, service)
    ]
    if not able:
        return DUTY_DESK
    ids = frozenset(place.id for place in able)
    found = nearest(directory, Query(point=town, country=country, service=service), at, limit=100)
    ranked = [one.place.id for one in found if one.place.id in ids]
    return ranked[0] if ranked else min(ids)


def desks(directory: Directory, office: str, category: Category) -> tuple[str, ...]:
    """Return the desks that the ladder can bring a request to, the office itself first."""
    if category is Category.COMPLAINT:
        return (DUTY_DESK,)
    place = directory.places.get(office)
    regional = (place.regional,) if place and place.regional else ()
    return tuple(dict.fromkeys((office, *regional, DUTY_DESK)))


def _takes(place: Place, service: Service | None) -> bool:
    """Tell whether an office takes a service; an office of IOM takes everything in its country."""
    return place.kind in OFFICES or service is None or service in place.services
