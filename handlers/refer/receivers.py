"""Who would get a request, said truthfully: the office, how fast, and whether anyone is on duty."""

from datetime import timedelta

from bot.conversation import Session, Tools
from bot.i18n import CountryName, Line, Text, say, say_n
from bot.referrals import DUTY_DESK, Category, Particulars, Urgency, desks, due
from handlers.numbers import numbers
from handlers.refer.questions import Question, choice, told, typed, ways_out
from handlers.whereabouts import point_of

HOUR = timedelta(hours=1)


def particulars(session: Session) -> Particulars:
    """Return what will be encrypted of a request: words, town at most, whom it is about."""
    slots = session.slots
    words, for_other = told(session), slots.get("refer.for") == "other"
    word = typed(session, "word")
    if slots.get("refer.place", "skip") == "skip":
        return Particulars(words, for_other, safe_word=word)
    return Particulars(
        words, for_other, session.country, slots.get("place"), point_of(session), word
    )


def category(session: Session) -> Category:
    """Return what the request is about."""
    return Category(session.slots.get("refer.about", Category.OTHER))


def urgency(session: Session) -> Urgency:
    """Return how soon somebody is needed."""
    return Urgency(session.slots.get("refer.urgent", Urgency.SOON))


def office_name(office: str, tools: Tools) -> Text:
    """Return the name of an office as a person may read it."""
    directory = tools.knowledge.directory
    place = directory.places.get(office) or directory.ladder.get(office)
    if place is None:
        return say("the duty desk, a team that takes what no other office has")
    return say("{name}", name=place.name)


async def consent(session: Session, tools: Tools) -> tuple[Question, str]:
    """Return the question of consent and the office it names."""
    office = await tools.referrals.receiver(category(session), particulars(session))
    onboarded = await tools.referrals.store.onboarded()
    about = category(session)
    goes = say("This will go to: {office}.", office=office_name(office, tools))
    lines: list[Text | list[Text]] = [goes]
    if office == DUTY_DESK and DUTY_DESK not in onboarded:
        lines = [*_nobody(session, tools), goes]
    else:
        if about is Category.COMPLAINT:
            lines.append(say("A complaint never goes to the office it is about."))
        lines.append(_speed(session, tools))
    if not await tools.unit.setup_finished():
        lines.append(
            say(
                "This service is still being set up. Until that is done, the people who run it "
                "could read what you send."
            )
        )
    lines.append(_asked(office, about, tools))
    rows = (
        (choice("consent", "yes", say("Yes")), choice("consent", "no", say("No"))),
        ways_out("consent"),
    )
    return Question(tuple(lines), rows), office


def _asked(office: str, about: Category, tools: Tools) -> Line:
    """Ask for a yes that names every desk the request can come to."""
    above = desks(tools.knowledge.directory, office, about)[1:]
    if len(above) > 1:
        named = office_name(above[0], tools)
        return say("May this office, {desk} and the duty desk have it?", desk=named)
    if above:
        return say("May this office and the duty desk have it?")
    return say("May this office have it?")


def _speed(session: Session, tools: Tools) -> Line:
    wait = due(category(session), urgency(session), tools.now) - tools.now
    hours = round(wait / HOUR)
    return say_n(
        "Somebody should look at it within {count} hour. It can take longer.",
        "Somebody should look at it within {count} hours. It can take longer.",
        hours,
    )


def _nobody(session: Session, tools: Tools) -> list[Text | list[Text]]:
    """Say first that nobody is on duty yet, with the numbers of the country."""
    first: list[Text | list[Text]] = [say("Nobody is on duty here yet.")]
    if session.country:
        first += [list(one) for one in numbers(tools, session.country)]
    return [*first, say("You can still send. It will be read when somebody starts.")]


def share(session: Session) -> Question:
    """Ask whether a partner may get it; anyone else needs a new yes."""
    country = particulars(session).country
    asked = say("May they pass it to an organisation that helps with this where you are?")
    if country is not None:
        asked = say(
            "May they pass it to an organisation in {country} that helps with this?",
            country=CountryName(country),
        )
    return Question(
        (asked, say("You need not say yes.")),
        (
            (choice("share", "yes", say("Yes")), choice("share", "no", say("No"))),
            ways_out("share"),
        ),
    )
