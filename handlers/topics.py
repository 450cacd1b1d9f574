"""Browse topics and read articles: a few sentences at a time, sources on demand."""

from datetime import date
from itertools import islice

from bot.articles import Article, Library, UnknownArticle, UnknownTopic, label, pages
from bot.conversation import Choice, Reply, Rows, Session, Tools, Turn, row, tell
from bot.i18n import SOURCE, Line, Text, Verbatim, say
from handlers.menu import LEAVE, MENU, PERSON, menu

CHOICES = ("topic", "article", "sources", "useful")
STEPS = ()
COMMANDS = {"/info": "topic"}

RELATED = 2


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Show a topic, a page of an article or its sources, or take a reader's mark."""
    kind, _, named = (turn.choice or "topic").partition(":")
    try:
        match kind:
            case "article":
                return article(named, session, tools)
            case "sources":
                return _sources(named, session, tools)
            case "useful":
                return await _marked(named, session, tools)
            case _:
                return _topic(named, session, tools)
    except (UnknownArticle, UnknownTopic):
        return Reply(session.at_rest(), (menu(tools, say("This text is no longer here.")),))


def article(named: str, session: Session, tools: Tools) -> Reply:
    """Return a page of an article (`<id>` or `<id>:<page>`, counted from 1).

    Raises:
        UnknownArticle: no article has this id.
    """
    name, _, number = named.partition(":")
    found = tools.knowledge.library.get(name, session.language or SOURCE)
    all_pages = pages(found)
    here = min(max(int(number) if number.isdecimal() and len(number) < 4 else 1, 1), len(all_pages))
    last = here == len(all_pages)
    head = _head(found, session, tools.now.date()) if here == 1 else ()
    foot = _foot(found) if last else ()
    body = (*head, Verbatim(all_pages[here - 1]), *foot)
    return tell(
        session, *body, choices=_below(found, here, last=last, library=tools.knowledge.library)
    )


def _head(found: Article, session: Session, today: date) -> tuple[Text, ...]:
    lines: list[Text] = [Verbatim(found.title)]
    if found.expired(today):
        lines.append(say("This text is under review. Ask before you rely on it."))
    if found.language != (session.language or SOURCE):
        lines.append(say("This text is not in your language yet. Here it is in English."))
    elif found.draft and found.language != SOURCE:
        lines.append(say("Translated automatically. The English text decides."))
    return tuple(lines)


def _foot(found: Article) -> tuple[Text, ...]:
    return (
        say("Compared with its sources on {date}.", date=found.checked),
        say("Was this useful?"),
    )


def _below(found: Article, here: int, *, last: bool, library: Library) -> Rows:
    more = () if last else (Choice(f"article:{found.id}:{here + 1}", say("More")),)
    sources = Choice(f"sources:{found.id}", say("Sources"))
    if not last:
        return (row(*more, sources), row(PERSON, MENU), (LEAVE,))
    known = library.ids()
    related = islice((one for one in found.related if one in known), RELATED)
    language = found.language
    service = found.services[0] if found.services else None
    return (
        row(
            Choice(f"useful:{found.id}:yes", say("Yes")),
            Choice(f"useful:{found.id}:no", say("No")),
            Choice(f"useful:{found.id}:wrong", say("Something is wrong")),
        ),
        row(sources, Choice(f"near:{service}" if service else "near", say("Nearest place"))),
        *(
            (Choice(f"article:{one}", Verbatim(library.get(one, language).title)),)
            for one in related
        ),
        row(PERSON, MENU),
        (LEAVE,),
    )


def _sources(name: str, session: Session, tools: Tools) -> Reply:
    found = tools.knowledge.library.get(name, session.language or SOURCE)
    listed = [Verbatim(f"{one.title} ({one.date})\n{one.url}") for one in found.sources]
    return tell(
        session,
        say("Where this text comes from:"),
        *listed,
        say("Compared with these sources on {date}.", date=found.checked),
        choices=(
            row(Choice(f"article:{found.id}", say("Back to the text"))),
            row(PERSON, MENU),
            (LEAVE,),
        ),
    )


async def _marked(named: str, session: Session, tools: Tools) -> Reply:
    name, _, mark = named.partition(":")
    found = tools.knowledge.library.get(name, session.language or SOURCE)
    if mark not in ("yes", "no", "wrong"):
        raise UnknownArticle("no such mark")
    await tools.unit.mark(found.id, found.language, mark, tools.now)
    return tell(session, _thanks(mark), choices=(row(PERSON, MENU), (LEAVE,)))


def _thanks(mark: str) -> Line:
    if mark == "yes":
        return say("Thank you.")
    if mark == "no":
        return say("Thank you. A person may be able to tell you more.")
    return say("Thank you. An editor will look at this text.")


def _topic(topic: str, session: Session, tools: Tools) -> Reply:
    library = tools.knowledge.library
    if not topic:
        groups = [
            (Choice(f"topic:{group.id}", label(library.topics, group.id)),)
            for group in library.menu()
        ]
        return tell(
            session, say("Choose what it is about:"), choices=(*groups, row(PERSON, MENU), (LEAVE,))
        )
    language = session.language or SOURCE
    titles = [
        (Choice(f"article:{one}", Verbatim(library.get(one, language).title)),)
        for one in library.in_topic(topic)
    ]
    heading = label(library.topics, topic)
    if not titles:
        return Reply(session.at_rest(), (menu(tools, say("There is no text on this yet.")),))
    return tell(session, heading, choices=(*titles, row(PERSON, MENU), (LEAVE,)))
