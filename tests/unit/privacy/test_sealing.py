"""What is sealed opens in its own place, with its own key, and unchanged; else not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import BrokenSeal, Keys, Sealer, keyed_hash, pseudonym

KEYS, OTHERS = Keys(bytes(range(32)), "00c0ffee"), Keys(bytes(32), "00c0ffee")
SEALER = Sealer(KEYS)


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_what_was_sealed_is_opened(plain: bytes, purpose: str, subject: str) -> None:
    assert SEALER.open(SEALER.seal(plain, purpose, subject), purpose, subject) == plain


def test_the_same_words_never_look_the_same() -> None:
    assert SEALER.seal(b"words", "reply", "p") != SEALER.seal(b"words", "reply", "p")
    assert b"words" not in SEALER.seal(b"words", "reply", "p")


@pytest.mark.parametrize(("purpose", "subject"), [("chat", "p"), ("reply", "q"), ("replyp", "")])
def test_what_is_copied_to_another_place_does_not_open(purpose: str, subject: str) -> None:
    with pytest.raises(BrokenSeal):
        SEALER.open(SEALER.seal(b"words", "reply", "p"), purpose, subject)


@given(st.integers(min_value=0))
def test_what_is_changed_anywhere_does_not_open(position: int) -> None:
    blob = bytearray(SEALER.seal(b"words", "reply", "p"))
    blob[position % len(blob)] ^= 1
    with pytest.raises(BrokenSeal):
        SEALER.open(bytes(blob), "reply", "p")


@given(st.binary(max_size=60))
def test_nonsense_does_not_open(blob: bytes) -> None:
    with pytest.raises(BrokenSeal):
        SEALER.open(blob, "reply", "p")


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(BrokenSeal):
        Sealer(OTHERS).open(SEALER.seal(b"words", "reply", "p"), "reply", "p")


@pytest.mark.parametrize("text", ["a", "é", "سلام", "\ud800", "\x00", "👩‍👧"])
def test_any_text_survives_as_json(text: str) -> None:
    sealed = SEALER.seal_json([text, None], "reply-address", "p")
    assert SEALER.open_json(sealed, "reply-address", "p") == [text, None]


def test_a_pseudonym_is_the_same_at_every_start_and_names_its_key() -> None:
    made = pseudonym(KEYS, "telegram", "555019999")
    assert made == pseudonym(Keys(bytes(range(32)), "00c0ffee"), "telegram", "555019999")
    assert made.startswith("00c0ffee.")
    assert "555019999" not in made


def test_pseudonyms_of_channels_addresses_and_keys_differ() -> None:
    made = {
        pseudonym(KEYS, "telegram", "1"),
        pseudonym(KEYS, "web", "1"),
        pseudonym(KEYS, "telegram", "11"),
        pseudonym(OTHERS, "telegram", "1"),
        pseudonym(KEYS, "telegram\x001", ""),
    }
    assert len(made) == 5


def test_a_keyed_hash_has_a_key_for_each_purpose() -> None:
    assert keyed_hash(KEYS, "code", "1") != keyed_hash(KEYS, "email", "1")
    assert len(keyed_hash(KEYS, "code", "\ud800")) == 32
