"""A question in own words: the vetted article that answers it, up to three to choose from, or none.

It never guesses and never answers from two articles at once.
"""

from bot.articles import UnknownArticle
from bot.conversation import Choice, Reply, Session, Tools, Turn, row, tell
from bot.i18n import SOURCE, Verbatim, say
from bot.understanding import Hit, Verdict, locate, verdict
from handlers import nearby, topics
from handlers.menu import LEAVE, MENU, PERSON, menu

CHOICES = ()
STEPS = ()
COMMANDS: dict[str, str] = {}

OFFERED = 3


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Answer from one article, ask which is meant, or say that nothing was found."""
    text = turn.text or ""
    if not text.strip():
        return Reply(session.at_rest(), (menu(tools),))
    hits = tools.knowledge.index.search(text, session.language, limit=OFFERED)
    found = verdict(hits)
    if found is Verdict.DIRECT:
        try:
            return topics.article(hits[0].id, session, tools)
        except UnknownArticle:
            found = Verdict.NOTHING
    if found is Verdict.NOTHING and locate(text, session.language).best:
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
