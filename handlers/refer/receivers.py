"""Who would get a request, said truthfully: the office, how fast, and whether anyone is on duty."""

from dataclasses import replace

from bot.conversation import Choice, Session, Tools
from bot.i18n import SOURCE, CountryName, Line, Text, say
from bot.referrals import (
    DUTY_DESK,
    Category,
    Need,
    Particulars,
    Receiver,
    Urgency,
    Wish,
    Wishes,
    desks,
    pace,
)
from handlers.numbers import numbers
from handlers.refer import other, wishes, young
from handlers.refer.naming import office_name
from handlers.refer.questions import Question, choice, told, typed, ways_out
from handlers.refer.speed import speed
from handlers.whereabouts import point_of

SIMPLE, FULL = "about.consent", "about.notice"
"""The articles that say what a yes means: a simple page, and the whole of it."""


def particulars(session: Session) -> Particulars:
    """Return what will be encrypted of a request: words, town at most, whom it is about."""
    slots = session.slots
    words, for_other = told(session), slots.get("refer.for") == "other"
    word = typed(session, "word")
    against = typed(session, "against") if category(session) is Category.COMPLAINT else ""
    untold = Particulars(words, for_other, safe_word=word, against=against)
    if slots.get("refer.place", "skip") == "skip":
        return untold
    return replace(
        untold, country=session.country, place=slots.get("place"), town=point_of(session)
    )


def category(session: Session) -> Category:
    """Return what the request is about."""
    return Category(session.slots.get("refer.about", Category.OTHER))


def urgency(session: Session) -> Urgency:
    """Return how soon somebody is needed."""
    return Urgency(session.slots.get("refer.urgent", Urgency.SOON))


def need(session: Session) -> Need:
    """Return what routing must know of the request."""
    told = particulars(session)
    language, chosen = session.language or SOURCE, wishes.wishes_of(session)
    return Need(category(session), told.country, told.town, language, chosen)


async def receiver(session: Session, tools: Tools) -> Receiver:
    """Return who would get the request after a yes, and which wishes that yes gives up.

    Where no woman can take it, the yes gives up this wish: then the nearest office has it.
    """
    asked = need(session)
    found = await tools.referrals.receiver(asked)
    if Wish.WOMAN not in found.unmet:
        return found
    anybody = replace(asked, wishes=replace(asked.wishes, woman=False))
    other = await tools.referrals.receiver(anybody)
    return Receiver(other.office, other.unmet | {Wish.WOMAN})


async def consent(session: Session, tools: Tools) -> tuple[Question, Receiver]:
    """Return the question of consent, and who would get it as the question says."""
    found = await receiver(session, tools)
    onboarded = await tools.referrals.store.onboarded()
    goes = say("This will go to: {office}.", office=office_name(found.office, tools))
    lines: list[Text | list[Text]] = [goes, *_wished(session, found, tools)]
    if category(session) is Category.COMPLAINT:
        lines.insert(1, say("A complaint never goes to the office it is about."))
    if found.office == DUTY_DESK and DUTY_DESK not in onboarded:
        lines = [*_nobody(session, tools), *lines]
    else:
        lines += [
            *await _elsewhere(session, found.office, tools),
            await _speed(session, found, tools),
        ]
    if not await tools.unit.setup_finished():
        lines.append(
            say(
                "This service is still being set up. Until that is done, the people who run it "
                "could read what you send."
            )
        )
    lines += [*other.noted(session), young.notice(session)]
    lines.append(_asked(session, found.office, tools))
    yes = say("Yes, even so") if found.unmet else say("Yes")
    rows = (
        (choice("consent", "yes", yes), choice("consent", "no", say("No"))),
        notices(tools),
        (wishes.button(session),),
        ways_out("consent"),
    )
    return Question(tuple(lines), rows), found


def notices(tools: Tools) -> tuple[Choice, ...]:
    """Return the buttons to the simple page about the yes, and to the full text."""
    known = tools.knowledge.library.ids()
    pages = ((SIMPLE, say("What yes means")), (FULL, say("The full text")))
    return tuple(Choice(f"article:{page}", name) for page, name in pages if page in known)


def _wished(session: Session, found: Receiver, tools: Tools) -> list[Text | list[Text]]:
    """Say what the person chose, and what of it cannot be met."""
    chosen = wishes.wishes_of(session)
    if not chosen:
        return []
    lines: list[Text | list[Text]] = [[say("You chose:"), *wishes.said(chosen, tools)]]
    if Wish.WOMAN in found.unmet:
        lines.append(
            say("No woman there can take it now. If you say yes, anybody there may read it.")
        )
    elif chosen.woman and found.office != DUTY_DESK:
        lines.append(say("At the duty desk, too, it waits until a woman takes it."))
    if Wish.TONGUE in found.unmet and chosen.tongue:
        there = CountryName(chosen.tongue)
        lines.append(say("No office in {country} can take it now.", country=there))
    return lines


async def _elsewhere(session: Session, office: str, tools: Tools) -> list[Text | list[Text]]:
    """Say that no office where they are has it, with numbers there to call anyway."""
    asked = need(session)
    directory = tools.knowledge.directory
    place = directory.places.get(office) or directory.ladder.get(office)
    at = place.country if place else None
    if asked.country is None or at in (asked.country, asked.wishes.tongue or asked.country):
        return []
    if asked.category is Category.COMPLAINT:
        return []
    plain = await tools.referrals.receiver(replace(asked, wishes=Wishes()))
    why = say("No office in {country} takes requests here yet.", country=CountryName(asked.country))
    if plain.office != office:
        why = say("No office in {country} fits what you chose.", country=CountryName(asked.country))
    return [why, *(list(one) for one in numbers(tools, asked.country))]


def _asked(session: Session, office: str, tools: Tools) -> Line:
    """Ask for a yes that names every desk the request can come to."""
    chosen = wishes.wishes_of(session)
    above = desks(tools.knowledge.directory, office, category(session), chosen)[1:]
    if len(above) > 1:
        named = office_name(above[0], tools)
        return say("May this office, {desk} and the duty desk have it?", desk=named)
    if above:
        return say("May this office and the duty desk have it?")
    return say("May this office have it?")


async def _speed(session: Session, found: Receiver, tools: Tools) -> list[Text]:
    soon = pace(category(session), urgency(session), young=young.is_young(session))
    return await speed(found.office, need(session), soon, session, tools)


def _nobody(session: Session, tools: Tools) -> list[Text | list[Text]]:
    """Say first that nobody is on duty yet, with the numbers of the country."""
    first: list[Text | list[Text]] = [say("Nobody is on duty here yet.")]
    if session.country:
        first += [list(one) for one in numbers(tools, session.country)]
    return [*first, say("You can still send. It will be read when somebody starts.")]


async def who_reads(session: Session, tools: Tools) -> Question:
    """Ask who may read it, saying who would get it then."""
    found = await receiver(session, tools)
    return wishes.question(session, found, category(session), tools)
