"""A line becomes a text: its language, its values, its direction."""

import gettext
from datetime import UTC, date, datetime

import pytest

from bot.i18n import (
    Catalogs,
    CountryName,
    Language,
    Line,
    UnknownLanguage,
    Verbatim,
    country_name,
    say,
    say_n,
)


class Words(gettext.NullTranslations):
    """Translations from a table."""

    def __init__(self, table: dict[str, str]) -> None:
        super().__init__()
        self.table = table

    def gettext(self, message: str) -> str:
        return self.table.get(message, message)


def language(code: str, direction: str = "ltr") -> Language:
    return Language(code, code, direction, (), frozenset())


FRENCH = {"In {country}:": "{country} :", "Yes": "Oui", "Due {day}": "Pour le {day}"}
ARABIC = {"In {country}:": "في {country}:", "Go to {office}.": "اذهبوا إلى {office}."}
CATALOGS = Catalogs(
    {"en": language("en"), "fr": language("fr"), "ar": language("ar", "rtl")},
    {"en": gettext.NullTranslations(), "fr": Words(FRENCH), "ar": Words(ARABIC)},
)


@pytest.mark.parametrize(
    ("hint", "picked"),
    [("fr", "fr"), ("fr-CA", "fr"), ("FR_ca", "fr"), ("ar-EG", "ar"), ("frr", "en"), ("xx", "en")],
)
def test_the_closest_offered_language_is_picked(hint: str, picked: str) -> None:
    assert CATALOGS.pick(hint) == picked


@pytest.mark.parametrize("hint", [None, "", "-", "💬"])
def test_without_a_usable_hint_it_is_english(hint: str | None) -> None:
    assert CATALOGS.pick(hint) == "en"


def test_a_language_that_is_not_offered_is_refused() -> None:
    assert CATALOGS.language("ar").direction == "rtl"
    with pytest.raises(UnknownLanguage):
        CATALOGS.language("xx")


def test_a_sentence_without_a_translation_is_shown_in_english() -> None:
    assert CATALOGS.render(say("Yes"), "fr") == "Oui"
    assert CATALOGS.render(say("No"), "fr") == "No"
    assert CATALOGS.render(say("Go to {office}.", office="Sfax"), "fr") == "Go to Sfax."


def test_values_that_are_texts_are_translated_with_the_line() -> None:
    line = say("In {country}:", country=CountryName("TN"))
    assert CATALOGS.render(line, "en") == "In Tunisia:"
    assert CATALOGS.render(line, "fr") == "Tunisie :"


def test_each_value_is_isolated_where_text_runs_leftwards() -> None:
    line = say("Go to {office}.", office="IOM (Sfax)")
    assert CATALOGS.render(line, "ar") == "اذهبوا إلى \u2068IOM (Sfax)\u2069."
    inner = say("Go to {office}.", office=say("In {country}:", country=CountryName("TN")))
    assert CATALOGS.render(inner, "ar").count("\u2068") == 2
    assert CATALOGS.render(inner, "ar").count("\u2069") == 2


def test_dates_have_the_month_in_words_and_digits_that_all_can_type() -> None:
    day = date(2026, 11, 24)
    assert CATALOGS.render(say("Due {day}", day=day), "fr") == "Pour le 24 novembre 2026"
    arabic = CATALOGS.render(say("Due {day}", day=day), "ar")
    assert arabic == "Due \u206824 نوفمبر 2026\u2069"
    moment = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
    assert CATALOGS.render(say("Due {day}", day=moment), "en") == "Due 24 November 2026, 09:05"


def test_what_is_written_already_is_left_as_it_is() -> None:
    braces = Verbatim("{not} a value 1")
    assert CATALOGS.render(braces, "ar") == "{not} a value 1"
    assert CATALOGS.render(say("You wrote: {words}", words="{0} {x}"), "en") == "You wrote: {0} {x}"


def test_a_line_without_values_may_hold_a_place_that_is_filled_later() -> None:
    assert CATALOGS.render(say("Gone in {seconds} s"), "en") == "Gone in {seconds} s"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 offices"), (1, "1 office"), (2, "2 offices"), (21, "21 offices")]
)
def test_a_counted_line_names_its_number(count: int, text: str) -> None:
    line = say_n("{count} office", "{count} offices", count)
    assert line == Line(
        "{count} office", (("count", count),), plural="{count} offices", count=count
    )
    assert CATALOGS.render(line, "en") == text


def test_a_country_nobody_names_keeps_its_code() -> None:
    assert country_name("QQ", "fr") == "QQ"
    assert country_name("TN", "a language") == "Tunisia"
