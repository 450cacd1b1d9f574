"""One file becomes an article, or a list of faults with their lines."""

from datetime import date

import pytest

from bot.articles.parse import parse_source, parse_translation
from tests.unit.articles.texts import HEAD, TRANSLATED, article


def faults(text: str) -> list[tuple[int, str]]:
    parsed = parse_source(text, "en.md", "asylum.appeal")
    assert parsed.article is None
    return [(fault.line, fault.reason) for fault in parsed.faults]


def test_a_whole_file_becomes_an_article() -> None:
    found = parse_source(HEAD + "\nYou may ask.\n", "en.md", "asylum.appeal").article
    assert found is not None
    assert (found.title, found.revision, found.from_revision) == ("May I ask?", 3, 3)
    assert found.sources[0].date == "2025"
    assert found.checked == date(2026, 1, 10)
    assert found.topic == "asylum"
    assert found.words == 3
    assert found.draft


def test_a_text_expires_on_the_day_after_its_last() -> None:
    assert not article().expired(date(2026, 12, 31))
    assert article().expired(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("was", "now", "line", "reason"),
    [
        ("title: May I ask?\n", "", 1, "title is missing"),
        ("summary: Yes, you may ask.\n", "", 1, "summary is missing"),
        ("state: draft\n", "", 1, "state is missing"),
        ("starred: true", "starred: perhaps", 4, "starred must be true or false"),
        ("revision: 3", "revision: 0", 5, "revision must be a number from 1 on"),
        ("checked: 2026-01-10", "checked: January", 8, "checked must be a day like 2026-11-24"),
        ("countries: []", "countries: [QQ]", 11, "countries must be"),
        ("countries: []", "countries: [tn]", 11, "countries must be"),
        ("services: [info]", "services: [magic]", 13, "services must be"),
        ("audience: [everyone]", "audience: [aliens]", 10, "audience must be"),
        ("audience: [everyone]", "audiense: [everyone]", 10, "audiense is not a known key"),
        ("state: draft", "state: reviewed", 14, "a reviewed text says by whom"),
        ("state: draft", "state: draft\nstate: draft", 15, "state stands twice"),
        ('url: "https://example.org/law"', "url: example", 6, "sources must be"),
        ("{title: Invented law, ", "{", 6, "sources must be"),
    ],
)
def test_a_wrong_head_is_named_with_its_line(was: str, now: str, line: int, reason: str) -> None:
    assert was in HEAD
    found = faults(HEAD.replace(was, now) + "\nYou may ask.\n")
    assert any(at == line and why.startswith(reason) for at, why in found), found


def test_a_text_without_sources_is_refused() -> None:
    before, _, rest = HEAD.partition("sources:")
    found = faults(f"{before}sources: []\nchecked:{rest.partition('checked:')[2]}\nWords.\n")
    assert any(why.startswith("sources must be") for _, why in found)


def test_broken_yaml_is_named_with_the_line_in_the_file() -> None:
    assert faults(HEAD.replace("related: []", "related: []]") + "\nWords.\n")[0][0] == 12


def test_a_day_that_does_not_exist_is_broken_yaml() -> None:
    found = faults(HEAD.replace("checked: 2026-01-10", "checked: 2026-02-30") + "\nWords.\n")
    assert found[0][1].startswith("broken YAML")


def test_a_file_without_a_head_is_refused() -> None:
    assert faults("Words.\n")[0][1].startswith("the file must start with front matter")


def test_a_head_without_an_end_is_refused() -> None:
    assert faults("---\ntitle: May I ask?\n")[0][1].startswith("the front matter has no end")


def test_a_head_that_is_a_list_is_refused() -> None:
    assert faults("---\n- one\n---\nWords.\n") == [(1, "this must be a list of keys and values")]


def test_a_head_without_a_text_is_refused() -> None:
    assert (16, "the text is empty") in faults(HEAD)


def test_a_mark_in_the_text_is_named_with_the_line_in_the_file() -> None:
    assert faults(HEAD + "\nWords.\n\n> quoted\n") == [(19, "blockquote is not allowed in a text")]


def test_a_translation_takes_its_facts_from_the_source() -> None:
    found = parse_translation(TRANSLATED + "\nOui.\n", "fr.md", article("Yes."), "fr").article
    assert found is not None
    assert (found.language, found.title, found.text) == ("fr", "Puis-je demander ?", "Oui.")
    assert found.sources == article().sources
    assert not found.behind


def test_a_translation_of_an_older_text_is_behind() -> None:
    older = TRANSLATED.replace("from_revision: 3", "from_revision: 2")
    found = parse_translation(older + "\nOui.\n", "fr.md", article("Yes."), "fr").article
    assert found is not None
    assert found.behind


def test_a_translation_ahead_of_its_source_is_refused() -> None:
    ahead = TRANSLATED.replace("from_revision: 3", "from_revision: 4")
    parsed = parse_translation(ahead + "\nOui.\n", "fr.md", article("Yes."), "fr")
    assert [fault.line for fault in parsed.faults] == [4]


def test_facts_in_a_translation_are_refused() -> None:
    wrong = TRANSLATED.replace("state: draft", "state: draft\nchecked: 2026-01-10")
    parsed = parse_translation(wrong + "\nOui.\n", "fr.md", article("Yes."), "fr")
    assert [fault.reason for fault in parsed.faults] == ["checked is not a known key"]


def test_a_review_is_kept_with_its_day() -> None:
    head = TRANSLATED.replace(
        "state: draft", "state: reviewed\nreviewed: {by: native speaker, date: 2026-03-01}"
    )
    found = parse_translation(head + "\nOui.\n", "fr.md", article("Yes."), "fr").article
    assert found is not None
    assert not found.draft
    assert found.reviewed is not None
    assert found.reviewed.date == date(2026, 3, 1)


def test_latin_names_in_arabic_are_isolated_and_addresses_are_not() -> None:
    body = "\nالمنظمة (IOM).\n\nانظر [الصفحات](https://example.org/a).\n"
    found = parse_translation(TRANSLATED + body, "ar.md", article("Yes."), "ar").article
    assert found is not None
    assert found.blocks[0] == "المنظمة (\u2066IOM\u2069)."
    assert found.blocks[1].endswith("\nhttps://example.org/a")
