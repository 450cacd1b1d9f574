"""How far two towns are apart.

Ranking compares unit vectors; what is told is the geodesic on the WGS 84 ellipsoid after
Andoyer and Lambert, within a few tens of metres at the distances of a country.
"""

from math import asin, atan2, cos, isclose, radians, sin, sqrt, tan

from bot.directory.model import Point

EQUATOR_KM = 6378.137
FLATTENING = 1 / 298.257223563
MEAN_RADIUS_KM = 6371.0088

Vector = tuple[float, float, float]


def vector_of(point: Point) -> Vector:
    """Return the unit vector of a point."""
    lat, lon = radians(point.lat), radians(point.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def apart_km(a: Vector, b: Vector) -> float:
    """Return the distance on a sphere in kilometres (within 0.6 % of the geodesic)."""
    chord = sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)
    return 2 * MEAN_RADIUS_KM * asin(min(1.0, chord / 2))


def geodesic_km(a: Point, b: Point) -> float:
    """Return the distance on the WGS 84 ellipsoid in kilometres (Lambert's formula)."""
    beta1, beta2 = (atan2((1 - FLATTENING) * tan(radians(p.lat)), 1) for p in (a, b))
    half_lat, half_lon = (beta2 - beta1) / 2, radians(b.lon - a.lon) / 2
    h = sin(half_lat) ** 2 + cos(beta1) * cos(beta2) * sin(half_lon) ** 2
    angle = 2 * atan2(sqrt(h), sqrt(max(0.0, 1 - h)))
    if isclose(angle, 0.0, abs_tol=1e-12):
        return 0.0
    return EQUATOR_KM * (angle - FLATTENING / 2 * _correction(angle, beta1, beta2))


def rounded_km(km: float) -> int:
    """Round for a chat: to 5 up to 50 km, to 10 up to 200, to 50 beyond; never below 5."""
    step = 5 if km < 50 else 10 if km < 200 else 50
    return max(5, round(km / step) * step)


def _correction(angle: float, beta1: float, beta2: float) -> float:
    mean, half = (beta1 + beta2) / 2, (beta2 - beta1) / 2
    near = sin(mean) ** 2 * cos(half) ** 2 / max(cos(angle / 2) ** 2, 1e-9)
    far = cos(mean) ** 2 * sin(half) ** 2 / sin(angle / 2) ** 2
    return (angle - sin(angle)) * near + (angle + sin(angle)) * far
