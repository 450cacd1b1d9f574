"""The texts as people will read them, and each rule of theirs broken once."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.articles import BrokenArticle, check, load, pages, units
from bot.articles.wording import NEVER_FILE, numbers, read_never, used_never

ROOT = Path(__file__).parents[2] / "knowledge" / "articles"
LANGUAGES = ("en", "fr", "es", "ar")
TODAY = date(2026, 11, 24)
FIRST = {
    "asylum.how-to-apply",
    "asylum.appeal",
    "asylum.not-sent-back",
    "asylum.children-alone",
    "return.what-is-it",
    "return.how-to-apply",
    "trafficking.what-is-it",
    "trafficking.job-offers",
    "trafficking.signs",
    "trafficking.get-help",
    "scams.fake-services",
    "about.privacy",
}
LIBRARY = load(ROOT)
KEYS = sorted(LIBRARY.texts)
ENGLISH = sorted(article_id for article_id, language in KEYS if language == "en")
SENTENCE_WORDS = 15

each_text = pytest.mark.parametrize(("article_id", "language"), KEYS)


def test_the_first_articles_exist_in_the_first_languages() -> None:
    assert set(LIBRARY.ids()) >= FIRST
    assert all(set(LIBRARY.languages(one)) >= set(LANGUAGES) for one in FIRST)


def test_every_id_of_the_list_of_topics_leads_somewhere() -> None:
    assert len(LIBRARY.topics.ids) == 73
    assert len(LIBRARY.topics.starred) == 29
    for topic in LIBRARY.topics.names():
        assert LIBRARY.topics.under(topic)


def test_the_first_screen_has_four_entries_that_lead_to_texts() -> None:
    first = [group.id for group in LIBRARY.menu() if group.menu]
    assert first == [
        group.id for group in LIBRARY.topics.groups if group.menu and LIBRARY.in_topic(group.id)
    ]
    assert len([group for group in LIBRARY.topics.groups if group.menu]) == 4


def test_no_text_has_a_fault() -> None:
    assert check(ROOT, TODAY) == []


@each_text
def test_a_translation_keeps_numbers_and_links(article_id: str, language: str) -> None:
    ours, source = LIBRARY.get(article_id, language), LIBRARY.get(article_id, "en")
    assert numbers(ours.text) == numbers(source.text)
    assert sorted(ours.links) == sorted(source.links)


@each_text
def test_pages_fit_a_small_screen(article_id: str, language: str) -> None:
    made = pages(LIBRARY.get(article_id, language))
    assert 1 < len(made) <= 6
    assert max(map(units, made)) <= 1000


@each_text
def test_no_word_blames_labels_or_promises_too_much(article_id: str, language: str) -> None:
    never, _ = read_never(ROOT / NEVER_FILE, NEVER_FILE)
    found = LIBRARY.get(article_id, language)
    text = f"{found.title}\n{found.summary}\n{found.text}"
    assert list(used_never(text, language, never)) == []


@each_text
def test_no_text_names_a_phone_number(article_id: str, language: str) -> None:
    text = LIBRARY.get(article_id, language).text
    assert not re.search(r"\d(?:[\s().-]*\d){4,}", text)


@pytest.mark.parametrize("article_id", ENGLISH)
def test_english_sentences_are_short(article_id: str) -> None:
    text = re.sub(r"https://\S+", "", LIBRARY.get(article_id, "en").text)
    sentences = re.split(r"(?<=[.?:])\s+|\n", text)
    long = [one for one in sentences if len(re.findall(r"\w[\w’'-]*", one)) > SENTENCE_WORDS]
    assert long == []


@pytest.mark.parametrize("article_id", sorted(FIRST))
def test_people_ask_in_many_ways(article_id: str) -> None:
    asked = LIBRARY.questions(article_id)
    assert all(len(set(asked[language])) >= 12 for language in LANGUAGES)
    assert any(one.isascii() for one in asked["ar"])


# --- every rule broken once ----------------------------------------------------------------------

APPEAL = Path("asylum/appeal")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the folder of texts that a test may spoil."""
    return shutil.copytree(ROOT, tmp_path / "knowledge" / "articles")


def spoil(path: Path, was: str, now: str) -> None:
    """Replace the first place that a pattern fits, so that an editor's change breaks no test."""
    text = path.read_text(encoding="utf-8")
    spoilt, times = re.subn(was, lambda _: now, text, count=1, flags=re.MULTILINE)
    assert times == 1
    path.write_text(spoilt, encoding="utf-8")


def reasons(tree: Path) -> list[str]:
    """Return the faults of a spoilt folder as an editor sees them."""
    return [str(fault) for fault in check(tree, TODAY, LANGUAGES)]


def test_the_copy_has_no_fault_before_it_is_spoilt(tree: Path) -> None:
    assert reasons(tree) == []


FORM: list[tuple[str, Callable[[Path], object], str]] = [
    (
        "unlisted",
        lambda tree: shutil.copytree(tree / APPEAL, tree / "asylum/unheard-of"),
        "asylum/unheard-of/en.md:1: asylum.unheard-of is not listed in topics.yaml",
    ),
    (
        "no source text",
        lambda tree: (tree / APPEAL / "en.md").unlink(),
        "asylum/appeal/en.md:1: the English source is missing",
    ),
    (
        "language",
        lambda tree: (tree / APPEAL / "fr.md").rename(tree / APPEAL / "xx.md"),
        "asylum/appeal/xx.md:1: xx is not a known language",
    ),
    (
        "stray file",
        lambda tree: (tree / APPEAL / "notes.txt").write_text("?"),
        "asylum/appeal/notes.txt:1: this file does not belong here",
    ),
    (
        "dead related",
        lambda tree: spoil(tree / APPEAL / "en.md", "^related:.*", "related: [asylum.nothing]"),
        "related leads nowhere: asylum.nothing",
    ),
    (
        "ahead",
        lambda tree: spoil(tree / APPEAL / "ar.md", "^from_revision:.*", "from_revision: 99"),
        "from_revision is ahead of en.md",
    ),
    (
        "country",
        lambda tree: spoil(tree / APPEAL / "en.md", "^countries:.*", "countries: [QQ]"),
        "countries must be",
    ),
    (
        "questions form",
        lambda tree: (tree / APPEAL / "questions.yaml").write_text("en: why\n"),
        "asylum/appeal/questions.yaml:1: questions must be a list of texts",
    ),
    (
        "questions language",
        lambda tree: (tree / APPEAL / "questions.yaml").write_text("en: [why]\nxx: [why]\n"),
        "asylum/appeal/questions.yaml:2: xx is not a known language",
    ),
    (
        "questions broken",
        lambda tree: (tree / APPEAL / "questions.yaml").write_text("en: [why\nes: [\n"),
        "broken YAML",
    ),
    (
        "no topics",
        lambda tree: (tree / "topics.yaml").unlink(),
        "topics.yaml:1: the list of topics is missing",
    ),
    (
        "doubled id",
        lambda tree: spoil(
            tree / "topics.yaml", "asylum.who-can-apply, starred", "asylum.appeal, starred"
        ),
        "asylum.appeal stands twice",
    ),
    (
        "group without a label",
        lambda tree: spoil(
            tree / "topics.yaml",
            r"\{id: family, menu: false, topics: \[family,",
            "{id: kin, menu: false, topics: [kin,",
        ),
        "kin has no label",
    ),
    (
        "topic in no group",
        lambda tree: spoil(tree / "topics.yaml", r"\[family, resettlement\]", "[family]"),
        "resettlement.what-is-it belongs to no group",
    ),
    (
        "topic in two groups",
        lambda tree: spoil(
            tree / "topics.yaml", r"\[health, journey\]", "[health, journey, family]"
        ),
        "family stands in two groups",
    ),
    (
        "group of another name",
        lambda tree: spoil(tree / "topics.yaml", r"\[health, journey\]", "[journey, health]"),
        "health must be the first topic of its own group",
    ),
    (
        "topics of another form",
        lambda tree: (tree / "topics.yaml").write_text("groups: []\narticles: asylum\n"),
        "articles must be a list",
    ),
]


@pytest.mark.parametrize(
    ("spoiled", "reason"), [(c, r) for _, c, r in FORM], ids=[n for n, *_ in FORM]
)
def test_a_broken_form_stops_a_start(
    tree: Path, spoiled: Callable[[Path], object], reason: str
) -> None:
    spoiled(tree)
    with pytest.raises(BrokenArticle) as raised:
        load(tree, LANGUAGES)
    assert raised.value.fault.file.startswith("knowledge/articles/")
    assert any(reason in found for found in reasons(tree)), reasons(tree)


def test_broken_yaml_names_file_line_and_reason(tree: Path) -> None:
    spoil(tree / APPEAL / "fr.md", "state: draft", "state: [draft")
    with pytest.raises(BrokenArticle) as raised:
        load(tree, LANGUAGES)
    fault = raised.value.fault
    assert (fault.file, fault.line) == ("knowledge/articles/asylum/appeal/fr.md", 6)
    assert fault.reason.startswith("broken YAML")


MATTER: list[tuple[str, str, str, str, str]] = [
    ("checked ahead", "en.md", "^checked:.*", "checked: 2026-11-25", "checked lies in the future"),
    ("source ahead", "en.md", "date: .*", 'date: "2027-01"', "a source lies in the future"),
    ("expired", "en.md", "^valid_until:.*", "valid_until: 2026-11-23", "must be compared"),
    (
        "ends early",
        "en.md",
        "^valid_until:.*",
        "valid_until: 2020-01-01",
        "must come after checked",
    ),
    ("star", "en.md", "^starred: true", "starred: false", "starred is not what topics.yaml says"),
    ("behind", "en.md", "^revision:.*", "revision: 99", "en.md is at 99"),
    ("summary", "en.md", "^summary: ", "summary: " + "word " * 50, "summary is over 200"),
    ("number", "fr.md", r"\d+ jours", "77 jours", "numbers differ from en.md"),
    ("link", "es.md", "la carta hoy", "[la carta](https://example.org/) hoy", "links differ"),
    ("shape", "ar.md", "^- ", "", "blocks or list entries differ"),
    ("word", "en.md", r"\Z", "A victim.\n", "victim must not stand in a text"),
    ("word in title", "fr.md", "^title: .*", "title: Victime", "victime must not stand in"),
    ("mark", "es.md", r"\Z", "Vaya!\n", "! must not stand in a text"),
    ("too long", "en.md", r"\Z", "word " * 300 + "\n", "words, not 100 to 350"),
    (
        "review ahead",
        "ar.md",
        "^state: draft",
        "state: reviewed\nreviewed: {by: native speaker, date: 2027-01-01}",
        "the review lies in the future",
    ),
    ("few questions", "questions.yaml", "^en:", "fa:", "en has fewer than 12 example questions"),
    (
        "same question",
        "questions.yaml",
        "^en:\n",
        'en:\n  - "can they send me back"\n',
        "is also asked in",
    ),
]


@pytest.mark.parametrize(
    ("file", "was", "now", "reason"), [row[1:] for row in MATTER], ids=[row[0] for row in MATTER]
)
def test_a_wrong_matter_is_a_fault(tree: Path, file: str, was: str, now: str, reason: str) -> None:
    spoil(tree / APPEAL / file, was, now)
    found = [str(fault) for fault in check(tree, TODAY, (*LANGUAGES, "fa"))]
    assert any(reason in one for one in found), found


def test_an_expired_text_still_loads(tree: Path) -> None:
    spoil(tree / APPEAL / "en.md", "^valid_until:.*", "valid_until: 2026-11-25")
    assert load(tree, LANGUAGES).get("asylum.appeal", "fr").expired(date(2026, 11, 26))


def test_a_starred_text_missing_in_a_language_is_a_fault(tree: Path) -> None:
    (tree / APPEAL / "ar.md").unlink()
    missing = "knowledge/articles/asylum/appeal/ar.md:1: a starred text is missing in this language"
    assert missing in reasons(tree)


def test_a_list_of_words_that_is_missing_or_misshapen_is_a_fault(tree: Path) -> None:
    (tree / "never.yaml").write_text("en: victim\n")
    assert "knowledge/articles/never.yaml:1: en must be a list of words" in reasons(tree)
    (tree / "never.yaml").unlink()
    assert any("words never to use is missing" in one for one in reasons(tree))


def test_all_faults_are_listed_and_not_only_the_first(tree: Path) -> None:
    spoil(tree / APPEAL / "fr.md", r"\d+ jours", "77 jours")
    spoil(tree / "about/privacy/es.md", "state: draft", "state: perhaps")
    assert len(reasons(tree)) >= 2
