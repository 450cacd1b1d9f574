"""In which country a point lies, and which clock hangs there.

The country comes from the time zone at the point and Babel's table of zones (0.26 % of 234,908
named places differ from GeoNames), with two patches: northern Vietnam shares Thailand's zone, and
Kosovo shares Serbia's.  At sea there is no country; the chat then asks whether it is distress.
"""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzfpy
from babel.core import get_global

from bot.directory.model import Point

SEASONS = tuple(datetime(2026, month, 1, tzinfo=UTC) for month in (1, 4, 7, 10))

# Kosovo (UNSC resolution 1244), counter-clockwise from the south-west, degrees (lon, lat).  Only
# the line towards Serbia decides: every other neighbour has a time zone of its own.
KOSOVO = (
    (20.52, 41.80), (20.80, 41.80), (21.35, 42.15), (21.57, 42.24), (21.55, 42.31),
    (21.63, 42.38), (21.67, 42.43), (21.74, 42.44), (21.78, 42.65), (21.75, 42.70),
    (21.66, 42.68), (21.58, 42.72), (21.44, 42.86), (21.38, 42.87), (21.40, 42.96),
    (21.27, 42.91), (21.24, 42.97), (21.20, 43.09), (21.12, 43.10), (21.02, 43.12),
    (20.96, 43.14), (20.90, 43.18), (20.86, 43.22), (20.82, 43.27), (20.66, 43.22),
    (20.62, 43.16), (20.66, 43.09), (20.58, 43.00), (20.49, 42.95), (20.48, 42.89),
    (20.35, 42.86), (20.33, 42.82), (19.95, 42.75), (19.95, 42.40),
)  # fmt: skip


NO_ROUTE = frozenset("AF HT LY ML SS SD SY UA YE".split())
"""Countries where a number or page is offered, never an address, a distance or a route."""
EAST_OF_CD = 26.0
"""East of this meridian (Ituri, North and South Kivu, Maniema, Tanganyika) the same holds in CD."""


@cache
def _country_of_zone() -> dict[str, str]:
    known = {zone: code for zone, code in get_global("zone_territories").items() if code != "ZZ"}
    return known | {"America/Coyhaique": "CL"}  # newer than Babel's table


@cache
def _zone_of_country(country: str) -> str | None:
    """Return a zone that is right in the whole country, None if its clocks differ."""
    zones: list[str] = get_global("territory_zones").get(country, [])
    if country == "XK":
        return "Europe/Belgrade"
    try:
        clocks = {tuple(d.astimezone(ZoneInfo(z)).utcoffset() for d in SEASONS) for z in zones}
    except ZoneInfoNotFoundError:  # a machine whose zone table is older than Babel's
        return None
    return zones[0] if len(clocks) == 1 else None


def country_of(point: Point) -> str | None:
    """Return the ISO 3166-1 alpha-2 code (XK for Kosovo) of a point, None at sea."""
    zone = zone_of(point)
    if zone == "Asia/Bangkok" and _in_northern_vietnam(point):
        return "VN"
    if zone == "Europe/Belgrade" and _inside(point, KOSOVO):
        return "XK"
    return _country_of_zone().get(zone or "")


def zone_of(point: Point) -> str | None:
    """Return the IANA time zone at a point (`Etc/GMT±n` at sea)."""
    return str(tzfpy.get_tz(point.lon, point.lat)) or None


def clock_of(country: str, point: Point | None) -> ZoneInfo | None:
    """Return the time zone of a place: its point's, else its country's if all clocks agree."""
    name = zone_of(point) if point else _zone_of_country(country)
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError:  # a machine whose zone table is older than the map
        return None


def is_dangerous(country: str, point: Point | None) -> bool:
    """Tell whether nobody may be sent on a way there: war or front lines."""
    if country == "CD" and point:
        return point.lon > EAST_OF_CD
    return country in NO_ROUTE


def _in_northern_vietnam(point: Point) -> bool:
    """Split Asia/Bangkok: Thailand ends at 105.64 E and, east of 101.9 E, at 18.5 N."""
    if point.lon > 105.65:
        return True
    return (point.lat > 18.5 and point.lon > 101.9) or (point.lat > 17.9 and point.lon > 105.0)


def _inside(point: Point, ring: tuple[tuple[float, float], ...]) -> bool:
    """Tell whether the point is inside (even-odd rule)."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > point.lat) != (y2 > point.lat):
            inside ^= point.lon < (x2 - x1) * (point.lat - y1) / (y2 - y1) + x1
    return inside
