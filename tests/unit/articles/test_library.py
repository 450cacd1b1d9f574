"""The library: which text a person gets, and what a menu entry leads to."""

from dataclasses import replace

import pytest

from bot.articles import Group, Library, Topics, UnknownArticle, UnknownTopic, label
from bot.i18n import say
from tests.unit.articles.texts import article

TOPICS = Topics(
    groups=(
        Group("family", ("family",), menu=False),
        Group("asylum", ("asylum", "residence"), menu=True),
        Group("health", ("health",), menu=True),
    ),
    ids=("asylum.interview", "asylum.appeal", "residence.permits", "family.tracing"),
    starred=frozenset({"asylum.appeal"}),
)
APPEAL = article("Words.")
PERMITS = replace(APPEAL, id="residence.permits")
TRACING = replace(APPEAL, id="family.tracing")
LIBRARY = Library(
    TOPICS,
    {
        (one.id, one.language): one
        for one in (TRACING, PERMITS, replace(APPEAL, language="fr"), APPEAL)
    },
    {"asylum.appeal": {"en": ("they said no",)}},
)


def test_ids_follow_the_order_of_the_topics_and_leave_out_what_is_not_written() -> None:
    assert LIBRARY.ids() == ("asylum.appeal", "residence.permits", "family.tracing")


def test_a_missing_language_falls_back_to_english_and_says_so() -> None:
    assert LIBRARY.get("asylum.appeal", "fr").language == "fr"
    assert LIBRARY.get("residence.permits", "fr").language == "en"


def test_an_unknown_article_is_absent() -> None:
    with pytest.raises(UnknownArticle):
        LIBRARY.get("asylum.nothing", "en")


def test_a_topic_shows_its_own_articles_and_then_those_of_its_group() -> None:
    assert LIBRARY.in_topic("asylum") == ("asylum.appeal", "residence.permits")
    assert LIBRARY.in_topic("residence") == ("residence.permits", "asylum.appeal")


def test_an_unknown_topic_is_absent() -> None:
    with pytest.raises(UnknownTopic):
        LIBRARY.in_topic("nothing")


def test_the_menu_leaves_out_empty_groups_and_puts_the_first_screen_first() -> None:
    assert [group.id for group in LIBRARY.menu()] == ["asylum", "family"]


def test_a_topic_carries_the_label_of_its_group() -> None:
    assert label(TOPICS, "residence") == say("Staying here")


def test_languages_name_english_first() -> None:
    assert LIBRARY.languages("asylum.appeal") == ("en", "fr")
    assert LIBRARY.languages("asylum.nothing") == ()


def test_an_article_without_questions_has_none() -> None:
    assert LIBRARY.questions("asylum.appeal") == {"en": ("they said no",)}
    assert LIBRARY.questions("family.tracing") == {}
