"""What an office is called in the console, and which clock hangs on its wall."""

from datetime import UTC, tzinfo

from bot.directory import Directory, Place, clock_of
from bot.staff import DUTY_DESK

NAMES = {DUTY_DESK: "Duty desk"}


def office_name(directory: Directory, office: str) -> str:
    """Return the name of an office as the directory has it, or its id."""
    place = place_of(directory, office)
    return place.name if place else NAMES.get(office, office)


def office_zone(directory: Directory, office: str) -> tzinfo:
    """Return the time zone of an office; UTC where it is not known or serves everywhere."""
    place = place_of(directory, office)
    return (clock_of(place.country, place.point) if place else None) or UTC


def place_of(directory: Directory, office: str) -> Place | None:
    """Return an office from the directory; the duty desk is in none."""
    return directory.places.get(office) or directory.ladder.get(office)
