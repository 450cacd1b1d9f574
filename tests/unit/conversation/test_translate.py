"""From lines to texts: every button says the number that presses it."""

from dataclasses import replace

import pytest

from bot.conversation import Chat, Choice, Reply, Session, again, message, row, tell
from bot.conversation.rendered import Rendered
from bot.conversation.translate import rendered
from bot.i18n import Catalogs, Verbatim, load_catalogs, say
from tests.telegram.core import LOCALES

ENGLISH = Session(language="en")
NEW = Chat(ENGLISH)
ONE, TWO, LEAVE = (Choice(name, Verbatim(name.title())) for name in ("one", "two", "leave"))


@pytest.fixture(scope="module")
def catalogs() -> Catalogs:
    return load_catalogs(LOCALES)


def labels(shown: Rendered) -> list[str]:
    """Return all labels, top to bottom."""
    return [button.label for one in shown.messages for line in one.choices for button in line]


def test_a_label_says_what_presses_it_and_leaving_is_zero(catalogs: Catalogs) -> None:
    shown = rendered(tell(ENGLISH, say("Hello"), choices=(row(ONE, LEAVE), (TWO,))), NEW, catalogs)
    assert labels(shown) == ["1 One", "0 Leave", "2 Two"]
    assert shown.buttons == ("one", "two")


def test_numbers_run_on_over_the_messages_of_a_reply(catalogs: Catalogs) -> None:
    two = (message(say("A"), choices=((ONE,),)), message(say("B"), choices=((TWO,),)))
    assert labels(rendered(Reply(ENGLISH, two), NEW, catalogs)) == ["1 One", "2 Two"]


def test_what_comes_beside_a_question_is_numbered_after_it(catalogs: Catalogs) -> None:
    news = Reply(ENGLISH, (message(say("News"), choices=((TWO,),)),), beside=True)
    shown = rendered(news, replace(NEW, buttons=("one", "leave")), catalogs)
    assert labels(shown) == ["3 Two"]


def test_the_open_question_is_repeated_as_a_new_message(catalogs: Catalogs) -> None:
    asked = rendered(tell(ENGLISH, say("Which?"), choices=((ONE,),)), NEW, catalogs)
    shown = rendered(again(ENGLISH, say("Once more:")), replace(NEW, last=asked), catalogs)
    assert [one.text for one in shown.messages] == ["Once more:", "Which?"]
    assert shown.messages[1].id != asked.messages[0].id
    assert labels(shown) == ["1 One"]


def test_paragraphs_are_parted_and_lines_of_one_stand_together(catalogs: Catalogs) -> None:
    shown = rendered(tell(ENGLISH, say("A"), [say("B"), say("C")]), NEW, catalogs)
    assert shown.messages[0].text == "A\n\nB\nC"


def test_arabic_runs_leftwards_and_isolates_values(catalogs: Catalogs) -> None:
    arabic = Session(language="ar")
    shown = rendered(tell(arabic, say("In {country}:", country="Sfax")), NEW, catalogs)
    assert shown.direction == "rtl"
    assert "\u2068Sfax\u2069" in shown.messages[0].text


def test_a_language_that_is_not_offered_falls_back_to_english(catalogs: Catalogs) -> None:
    shown = rendered(tell(Session(language="xx"), say("Hello")), NEW, catalogs)
    assert shown.language == "en"


def test_a_reply_survives_being_stored(catalogs: Catalogs) -> None:
    shown = rendered(tell(ENGLISH, say("Which?"), choices=((ONE,), (LEAVE,))), NEW, catalogs)
    assert Rendered.from_json(shown.to_json()) == shown
