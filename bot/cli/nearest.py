"""`waypoint nearest`: which places would be named at a point."""

from typing import Annotated, Any

import typer

from bot.app import ROOT
from bot.cli.output import print_json, run_batch
from bot.clock import system_clock
from bot.directory import Directory, Found, Kind, Point, Query, Service, load, nearest
from bot.errors import Invalid


class UnknownService(Invalid):
    """A service is named that there is not."""


class NoPoint(Invalid):
    """A position is not within -90..90 and -180..180 degrees."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("nearest", context_settings={"ignore_unknown_options": True})(show)


def show(
    lat: Annotated[float | None, typer.Option(help="Degrees north.")] = None,
    lon: Annotated[float | None, typer.Option(help="Degrees east.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-2.")] = None,
    service: Annotated[str | None, typer.Option(help="As in contract.md section 6.")] = None,
    locale: Annotated[str | None, typer.Option(help="Any language code.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    batch: Annotated[bool, typer.Option("--batch", help="JSON lines on standard input.")] = False,
) -> None:
    """Name the places a person at a point would be told, nearest first within their country."""
    directory = load(ROOT / "knowledge" / "countries")
    if batch:
        run_batch(lambda given: {"places": _from(directory, given, locale)})
        return
    if lat is None or lon is None:
        raise typer.BadParameter("--lat and --lon are needed, or --batch")
    asked = {"lat": lat, "lon": lon, "service": service, "country": country}
    places = _from(directory, asked, locale)
    if as_json:
        print_json({"id": None, "places": places})
        return
    for one in places:
        away = "" if one["distance_km"] is None else f", {one['distance_km']} km"
        print(f"{one['name']} ({one['kind']}, {one['country']}{away})")


def _from(
    directory: Directory, given: dict[str, Any], locale: str | None
) -> list[dict[str, object]]:
    lat, lon = float(given["lat"]), float(given["lon"])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise NoPoint("a position is -90..90 degrees north and -180..180 east")
    named = given.get("service")
    if named and named not in set(Service):
        raise UnknownService(f"there is no service {named}")
    query = Query(Point(lat, lon), given.get("country"), Service(named) if named else None, locale)
    return [as_values(one) for one in nearest(directory, query, system_clock(), limit=10)]


def as_values(found: Found) -> dict[str, object]:
    """Return a place as the contract shows it; the distance is rounded to 0.1 km."""
    place = found.place
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "country": place.country,
        "city": place.city,
        "distance_km": None if found.distance_km is None else round(found.distance_km, 1),
        "open_now": found.open_now,
        "phones": [phone.number or phone.dial for phone in place.phones],
        "anonymous": place.anonymous if place.kind is not Kind.EMERGENCY else "no",
    }
