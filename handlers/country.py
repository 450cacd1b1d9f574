"""Ask in which country a person is, once, and go on with what needed it."""

from dataclasses import replace

from bot.conversation import Reply, Session, Tools, Turn
from bot.directory import country_of
from bot.i18n import say
from bot.understanding import locate
from handlers import danger, nearby
from handlers.menu import menu
from handlers.whereabouts import THEN, ask_country

CHOICES = ("country",)
STEPS = ("country",)
COMMANDS: dict[str, str] = {}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Take the country, typed, pressed or skipped, and go on."""
    answer = (turn.choice or "").partition(":")[2]
    if turn.choice is None and danger.sounds(turn, session):
        return await danger.handle(turn, session, tools)
    if answer == "skip":
        return await _go_on(turn, session.put(country="skipped"), tools)
    code = answer or _typed(turn, session)
    if code is None or not tools.knowledge.directory.in_country(code):
        return ask_country(
            session, tools, say("I do not know this place. Type the country's name:")
        )
    return await _go_on(turn, replace(session, country=code).drop("country"), tools)


def _typed(turn: Turn, session: Session) -> str | None:
    if turn.point is not None:
        return country_of(turn.point)
    found = locate(turn.text or "", session.language).best
    return found.country if found else None


async def _go_on(turn: Turn, session: Session, tools: Tools) -> Reply:
    then = session.slots.get(THEN, "")
    session = replace(session, step=None).drop(THEN)
    turn = replace(turn, choice=then or None, text=None, point=None)
    if then.startswith("danger"):
        return await danger.handle(turn, session, tools)
    if then.startswith("near"):
        session = session.drop("country")
        return nearby.shown(session, tools) if session.country else nearby.where(session, tools)
    return Reply(session, (menu(tools),))
