"""What shows without opening the chat, or comes unasked, is dull in every language.

Whoever holds the phone sees it: the page's title, commands and description, the public menu, what
a quick exit leaves, and the first 80 signs of whatever answers no turn.  The words that must not
stand there are those of `locales/banned.toml`, every language's looked for in every language.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.channels.telegram.manners import COMMANDS, FAREWELL, LONG, SHORT
from bot.channels.webchat import shell
from bot.conversation import Chat, Delivery, Knowledge, Rendered, Reply, Session, Tools, Turn, ask
from bot.conversation.rendered import UNSEEN
from bot.conversation.translate import LATE, rendered, shown_before
from bot.i18n import Text, say
from handlers import language, leave, news
from handlers.menu import menu
from tests.conversations.banned import WORDS, banned_in

LANGUAGES = sorted(WORDS)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TELLING = "You are a victim of trafficking and asked the police for help."
# The key is called so on the keyboard; the line is for people who do not see the screen.
NOT_SHOWN = frozenset({"keys"})

each_language = pytest.mark.parametrize("spoken", LANGUAGES)


def texts(reply: Rendered) -> list[str]:
    """Return all that a reply shows, buttons too."""
    labels = [one.label for part in reply.messages for row in part.choices for one in row]
    return [*(one.text for one in reply.messages), *labels]


class Outside:
    """What shows from outside, in one language."""

    def __init__(self, knowledge: Knowledge, spoken: str) -> None:
        self.knowledge, self.spoken = knowledge, spoken
        self.session = Session(language=spoken, chosen=True)
        self.tools: Tools = replace(_no_tools(knowledge), now=NOON)

    def line(self, text: Text) -> str:
        """Return a line in the language."""
        return self.knowledge.catalogs.render(text, self.spoken)

    def reply(self, reply: Reply) -> Rendered:
        """Return a reply in the language."""
        return rendered(reply, Chat(self.session), self.knowledge.catalogs)

    def late(self, *lines: Text) -> Rendered:
        """Return a reply as the sweep sends it long after the turn."""
        shown = self.reply(ask(self.session, "refer:words", *lines))
        return Delivery(1, shown, "person", "telegram", "555", repeat=True).late().reply

    def screens(self) -> Iterator[str]:
        """Yield everything that shows before anything was asked."""
        yield from (self.line(one) for _, one in COMMANDS)
        yield from (self.line(one) for one in (SHORT, LONG, FAREWELL))
        page = shell.words(self.knowledge.catalogs, self.spoken)
        yield from (text for name, text in page.items() if name not in NOT_SHOWN)
        yield from texts(self.reply(Reply(self.session, (menu(self.tools),))))
        yield from texts(self.reply(language.question(self.session, self.tools)))
        yield from map(self.line, leave.decoys())
        yield from texts(shown_before(self.spoken, self.knowledge.catalogs))

    def unasked(self) -> Iterator[str]:
        """Yield what comes while nobody waits for it."""
        yield from texts(self.reply(news.line(self.session)))
        yield from (
            text[:UNSEEN] for text in (one.text for one in self.late(say(TELLING)).messages)
        )


def _no_tools(knowledge: Knowledge) -> Tools:
    """Return tools of which only the knowledge is asked for."""
    return Tools(NOON, knowledge, None, None, None, None)  # type: ignore[arg-type]


@each_language
def test_nothing_that_shows_before_the_chat_is_opened_tells(
    knowledge: Knowledge, spoken: str
) -> None:
    shown = list(Outside(knowledge, spoken).screens())
    assert len(shown) > 60
    assert [(text, banned_in(text)) for text in shown if banned_in(text)] == []


@each_language
def test_nothing_that_comes_unasked_tells(knowledge: Knowledge, spoken: str) -> None:
    shown = list(Outside(knowledge, spoken).unasked())
    assert len(shown) >= 3
    assert [(text, banned_in(text)) for text in shown if banned_in(text)] == []


@each_language
def test_a_word_that_is_planted_anywhere_would_be_found(knowledge: Knowledge, spoken: str) -> None:
    planted = WORDS[spoken][0]
    outside = Outside(knowledge, spoken)
    for text in (*outside.screens(), *outside.unasked()):
        assert planted in banned_in(f"{text} {planted}.")
    prompt = outside.reply(ask(outside.session, "refer:words", say(TELLING)))
    assert banned_in(prompt.messages[0].text[:UNSEEN])


@each_language
def test_a_late_reply_keeps_its_words_behind_a_line_that_fills_what_shows(
    knowledge: Knowledge, spoken: str
) -> None:
    outside = Outside(knowledge, spoken)
    (message,) = outside.late(say(TELLING)).messages
    assert message.text.startswith(outside.line(LATE)[:UNSEEN])
    above, below = message.text.split("\n\n")
    assert len(above) >= UNSEEN
    assert below == outside.line(say(TELLING))


def test_what_a_quick_exit_leaves_is_many_things_that_nobody_acts_on(knowledge: Knowledge) -> None:
    shown = [Outside(knowledge, "en").line(one) for one in leave.decoys()]
    assert len(set(shown)) == len(shown) >= 12
    acted_on = re.compile(
        r"weather|rain|rate|price|euro|dollar|news|today|tomorrow|open|http", re.I
    )
    assert [one for one in shown if acted_on.search(one)] == []


def test_the_pages_icon_and_name_are_those_of_nothing_in_particular(knowledge: Knowledge) -> None:
    page = shell.page(knowledge.catalogs, "en", "https://example.org/")
    title = re.search(r"<title>(.*?)</title>", page)
    icon = re.search(r'<link[^>]*rel="icon"[^>]*>', page)
    assert title is not None
    assert banned_in(title[1]) == []
    assert icon is None or banned_in(icon[0]) == []


def test_a_reply_that_wipes_and_the_neutral_line_are_left_as_they_are(knowledge: Knowledge) -> None:
    outside = Outside(knowledge, "en")
    line = Delivery(
        1, outside.reply(news.line(outside.session)), "p", "telegram", "555", unasked=True
    )
    assert line.late() == line
    exit_ = replace(line, unasked=False, reply=replace(line.reply, wipe=True))
    assert exit_.late() == exit_


async def test_the_line_that_comes_unasked_is_the_one_that_is_looked_at(
    knowledge: Knowledge,
) -> None:
    outside = Outside(knowledge, "en")
    turn = Turn("news:1", "telegram", "p", NOON, choice="news", unasked=True)
    said = await news.handle(turn, outside.session, outside.tools)
    assert said == news.line(outside.session)


@pytest.mark.parametrize(
    "bent",
    [
        "Smugglers", "escaped", "escaping", "protected", "hiding", "raped", "helping", "helped",
        "réfugiées", "policières", "menacés", "Aides", "fuites", "protegé", "expulsée",
        "violentas", "refugiadas", "policias", "escapando", "amenazas", "Ayudas", "denunciados",
        "والشرطة", "بالمساعدة", "اللاجئين", "للحماية",
    ],
)  # fmt: skip
def test_a_banned_word_is_found_in_whatever_form_it_is_written(bent: str) -> None:
    assert banned_in(f"1 {bent}, 2")


@pytest.mark.parametrize("harmless", ["skilled", "Essex", "safari", "helmet", "policy", "reports2"])
def test_a_word_that_only_contains_a_banned_one_is_none(harmless: str) -> None:
    assert banned_in(harmless) == []
