"""Filling a canned reply from the directory; what the directory does not know stays visible."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.directory import Phone, Place, What
from bot.replies.model import LANGUAGES, PLACEHOLDERS, Reply

PLACEHOLDER = re.compile("{(" + "|".join(PLACEHOLDERS) + ")}")
ISOLATED = "\u2068{}\u2069"
"""A name or number inside a text that runs the other way keeps its own direction."""
TOKENS = "Mo Tu We Th Fr Sa Su".split()
DAYS: Mapping[str, tuple[str, ...]] = {
    "en": tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
    "fr": tuple("lundi mardi mercredi jeudi vendredi samedi dimanche".split()),
    "es": tuple("lunes martes miércoles jueves viernes sábado domingo".split()),
    "ar": tuple("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد".split()),
}
ALWAYS: Mapping[str, str] = {
    "en": "day and night",
    "fr": "jour et nuit",
    "es": "día y noche",
    "ar": "ليلا ونهارا",
}
PLAIN = re.compile(r"[\d:,;\s–-]*")
DAY = re.compile(r"\b(" + "|".join(TOKENS) + r")\b")


@dataclass(frozen=True, slots=True)
class Filled:
    """A reply ready to be edited, and the placeholders that nothing was known for."""

    text: str
    missing: tuple[str, ...] = ()


def render(reply: Reply, language: str, values: Mapping[str, str]) -> Filled:
    """Return a reply with what is known; the rest stands as before, in braces."""
    text = reply.texts[language]

    def fill(found: re.Match[str]) -> str:
        known = values.get(found[1])
        return ISOLATED.format(known) if known else found[0]

    return Filled(PLACEHOLDER.sub(fill, text), blanks(PLACEHOLDER.sub(fill, text)))


def blanks(text: str) -> tuple[str, ...]:
    """Return the placeholders that still stand in a text, each once."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))


def values_of(place: Place | None, language: str) -> dict[str, str]:
    """Return what the directory knows of an office, by placeholder."""
    if place is None:
        return {}
    street = ", ".join(one for one in (place.address, place.city) if one) if place.address else None
    known = {
        "office": place.name,
        "address": street,
        "hours": hours_words(place.hours, language) if place.hours else None,
        "phone": _number(place.phones),
        "email": place.email,
    }
    return {name: value for name, value in known.items() if value}


def hours_words(hours: str, language: str) -> str | None:
    """Return OSM opening hours with the names of days, None where they say more than that."""
    if language not in LANGUAGES:
        return None
    if hours == "24/7":
        return ALWAYS[language]
    if not PLAIN.fullmatch(DAY.sub("", hours)):
        return None
    named = DAY.sub(lambda found: DAYS[language][TOKENS.index(found[1])], hours)
    return named.replace("-", " – " if language == "ar" else "–")


def _number(phones: tuple[Phone, ...]) -> str | None:
    """Return a number that somebody answers; one that connects from abroad is better."""
    heard = [one for one in phones if one.what in (What.CALL, What.OFFICE, What.GENERAL)]
    best = sorted(heard, key=lambda one: one.number is None)
    return (best[0].number or best[0].dial) if best else None
