"""Who may read a request: behind one button of the consent, so that the short way stays short.

Several things can be wished, and each is undone by its own button.  No origin is asked: a country
is named only to keep its offices away, or to be answered from there.  What cannot be met is said
in the question of consent; who says yes to that gives up this one wish, and no other.
"""

from collections.abc import Iterator, Mapping

from bot.conversation import Choice, Rows, Session, Tools
from bot.i18n import SOURCE, CountryName, Line, Text, at_home, say
from bot.referrals import DUTY_DESK, Category, Crews, Receiver, Wish, Wishes
from bot.understanding import locate
from handlers.menu import LEAVE
from handlers.refer.naming import office_name
from handlers.refer.questions import Question, choice, ways_out
from handlers.whereabouts import offered

STEP, AWAY, TONGUE = "wish", "away", "tongue"
BEFORE: Mapping[str, str] = {STEP: "consent", AWAY: STEP, TONGUE: STEP}
"""The steps of this page, and where each leads back to."""
SLOTS: Mapping[Wish, str] = {one: f"refer.wish.{one}" for one in Wish}
UNMET = "refer.unmet"
"""The slot that names the wishes which the question of consent said cannot be met."""
ASKED: Mapping[Wish, str] = {Wish.NOT_COUNTRY: AWAY, Wish.TONGUE: TONGUE}
"""Wishes that need a country, and the step that asks for it."""
NAMED: Mapping[str, Wish] = {step: wish for wish, step in ASKED.items()}
CHOOSE = "choose"
"""What the one button in the question of consent says."""
MOST_OFFICES = 4
MOST_COUNTRIES = 6

ONLY_A_WOMAN = say("Only a woman reads it")
NOBODY_OF_MINE = say("Nobody from my community reads it")


def wishes_of(session: Session) -> Wishes:
    """Return what the person wishes."""
    slots = session.slots
    return Wishes(
        woman=SLOTS[Wish.WOMAN] in slots,
        not_offices=frozenset(slots.get(SLOTS[Wish.NOT_OFFICE], "").split()),
        not_country=slots.get(SLOTS[Wish.NOT_COUNTRY]),
        tongue=slots.get(SLOTS[Wish.TONGUE]),
        not_community=SLOTS[Wish.NOT_COMMUNITY] in slots,
    )


def button(session: Session) -> Choice:
    """Return the one button that leads here."""
    if wishes_of(session):
        return choice(STEP, CHOOSE, say("Change who reads it"))
    return choice(STEP, CHOOSE, say("Choose who reads it"))


def at(step: str, here: str) -> str:
    """Return where a choice is made: what is wished is pressed at the question of consent too."""
    return STEP if step == STEP and here == BEFORE[STEP] else here


def said(wishes: Wishes, tools: Tools) -> list[Text]:
    """Return a line for each wish."""
    lines: list[Text] = []
    if wishes.woman:
        lines.append(ONLY_A_WOMAN)
    if wishes.not_community:
        lines.append(NOBODY_OF_MINE)
    lines += [_not(office, tools) for office in sorted(wishes.not_offices)]
    if wishes.not_country:
        lines.append(_no_office_in(wishes.not_country))
    if wishes.tongue:
        lines.append(_office_in(wishes.tongue))
    return lines


def question(session: Session, found: Receiver, about: Category, tools: Tools) -> Question:
    """Ask who may read it, and say who would get it now."""
    lines: list[Text | list[Text]] = [
        say("Choose what you need. You can choose several, and undo each."),
        say("This will go to: {office}.", office=office_name(found.office, tools)),
        say(
            "We do not ask where you are from. The officer who takes it must confirm not to be "
            "from your community, but may notice it only when reading."
        ),
    ]
    rows: list[tuple[Choice, ...]] = [_woman(session), _community(session)]
    if about is not Category.COMPLAINT:
        rows += _places(session, found.office, tools)
    ways = ((choice(STEP, "skip", say("Go on")),), (Choice("refer:back", say("Back")), LEAVE))
    return Question(tuple(lines), (*rows, *ways))


def country(step: str, session: Session, crews: Crews, tools: Tools, *lines: Text) -> Question:
    """Ask for the country whose offices are kept away, or from which to be answered."""
    if step == AWAY:
        asks = say("Offices of which country should not get it? Choose one, or type its name.")
        codes = offered(session, tools)
    else:
        asks = say(
            "In which country should the office be? Choose one where your language is spoken, or "
            "type its name. It helps by writing, and may be far away."
        )
        codes = tuple(_tongues(session, crews, tools))
    buttons = [choice(step, code, CountryName(code)) for code in codes[:MOST_COUNTRIES]]
    rows: Rows = tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))
    skip = (choice(step, "skip", say("Skip")), *ways_out(step))
    return Question(lines or (asks,), (*rows, skip))


def toggled(session: Session, value: str, office: str) -> Session | None:
    """Return the session with a wish made or undone; None where no button says this.

    `office` would get the request now: that is what 'not this office' means.
    """
    name, _, other = value.partition(":")
    if name == Wish.NOT_OFFICE:
        return _kept_away(session, other, office)
    if name not in SLOTS or other:
        return None
    wish = Wish(name)
    if SLOTS[wish] in session.slots:
        return session.drop(SLOTS[wish])
    return session.put(**{SLOTS[wish]: "yes"}) if wish not in ASKED else None


def asks(session: Session, value: str) -> str | None:
    """Return the step that asks for the country of a wish; None where the wish needs none."""
    for wish, step in ASKED.items():
        if value == wish and SLOTS[wish] not in session.slots:
            return step
    return None


def with_country(session: Session, step: str, country: str) -> Session:
    """Return the session with the country of a wish; it is not wished for and kept away at once."""
    wish, other = SLOTS[NAMED[step]], SLOTS[NAMED[AWAY if step == TONGUE else TONGUE]]
    if session.slots.get(other) == country:
        session = session.drop(other)
    return session.put(**{wish: country})


def typed(text: str, session: Session) -> str | None:
    """Return the country that somebody typed; None where it is not clear."""
    found = locate(text, session.language)
    return found.best.country if found.best is not None and not found.ambiguous else None


def with_unmet(session: Session, found: Receiver) -> Session:
    """Return the session that remembers what the question of consent says cannot be met."""
    return session.put(**{UNMET: " ".join(sorted(found.unmet))})


def settled(session: Session) -> Session:
    """Return the session of a person who says yes although some wishes cannot be met."""
    unmet = session.slots.get(UNMET, "").split()
    return session.drop(*(SLOTS[Wish(one)] for one in unmet))


def _woman(session: Session) -> tuple[Choice, ...]:
    return (_switch(session, Wish.WOMAN, ONLY_A_WOMAN, ONLY_A_WOMAN),)


def _community(session: Session) -> tuple[Choice, ...]:
    return (_switch(session, Wish.NOT_COMMUNITY, NOBODY_OF_MINE, NOBODY_OF_MINE),)


def _places(session: Session, office: str, tools: Tools) -> Iterator[tuple[Choice, ...]]:
    """Yield what can be wished about offices: not this one, not there, rather there."""
    wishes = wishes_of(session)
    if office != DUTY_DESK and len(wishes.not_offices) < MOST_OFFICES:
        yield (choice(STEP, Wish.NOT_OFFICE, _not(office, tools)),)
    for one in sorted(wishes.not_offices):
        yield (choice(STEP, f"{Wish.NOT_OFFICE}:{one}", _undo(_not(one, tools))),)
    away, there = wishes.not_country or "", wishes.tongue or ""
    none = say("No office in a country that I name")
    yield (_switch(session, Wish.NOT_COUNTRY, none, _no_office_in(away)),)
    own = say("Rather an office where my language is spoken")
    yield (_switch(session, Wish.TONGUE, own, _office_in(there)),)


def _switch(session: Session, wish: Wish, makes: Line, made: Line) -> Choice:
    """Return the button that makes a wish, or undoes it."""
    return choice(STEP, wish, _undo(made) if SLOTS[wish] in session.slots else makes)


def _kept_away(session: Session, undone: str, office: str) -> Session | None:
    """Return the session without the office that would get it, or with one that was kept away."""
    kept = wishes_of(session).not_offices
    if undone:
        kept -= {undone}
    elif office != DUTY_DESK and len(kept) < MOST_OFFICES:
        kept |= {office}
    else:
        return None
    slot = SLOTS[Wish.NOT_OFFICE]
    return session.put(**{slot: " ".join(sorted(kept))}) if kept else session.drop(slot)


def _tongues(session: Session, crews: Crews, tools: Tools) -> Iterator[str]:
    """Yield the countries of onboarded offices where the person's language is at home."""
    places, language = tools.knowledge.directory.places, session.language or SOURCE
    countries = {places[one].country for one in crews if one in places}
    yield from sorted(one for one in countries if at_home(language, one))


def _undo(wish: Line) -> Line:
    return say("Undo: {wish}", wish=wish)


def _not(office: str, tools: Tools) -> Line:
    return say("Not to {office}", office=office_name(office, tools))


def _no_office_in(country: str) -> Line:
    return say("No office in {country}", country=CountryName(country))


def _office_in(country: str) -> Line:
    return say("Rather an office in {country}", country=CountryName(country))
