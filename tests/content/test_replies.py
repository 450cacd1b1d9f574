"""The canned replies: each in every language, none that asks for what nobody may ask."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from bot.cli import content
from bot.console.careful import stopped
from bot.directory import Phone, Place, What
from bot.directory import load as load_places
from bot.referrals import Category, Concern, concerns
from bot.replies import LANGUAGES, BrokenReply, check, fitting, load, render, values_of

ROOT = Path(__file__).parents[2]
REPLIES = ROOT / "knowledge" / "replies"
NAMED = re.compile(r"\{(\w+)\}")
WHOLE = {
    "office": "An office",
    "address": "1 Quiet Street",
    "hours": "Monday",
    "phone": "+21670000000",
    "email": "office@example.org",
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the replies, with the words never to use beside it, to be broken."""
    folder = tmp_path / "knowledge" / "replies"
    shutil.copytree(REPLIES, folder)
    articles = folder.parent / "articles"
    articles.mkdir()
    shutil.copy(ROOT / "knowledge" / "articles" / "never.yaml", articles)
    return folder


def sfax() -> Place:
    return load_places(ROOT / "knowledge" / "countries").places["iom-tn-tunis"]


def test_the_replies_are_in_order() -> None:
    assert check(REPLIES) == []


def test_every_category_has_some_and_its_own_come_first() -> None:
    replies = load(REPLIES)
    for category in Category:
        assert len(fitting(replies, category)) >= 5
    first, *_ = fitting(replies, Category.COMPLAINT)
    assert first.id == "complaint-received"
    assert "going-back" not in {one.id for one in fitting(replies, Category.COMPLAINT)}


def test_all_say_that_nobody_has_reviewed_them() -> None:
    assert all(one.draft for one in load(REPLIES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_filled_or_not_none_of_them_asks_for_what_it_may_not(language: str) -> None:
    for reply in load(REPLIES):
        filled = render(reply, language, WHOLE)
        assert filled.missing == (), reply.id
        assert "{" not in filled.text
        for text in (filled.text, reply.texts[language]):
            assert concerns(text) <= {Concern.CODE_NAMED}, reply.id


def test_what_the_directory_does_not_know_stays_and_is_named() -> None:
    (come,) = (one for one in load(REPLIES) if one.id == "come-to-the-office")
    filled = render(come, "en", values_of(sfax(), "en"))
    assert filled.missing == ("address",)
    assert "{address}" in filled.text
    assert "Monday–Friday 08:30–17:30" in filled.text
    assert render(come, "en", values_of(None, "en")).missing == (
        "office",
        "address",
        "hours",
        "phone",
    )


def test_names_and_numbers_keep_their_direction_and_days_their_language() -> None:
    (come,) = (one for one in load(REPLIES) if one.id == "come-to-the-office")
    text = render(come, "ar", values_of(sfax(), "ar")).text
    assert "\u2068IOM Tunisia, Tunis\u2069" in text
    assert "الاثنين – الجمعة 08:30 – 17:30" in text
    assert text.count("\u2068") == text.count("\u2069") == 3


def test_hours_that_say_more_than_days_are_left_to_the_officer() -> None:
    assert "hours" not in values_of(place_with(hours="Mo-Fr 09:00-12:00; PH off"), "en")
    assert values_of(place_with(hours="24/7"), "fr")["hours"] == "jour et nuit"


def test_a_number_that_nobody_answers_is_not_named() -> None:
    machine = Phone("70 000 001", What.TEXT)
    assert "phone" not in values_of(place_with(phones=(machine,)), "en")
    abroad = Phone("70 000 003", What.OFFICE, "+21670000003")
    two = place_with(phones=(Phone("70 000 002"), abroad))
    assert values_of(two, "en")["phone"] == "+21670000003"


def place_with(**fields: object) -> Place:
    return replace(sfax(), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("id: going-back", "id: going-home", "the id must be the name"),
        ("draft: true", "draft: false", "a draft has no day of review"),
        ("draft: true", "draft: true\nreviewed: 2026-11-24", "a draft has no day of review"),
        ("[return, stranded]", "[return, holidays]", "categories must be"),
        ("{phone}", "{fax}", "{fax} is no placeholder"),
        ("Phone: {phone}", "Phone", "other placeholders than en"),
        ("Phone: {phone}", "Send me your code: {phone}", "en seems to ask for what it may not"),
        ("Open: {hours}", "Open: {hours}, 3 rooms", "a number is a fact"),
        ("Open: {hours}", "Open: {hours}. Don't worry", "must not stand in a text for people"),
        ("  es: |", "  pt: |", "texts must be"),
        ("texts:", "texts: [", "broken YAML"),
        ("draft: true", "draft: true\ncolour: red", "colour is not a known key"),
    ],
)
def test_a_broken_reply_is_named_with_its_file_and_reason(
    copy: Path, old: str, new: str, reason: str
) -> None:
    path = copy / "going-back.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    faults = check(copy)
    assert any(reason in one.reason for one in faults), faults
    assert {one.file for one in faults} == {"knowledge/replies/going-back.yaml"}
    if "must not stand" not in reason:
        with pytest.raises(BrokenReply, match=r"knowledge/replies/going-back\.yaml"):
            load(copy)


def test_what_is_no_reply_does_not_belong_there(copy: Path) -> None:
    (copy / "notes.txt").write_text("x", encoding="utf-8")
    assert [one.reason for one in check(copy)] == ["this file does not belong here"]


def test_the_check_of_all_content_covers_them(
    copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "notes.txt").write_text("x", encoding="utf-8")
    monkeypatch.setattr(content, "REPLIES", copy)
    with pytest.raises(typer.Exit):
        content.check(as_json=False)
    assert (
        "knowledge/replies/notes.txt:1: this file does not belong here" in capsys.readouterr().out
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nothing_is_known_for_is_named_and_cannot_be_sent(language: str) -> None:
    """Every file: the refusal names each placeholder, and a text that is filled has none left."""
    for reply in load(REPLIES):
        bare, whole = render(reply, language, {}), render(reply, language, WHOLE)
        assert bare.text == reply.texts[language], reply.id
        refusal = stopped(bare.text)
        assert bool(refusal) == bool(bare.missing), reply.id
        for name in bare.missing:
            assert refusal is not None
            assert f"{{{name}}}" in str(refusal.values["names"]), reply.id
        assert stopped(whole.text) is None, reply.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_file_a_filled_number_keeps_its_direction(language: str) -> None:
    for reply in load(REPLIES):
        filled = render(reply, language, WHOLE).text
        apart = re.findall("\u2068([^\u2068\u2069]*)\u2069", filled)
        assert apart == [WHOLE[one] for one in NAMED.findall(reply.texts[language])], reply.id
        bare = re.sub("\u2068[^\u2069]*\u2069", "", filled)
        turns = re.search(r"[+@]|\d[\s:./–-]+\d", bare)
        assert not turns, f"{reply.id}: would read backwards in a text from right to left"


def test_in_every_file_each_language_is_written_in_its_own_letters() -> None:
    for reply in load(REPLIES):
        for language, text in reply.texts.items():
            arabic = re.findall("[\u0600-\u06ff]", NAMED.sub("", text))
            latin = re.findall("[a-zA-Z]", NAMED.sub("", text))
            mine, other = (arabic, latin) if language == "ar" else (latin, arabic)
            assert mine, reply.id
            assert not other, (reply.id, language, other)
