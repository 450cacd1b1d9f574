"""The numbers of a country, as they stand in every answer to danger.

A line that is not the police comes first; with every emergency number stands that police may come.
There is no default number: where the country is not known, it is asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.conversation import Tools
from bot.directory import (
    LABEL_TEXT,
    WHO_TEXT,
    Kind,
    Label,
    Place,
    Query,
    Service,
    What,
    dialled,
    emergency_number,
    nearest,
    open_now,
    opens_next,
)
from bot.i18n import CountryName, Text, Verbatim, say
from bot.understanding import Kind as Danger
from handlers.place import first_labels

LINES = 2

HELP: Mapping[Danger, Service] = {
    Danger.SEA: Service.EMERGENCY,
    Danger.LAND: Service.EMERGENCY,
    Danger.SUICIDE: Service.EMERGENCY,
    Danger.CHILD: Service.CHILD,
    Danger.TRAFFICKING: Service.TRAFFICKING,
    Danger.VIOLENCE: Service.PROTECTION,
    Danger.DETENTION: Service.LEGAL,
}
"""Which lines help in which danger; where minutes count, only the emergency numbers are named."""


def numbers(
    tools: Tools,
    country: str,
    service: Service = Service.TRAFFICKING,
    *,
    hours: bool = False,
) -> tuple[Sequence[Text], ...]:
    """Return paragraphs: the lines of a country that help with this, then its emergency numbers.

    `service` EMERGENCY leaves the lines out: nothing may stand before the number that is dialled.
    `hours` says with each line whether it is open.
    """
    head = [say("Numbers in {country}:", country=CountryName(country))]
    if service is Service.EMERGENCY:
        return (head, *emergency(tools, country))
    lines = _lines(tools, country, service)
    shown = (
        [*line(place), *(opening(place, tools.now) if hours else ())] for place in lines[:LINES]
    )
    return (head, *shown, *emergency(tools, country))


def helps(tools: Tools, country: str, service: Service) -> bool:
    """Tell whether a country has a line that helps with this."""
    return bool(_lines(tools, country, service))


def _lines(tools: Tools, country: str, service: Service) -> list[Place]:
    found = nearest(
        tools.knowledge.directory, Query(country=country, service=service), tools.now, limit=12
    )
    return [
        one.place
        for one in found
        if one.place.kind is not Kind.EMERGENCY and one.place.phones and not one.across_border
    ]


def opening(place: Place, at: datetime) -> Sequence[Text]:
    """Return whether a place is open, and when it opens next, as far as it is known."""
    match open_now(place, at):
        case True:
            return (say("Open now."),)
        case None:
            return (say("Its hours are not known here. Call to ask."),)
        case False:
            next_time = opens_next(place, at)
    if next_time is None:
        return (say("Closed now."),)
    return (say("Closed now. It opens on {moment}, local time.", moment=next_time),)


def line(place: Place) -> Sequence[Text]:
    """Return a help line: name, number, who answers, what to know first."""
    return [
        Verbatim(place.name),
        *(dialled(phone) for phone in place.phones[:2]),
        WHO_TEXT[place.answered_by],
        *(LABEL_TEXT[one] for one in first_labels(place)),
    ]


def emergency(tools: Tools, country: str) -> tuple[Sequence[Text], ...]:
    """Return the emergency numbers of a country as one paragraph; none where none are known."""
    place = tools.knowledge.directory.emergency(country)
    if place is None or not place.phones:
        return (
            (say("No emergency number is known here for this country. Ask somebody near you."),),
        )
    labels = [one for one in place.labels if one is not Label.POLICE_MAY_COME]
    return (
        [
            *(emergency_number(phone) for phone in place.phones),
            *(LABEL_TEXT[one] for one in labels),
            LABEL_TEXT[Label.POLICE_MAY_COME],
        ],
    )


def link(tools: Tools, country: str, service: Service = Service.TRAFFICKING) -> str | None:
    """Return the first number of a country that is fit for a link from anywhere (E.164)."""
    if service is Service.EMERGENCY:
        return None
    found = nearest(
        tools.knowledge.directory, Query(country=country, service=service), tools.now, limit=12
    )
    for one in found:
        for phone in one.place.phones:
            if phone.number and phone.what is not What.TEXT and not one.across_border:
                return phone.number
    return None
