"""The catalogues as people will read them: whole, fit to be shown, and dull from outside.

What `catalog_faults` looks for is broken rule by rule in `tests/unit/i18n/test_check.py`.
"""

import os
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest

from bot.articles.wording import NEVER_FILE, numbers, read_never, used_never
from bot.conversation import Knowledge, Session, Turn, listed
from bot.conversation.pick import understood
from bot.conversation.ports import Chat
from bot.i18n import (
    SOURCE,
    BrokenCatalog,
    UnknownLanguage,
    catalog_faults,
    completeness,
    country_name,
    load_catalogs,
    say,
    say_n,
)
from bot.understanding import fold
from handlers import HANDLERS
from tools import catalogs as tool

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "locales"
CATALOGS = load_catalogs(LOCALES)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TRANSLATED = ("fr", "es", "ar")
SAID = [one for one in tool.extracted(tool.DOMAINS[0]) if one.id]
HOURS = (
    "Somebody should look at it within {count} hour. It can take longer.",
    "Somebody should look at it within {count} hours. It can take longer.",
)

# What shows to whoever holds the phone before the chat is opened or anything was asked.
OUTSIDE = {
    "handlers/menu.py",
    "handlers/language.py",
    "handlers/leave.py",
    "handlers/news.py",
    "bot/articles/topics.py",
    "bot/channels/telegram/manners.py",
    "bot/channels/webchat/shell.py",
}
# The key is called so on the keyboard; the line is for people who do not see the screen.
KEY = "Pressing Escape three times leaves too."

each_language = pytest.mark.parametrize("language", TRANSLATED)


def po(root: Path, language: str) -> Path:
    return root / language / "LC_MESSAGES" / "bot.po"


def texts(language: str) -> list[tuple[str, str]]:
    """Give each sentence with its text in a language, every plural form on its own."""
    if language == SOURCE:
        ids = [(one.id,) if isinstance(one.id, str) else one.id for one in SAID]
        return [(text, text) for forms in ids for text in forms]
    entries = polib.pofile(str(po(LOCALES, language)))
    return [
        (one.msgid, text)
        for one in entries
        for text in (one.msgstr_plural.values() if one.msgid_plural else [one.msgstr])
    ]


def test_the_catalogues_hold_what_the_code_says() -> None:
    found = [line for path, text in tool.wanted() for line in tool.differences(path, text)]
    assert found == []


@each_language
def test_every_sentence_of_the_code_has_a_text(language: str) -> None:
    known = {one.msgid for one in polib.pofile(str(po(LOCALES, language))) if one.translated()}
    assert [one.id for one in SAID if tool.first(one.id) not in known] == []
    assert completeness(LOCALES, language) == 100


def test_no_catalogue_has_a_fault() -> None:
    assert catalog_faults(LOCALES) == ()


@each_language
def test_gettext_itself_accepts_the_catalogue(language: str) -> None:
    checker = shutil.which("msgfmt")
    if checker is None:
        if os.environ.get("CI"):
            pytest.fail("msgfmt is missing: apt-get install gettext")
        pytest.skip("msgfmt is missing; install gettext to check the catalogues with it")
    ran = subprocess.run(
        [checker, "--check", "--output-file=/dev/null", po(LOCALES, language)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("text", ["[fr", '[fr]\nname = "Français"\n', "fr = 1\n"])
def test_an_unreadable_list_of_languages_stops_the_start_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "languages.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenCatalog, match=r"languages\.toml"):
        load_catalogs(tmp_path)


def test_only_the_named_languages_are_offered_and_english_with_them() -> None:
    assert list(load_catalogs(LOCALES, only=["ar"]).languages) == ["en", "ar"]
    with pytest.raises(UnknownLanguage, match="xx"):
        load_catalogs(LOCALES, only=["ar", "xx"])


ARABIC = {
    0: "أقل من ساعة",
    1: "خلال ساعة واحدة",
    2: "خلال ساعتين",
    3: "خلال \u20683\u2069 ساعات",
    5: "خلال \u20685\u2069 ساعات",
    11: "خلال \u206811\u2069 ساعة",
    21: "خلال \u206821\u2069 ساعة",
    100: "خلال \u2068100\u2069 ساعة",
}


@pytest.mark.parametrize("count", ARABIC)
def test_a_number_takes_the_form_of_its_language(count: int) -> None:
    line = say_n(*HOURS, count)
    one = {language: CATALOGS.render(line, language) for language in CATALOGS.languages}
    assert f"{ARABIC[count]}. " in one["ar"]
    assert f"d’ici {count} heure{'s' if count > 1 else ''}. " in one["fr"]
    assert f"de {count} hora{'' if count == 1 else 's'}. " in one["es"]
    assert f"within {count} hour{'' if count == 1 else 's'}. " in one["en"]


def test_values_are_isolated_in_arabic_and_nowhere_else() -> None:
    line = say("Your number: {number}", number="4821 9035")
    assert CATALOGS.render(line, "ar") == "رقمكم: \u20684821 9035\u2069"
    assert CATALOGS.render(line, "fr") == "Votre numéro\u202f: 4821 9035"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Tunisia", "Germany", "Libya", "Kosovo"]),
        ("fr", ["Tunisie", "Allemagne", "Libye", "Kosovo"]),
        ("es", ["Túnez", "Alemania", "Libia", "Kosovo"]),
        ("ar", ["تونس", "ألمانيا", "ليبيا", "كوسوفو"]),
    ],
)
def test_countries_are_named_in_the_language(language: str, names: list[str]) -> None:
    assert [country_name(code, language) for code in ("TN", "DE", "LY", "XK")] == names
    for one in CATALOGS.languages.values():
        assert all(country_name(code, language) != code for code in one.countries)


@pytest.mark.parametrize("language", CATALOGS.languages)
def test_what_the_leave_button_says_leaves_when_it_is_typed(language: str) -> None:
    words = {fold(one) for one in CATALOGS.language(language).exit_words}
    assert fold(CATALOGS.render(say("Leave"), language)) in words


EXITS = [
    (language, word, spoken)
    for language, one in CATALOGS.languages.items()
    for word in sorted(one.exit_words)
    for spoken in CATALOGS.languages
]


@pytest.mark.parametrize(("language", "word", "spoken"), EXITS)
def test_an_exit_word_leaves_whatever_language_is_spoken(
    knowledge: Knowledge, language: str, word: str, spoken: str
) -> None:
    chat = Chat(Session(language=spoken, step="refer:words"), buttons=("refer:words:skip",))
    for typed, left in ((f" {word.upper()} ", True), (f"{word} 12 {word}", False)):
        turn = Turn(key="1", channel="web", person="p", at=NOON, text=typed)
        meant, _ = understood(turn, chat, knowledge, listed(HANDLERS))
        assert (meant.choice == "leave") is left


@pytest.mark.parametrize("language", CATALOGS.languages)
def test_no_other_button_is_called_like_an_exit_word(language: str) -> None:
    words = {fold(one) for every in CATALOGS.languages.values() for one in every.exit_words}
    assert [msgid for msgid, text in texts(language) if fold(text) in words] == ["Leave"]


def test_the_buttons_that_articles_name_are_called_so() -> None:
    named = {
        "fr": ("Parler à une personne", "Trouver un bureau"),
        "es": ("Hablar con una persona", "Buscar una oficina"),
        "ar": ("التحدث مع شخص", "البحث عن مكتب"),
    }
    for language, labels in named.items():
        article = ROOT / "knowledge/articles/trafficking/get-help" / f"{language}.md"
        said = tuple(
            CATALOGS.render(say(one), language) for one in ("Talk to a person", "Find an office")
        )
        assert said == labels
        assert all(label in article.read_text(encoding="utf-8") for label in labels)


@pytest.mark.parametrize("language", CATALOGS.languages)
def test_no_text_blames_labels_or_promises(language: str) -> None:
    never, faults = read_never(ROOT / "knowledge/articles" / NEVER_FILE, NEVER_FILE)
    assert faults == ()
    found = [(t, word) for _, t in texts(language) for _, word in used_never(t, language, never)]
    assert found == []


@each_language
def test_the_numbers_of_the_english_text_are_kept(language: str) -> None:
    assert [text for msgid, text in texts(language) if numbers(text) != numbers(msgid)] == []


def test_sentences_are_written_the_way_of_their_language() -> None:
    french = [t for _, t in texts("fr") for mark in "?:;»" if f" {mark}" in t]
    spanish = [t for _, t in texts("es") if t.count("?") != t.count("¿")]
    arabic = [t for _, t in texts("ar") for mark in "?;" if mark in t]
    ending = [
        (msgid, t)
        for language in TRANSLATED
        for msgid, t in texts(language)
        if msgid[-1:] in ".…" and t[-1:] != msgid[-1:]
    ]
    assert french + spanish + arabic + ending == []


def outside(language: str) -> list[str]:
    """Give what shows from outside, in a language."""
    ids = [
        one.id
        for one in SAID
        if isinstance(one.id, str)
        and one.id != KEY
        and any(file in OUTSIDE for file, _ in one.locations)
    ]
    return [CATALOGS.render(say(one), language) for one in ids]


@pytest.mark.parametrize("language", CATALOGS.languages)
def test_nothing_shows_from_outside_what_the_chat_is_for(language: str) -> None:
    banned = tomllib.loads((LOCALES / "banned.toml").read_text(encoding="utf-8"))
    words = {code: tuple(listed["words"]) for code, listed in banned.items()}
    assert set(words) == set(CATALOGS.languages)
    shown = outside(language)
    assert len(shown) > 40
    found = [(text, word) for text in shown for _, word in used_never(text, language, words)]
    assert found == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Help against trafficking"),
        ("fr", "Aide contre la traite"),
        ("es", "Ayuda contra la trata"),
        ("ar", "للمساعدة والشرطة"),
    ],
)
def test_a_telling_label_would_be_found(language: str, text: str) -> None:
    banned = tomllib.loads((LOCALES / "banned.toml").read_text(encoding="utf-8"))
    words = {code: tuple(listed["words"]) for code, listed in banned.items()}
    assert len(list(used_never(text, language, words))) == 2
