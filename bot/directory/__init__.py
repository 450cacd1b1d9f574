"""Offices, partners, hotlines and emergency numbers: what they are and which one to name."""

from bot.directory.borders import clock_of, country_of
from bot.directory.distance import geodesic_km, rounded_km
from bot.directory.hours import open_now, opens_next, readable
from bot.directory.labels import (
    ANONYMITY_TEXT,
    BEFORE_TRAVEL,
    LABEL_TEXT,
    NOT_CONFIRMED,
    REPORTED_HERE,
    WHO_TEXT,
    dialled,
    emergency_number,
    not_confirmed,
)
from bot.directory.load import directory_of, load
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
from bot.directory.nearest import Found, Query, nearest
from bot.directory.nodes import BrokenPlaces

__all__ = [
    "ANONYMITY_TEXT",
    "BEFORE_TRAVEL",
    "LABEL_TEXT",
    "LADDER_KINDS",
    "NOT_CONFIRMED",
    "OFFICE_KINDS",
    "REPORTED_HERE",
    "WHO_TEXT",
    "Anonymity",
    "BrokenPlaces",
    "Confidence",
    "Directory",
    "Found",
    "Kind",
    "Label",
    "Phone",
    "Place",
    "Point",
    "Query",
    "Service",
    "Show",
    "Source",
    "What",
    "Who",
    "clock_of",
    "country_of",
    "dialled",
    "directory_of",
    "emergency_number",
    "geodesic_km",
    "load",
    "nearest",
    "not_confirmed",
    "open_now",
    "opens_next",
    "readable",
    "rounded_km",
]
