"""One office, line or partner in full: who answers, how to reach them, what to know first."""

from dataclasses import replace

from bot.conversation import Choice, PlaceCard, Reply, Session, Tools, Turn, message, row
from bot.directory import (
    ANONYMITY_TEXT,
    BEFORE_TRAVEL,
    LABEL_TEXT,
    REPORTED_HERE,
    WHO_TEXT,
    Found,
    Kind,
    Label,
    Place,
    dialled,
    emergency_number,
    not_confirmed,
    open_now,
    rounded_km,
)
from bot.directory.labels import ACROSS_BORDER
from bot.i18n import CountryName, Text, Verbatim, say
from handlers.menu import LEAVE, MENU, PERSON, menu

CHOICES = ("place",)
STEPS = ()
COMMANDS: dict[str, str] = {}

NO_CONTACT = say("No number or page of this place is known here.")


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Show everything a person may know about a place."""
    found = tools.knowledge.directory.places.get((turn.choice or "").partition(":")[2])
    if found is None:
        return Reply(session.at_rest(), (menu(tools, say("This place is no longer listed.")),))
    confirmed = (await tools.unit.confirmed()).get(found.id)
    trust = (
        say("Confirmed by the office on {date}.", date=confirmed.date())
        if confirmed
        else not_confirmed(found)
    )
    body = message(
        [Verbatim(found.name), *_where(found)],
        *_reach(found),
        _know(found, tools),
        [trust, BEFORE_TRAVEL] if found.kind is not Kind.EMERGENCY else [trust],
        choices=(row(Choice("near", say("Another town")), PERSON), row(MENU, LEAVE)),
    )
    card = PlaceCard(found.id, found.name, found.kind, found.country, found.city, None)
    number = next((phone.number for phone in found.phones if phone.number), None)
    return Reply(session.at_rest(), (replace(body, place=card, phone=number),))


def short(number: int, found: Found) -> list[Text]:
    """Return a place as an entry of a list: its number is that of its button."""
    place = found.place
    lines: list[Text] = [_named(number, found)]
    if found.across_border:
        lines.append(ACROSS_BORDER)
    if place.reported_only:
        return [*lines, REPORTED_HERE, *_page(place)]
    lines += [dialled(phone) for phone in place.phones[:1]] or _page(place)
    if not place.reachable:
        lines.append(NO_CONTACT)
    if place.phones:
        lines.append(WHO_TEXT[place.answered_by])
    lines += [LABEL_TEXT[one] for one in first_labels(place)]
    return [*lines, not_confirmed(place)]


def first_labels(place: Place, most: int = 2) -> list[Label]:
    """Return what matters most before a call: risks first, the price of the call last."""
    order = list(Label)
    return sorted(place.labels, key=order.index)[:most]


def _named(number: int, found: Found) -> Text:
    name = found.place.name
    if found.distance_km is None:
        return say("{number}. {name}", number=number, name=name)
    return say(
        "{number}. {name}, about {km} km",
        number=number,
        name=name,
        km=rounded_km(found.distance_km),
    )


def _where(place: Place) -> list[Text]:
    lines: list[Text] = [Verbatim(place.org)] if place.org not in place.name else []
    if place.address:
        lines.append(Verbatim(place.address))
    if place.city:
        return [
            *lines,
            say("{city}, {country}", city=place.city, country=CountryName(place.country)),
        ]
    return [*lines, CountryName(place.country)]


def _reach(place: Place) -> list[list[Text]]:
    if place.reported_only:
        return [[REPORTED_HERE, *_page(place)]]
    said = emergency_number if place.kind is Kind.EMERGENCY else dialled
    lines: list[Text] = [said(phone) for phone in place.phones]
    if place.email:
        lines.append(say("E-mail: {address}", address=place.email))
    if place.chat_url:
        lines.append(say("Chat: {address}", address=place.chat_url))
    lines += _page(place)
    return [lines or [NO_CONTACT]]


def _page(place: Place) -> list[Text]:
    return [say("Page: {address}", address=place.url)] if place.url else []


def _know(place: Place, tools: Tools) -> list[Text]:
    lines: list[Text] = []
    if place.phones and place.kind is not Kind.EMERGENCY:
        lines += [WHO_TEXT[place.answered_by], ANONYMITY_TEXT[place.anonymous]]
    match open_now(place, tools.now):
        case True:
            lines.append(say("Open now."))
        case False:
            lines.append(say("Closed now."))
        case None:
            pass
    labels = [one for one in place.labels if one is not Label.POLICE_MAY_COME]
    lines += [LABEL_TEXT[one] for one in labels]
    if place.kind is Kind.EMERGENCY:
        lines.append(LABEL_TEXT[Label.POLICE_MAY_COME])
    return lines
