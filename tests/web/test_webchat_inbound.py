"""The page's JSON: strict about its form, patient about what people write."""

import json
from datetime import UTC, datetime

import pytest

from bot.channels.webchat.errors import MalformedTurn
from bot.channels.webchat.inbound import UNKNOWN_CHOICE, read_locale, read_sent, to_turn
from bot.conversation import Unreadable
from bot.directory import Point

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def body(**fields: object) -> bytes:
    return json.dumps({"key": "k1", **fields}).encode()


def test_a_text_becomes_a_turn() -> None:
    turn = to_turn(read_sent(body(text="they refused my asylum")), "person", NOW)
    assert (turn.key, turn.channel, turn.text) == ("t:k1", "web", "they refused my asylum")


def test_a_location_is_rounded_to_a_kilometre() -> None:
    sent = read_sent(body(location={"lat": 34.740612, "lon": 10.760311}))
    assert sent.point == Point(34.74, 10.76)


def test_a_field_that_is_null_counts_as_left_out() -> None:
    assert read_sent(body(text=None, choice="start")).choice == "start"


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"key":"k","text":' + b"[" * 9_000 + b"]" * 9_000 + b"}",
        b'{"key":"k","location":{"lat":' + b"9" * 5_000 + b',"lon":1}}',
        b'{"key":"k","location":{"lat":NaN,"lon":1}}',
        b'{"text":"no key"}',
        body(),
        body(text="a", choice="b"),
        body(text=1),
        body(choice=["start"]),
        body(text="a", key=""),
        body(text="a", key="k" * 65),
        body(text="a", key=7),
        body(location=[1, 2]),
        body(location={"lat": 1}),
        body(location={"lat": "1", "lon": 2}),
        body(location={"lat": True, "lon": 2}),
        body(location={"lat": 90.01, "lon": 2}),
        body(location={"lat": 1, "lon": -180.5}),
        body(location={"lat": 10**400, "lon": 2}),
        b'{"key":"k","location":{"lat":1e999,"lon":1}}',
    ],
)
def test_what_is_not_exactly_one_turn_is_malformed(broken: bytes) -> None:
    with pytest.raises(MalformedTurn):
        read_sent(broken)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\ud800b", "a\ufffdb"),
        ("\udfff", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("a\x00b", "a\ufffdb"),
        ("", ""),
        ("مرحبا\u202e", "مرحبا\u202e"),
    ],
)
def test_an_odd_text_becomes_one_that_can_be_kept(given: str, kept: str) -> None:
    text = read_sent(json.dumps({"key": "k", "text": given}).encode()).text
    assert text == kept
    assert text.encode("utf-8").decode() == kept


def test_the_longest_text_passes_and_one_unit_more_is_answered_as_too_long() -> None:
    fits = to_turn(read_sent(body(text="😀" * 2048)), "person", NOW)
    long = to_turn(read_sent(body(text="😀" * 2048 + "a")), "person", NOW)
    assert (fits.unreadable, len(fits.text or "")) == (None, 2048)
    assert (long.unreadable, long.text) == (Unreadable.TOO_LONG, None)


@pytest.mark.parametrize("odd", ["", "x" * 65, "two words", "topic:é", "a\nb", "\x00", "\ud800"])
def test_a_choice_that_no_button_carries_is_an_unknown_one(odd: str) -> None:
    assert read_sent(json.dumps({"key": "k", "choice": odd}).encode()).choice == UNKNOWN_CHOICE


def test_any_short_string_is_a_key() -> None:
    assert (
        read_sent(json.dumps({"key": "\ud800\x00 é", "text": "a"}).encode()).key == "\ud800\x00 é"
    )


@pytest.mark.parametrize(
    ("given", "hint"),
    [(b"", None), (b"{}", None), (b'{"locale":"ar-TN"}', "ar-TN"), (b'{"locale":null}', None)],
)
def test_a_chat_may_hint_at_its_language(given: bytes, hint: str | None) -> None:
    assert read_locale(given) == hint


@pytest.mark.parametrize("odd", ["x" * 36, "عربي"])
def test_a_hint_that_is_no_language_is_left_aside(odd: str) -> None:
    assert read_locale(json.dumps({"locale": odd}).encode()) is None


@pytest.mark.parametrize("broken", [b"[]", b'{"locale":1}', b"locale=ar"])
def test_an_opening_that_is_no_object_is_malformed(broken: bytes) -> None:
    with pytest.raises(MalformedTurn):
        read_locale(broken)
