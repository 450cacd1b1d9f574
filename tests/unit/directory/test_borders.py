"""Which country a point lies in: border towns, islands, exclaves, and the sea."""

import pytest

from bot.directory import Point, country_of

POINTS = {
    "Idomeni": (41.12, 22.51, "GR"),
    "Gevgelija": (41.14, 22.50, "MK"),
    "Torkham, east": (34.11, 71.10, "PK"),
    "Torkham, west": (34.13, 71.08, "AF"),
    "Melilla": (35.292, -2.938, "ES"),
    "Nador": (35.168, -2.933, "MA"),
    "Ceuta": (35.889, -5.320, "ES"),
    "Kaliningrad": (54.71, 20.51, "RU"),
    "Lampedusa": (35.50, 12.60, "IT"),
    "the harbour of Lampedusa": (35.4975, 12.604, "IT"),
    "Samos": (37.757, 26.976, "GR"),
    "Pristina": (42.66, 21.16, "XK"),
    "Mitrovica": (42.89, 20.87, "XK"),
    "Leposavic": (43.10, 20.80, "XK"),
    "Novi Pazar": (43.14, 20.52, "RS"),
    "Presevo": (42.31, 21.65, "RS"),
    "Raska": (43.29, 20.61, "RS"),
    "Hanoi": (21.03, 105.85, "VN"),
    "Lao Cai": (22.48, 103.97, "VN"),
    "Vinh": (18.68, 105.68, "VN"),
    "Bangkok": (13.75, 100.50, "TH"),
    "Chiang Rai": (19.91, 99.83, "TH"),
    "Nakhon Phanom": (17.41, 104.78, "TH"),
    "Vientiane": (17.97, 102.60, "LA"),
    "Gaza": (31.50, 34.45, "PS"),
    "Simferopol": (44.95, 34.10, "UA"),
    "Mariehamn": (60.10, 19.94, "AX"),
    "Coyhaique": (-45.57, -72.07, "CL"),
    "Majuro": (7.09, 171.38, "MH"),
}


@pytest.mark.parametrize("name", POINTS)
def test_the_country_of_a_town(name: str) -> None:
    lat, lon, expected = POINTS[name]
    assert country_of(Point(lat, lon)) == expected


@pytest.mark.parametrize(("lat", "lon"), [(34.5, 13.5), (0.0, -30.0), (33.9, 28.5)])
def test_the_sea_is_no_country(lat: float, lon: float) -> None:
    assert country_of(Point(lat, lon)) is None
