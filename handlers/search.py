"""A question in own words: the vetted article that answers it, up to three to choose from, or none.

It never guesses and never answers from two articles at once.
"""

from dataclasses import replace

from bot.articles import UnknownArticle
from bot.conversation import Choice, Reply, Session, Tools, Turn, row, tell
from bot.i18n import SOURCE, Verbatim, say
from bot.understanding import Hit, Verdict, digits, locate, verdict
from handlers import danger, language, nearby, receipt, topics
from handlers.menu import LEAVE, MENU, PERSON, menu
from handlers.other_language import also_in

CHOICES = ()
STEPS = ()
COMMANDS: dict[str, str] = {}

OFFERED = 3
LONGEST_BUTTON = 2
"""Digits of a number that may press a button; a longer one is a request's number or code."""


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Answer from one article, ask which is meant, or say that nothing was found."""
    text = turn.text or ""
    if not text.strip():
        return Reply(session.at_rest(), (menu(tools),))
    # A word behind a number before a word alone: it is then asked for as a code is.
    if len(digits(text) or "") > LONGEST_BUTTON or receipt.number_and_word(text):
        return await receipt.handle(turn, session, tools)
    if stopped := await receipt.alone(turn, session, tools):
        return stopped
    if choice := danger.answered(text, session, tools):
        return await danger.handle(replace(turn, choice=choice, text=None), session, tools)
    if language.named(text, tools):
        return await language.handle(turn, session, tools)
    hits = tools.knowledge.index.search(text, session.language, limit=OFFERED)
    return also_in(text, await _answer(hits, turn, session, tools), tools)


async def _answer(hits: tuple[Hit, ...], turn: Turn, session: Session, tools: Tools) -> Reply:
    found = verdict(hits)
    if found is Verdict.DIRECT:
        try:
            return topics.article(hits[0].id, session, tools)
        except UnknownArticle:
            found = Verdict.NOTHING
    if found is Verdict.NOTHING and locate(turn.text or "", session.language).best:
        return await nearby.handle(turn, session, tools)
    if found is Verdict.CHOICES:
        return _which(hits, session, tools)
    return Reply(
        session.at_rest(),
        (menu(tools, say("I did not find this. A person may know. You can also choose:")),),
    )


def _which(hits: tuple[Hit, ...], session: Session, tools: Tools) -> Reply:
    library, language = tools.knowledge.library, session.language or SOURCE
    titles = [
        (Choice(f"article:{hit.id}", Verbatim(library.get(hit.id, language).title)),)
        for hit in hits
    ]
    return tell(
        session,
        say("I am not sure what you mean. Is it one of these?"),
        choices=(
            *titles,
            row(Choice("topic", say("None of these")), PERSON),
            row(MENU, LEAVE),
        ),
    )
