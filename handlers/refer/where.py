"""Where a request is about: a country or a town, typed, pressed or shared, kept as a town."""

from dataclasses import dataclass

from bot.conversation import Session, Tools, Turn
from bot.directory import country_of
from bot.i18n import CountryName, say
from bot.understanding import locate
from handlers.refer import questions
from handlers.refer.questions import Question
from handlers.whereabouts import chosen, pinned, placed

MOST = 3


@dataclass(frozen=True, slots=True)
class Where:
    """The session at the place that was found, or the question to ask instead."""

    session: Session
    question: Question | None = None


def where(step: str, value: str, turn: Turn, session: Session, tools: Tools) -> Where:
    """Return the place that was pressed, shared or typed; a question where it is not clear."""
    if turn.point is not None and (code := country_of(turn.point)):
        return Where(pinned(session, turn.point, code))
    if value and tools.knowledge.directory.in_country(value):
        return Where(chosen(session, value))
    found = locate(turn.text or "", session.language)
    if found.best is None:
        unknown = say("I do not know this place. Type another town or a country, or skip:")
        ask = questions.place if step == "place" else questions.country
        return Where(session, ask(session, tools, unknown))
    if found.ambiguous:
        countries = tuple(dict.fromkeys(one.country for one in found.candidates))
        return Where(session.put(named=turn.text or ""), _which(step, countries))
    return Where(placed(session, found.best))


def _which(step: str, countries: tuple[str, ...]) -> Question:
    """Ask back where one name stands in several countries."""
    rows = tuple((questions.choice(step, one, CountryName(one)),) for one in countries[:MOST])
    return Question(
        (say("There is more than one place of this name. In which country?"),),
        (*rows, questions.ways_out(step)),
    )
