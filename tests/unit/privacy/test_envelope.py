"""What is sealed to an office opens for that office, in its place, and for nobody else."""

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import BrokenSeal
from bot.privacy.envelope import (
    SIZES,
    Bound,
    Envelope,
    key_of,
    open_under,
    seal_to,
    wrapped_for,
)
from bot.privacy.hpke import SUITE, new_pair

OFFICE, DESK, STRANGER = new_pair(), new_pair(), new_pair()
BOUND = Bound("3f0c", "iom-xx-testtown")
WORDS = b"what happened, invented for a test"


def sealed(plain: bytes = WORDS, bound: Bound = BOUND) -> Envelope:
    return seal_to(plain, bound, {"office": OFFICE.public, "desk": DESK.public})


def opened(envelope: Envelope, name: str, private: bytes, bound: Bound = BOUND) -> bytes:
    return open_under(key_of(envelope.wraps[name], private, bound), envelope.text, bound)


def test_each_recipient_opens_it() -> None:
    envelope = sealed()
    assert opened(envelope, "office", OFFICE.private) == WORDS
    assert opened(envelope, "desk", DESK.private) == WORDS


def test_nobody_else_opens_it() -> None:
    envelope = sealed()
    with pytest.raises(BrokenSeal):
        opened(envelope, "office", STRANGER.private)
    with pytest.raises(BrokenSeal):
        opened(envelope, "office", DESK.private)


@pytest.mark.parametrize(
    "moved",
    [
        replace(BOUND, request="3f0d"),
        replace(BOUND, office="iom-xx-othertown"),
        replace(BOUND, schema=3),
        replace(BOUND, message="3f0c"),
        Bound("3f0", "iom-xx-testtown", "c"),
        Bound("3f0ci", "om-xx-testtown"),
    ],
)
def test_moved_to_another_row_it_does_not_open(moved: Bound) -> None:
    envelope = sealed()
    key = key_of(envelope.wraps["office"], OFFICE.private, BOUND)
    with pytest.raises(BrokenSeal):
        open_under(key, envelope.text, moved)
    with pytest.raises(BrokenSeal):
        key_of(envelope.wraps["office"], OFFICE.private, moved)


def test_a_wrap_of_another_request_does_not_open_this_one() -> None:
    mine, other = sealed(), sealed()
    key = key_of(other.wraps["office"], OFFICE.private, BOUND)
    with pytest.raises(BrokenSeal):
        open_under(key, mine.text, BOUND)


def test_every_flipped_byte_is_noticed() -> None:
    envelope = sealed()
    key = key_of(envelope.wraps["office"], OFFICE.private, BOUND)
    for position in range(0, len(envelope.text), 7):
        changed = bytearray(envelope.text)
        changed[position] ^= 1
        with pytest.raises(BrokenSeal):
            open_under(key, bytes(changed), BOUND)
    for position in range(len(envelope.wraps["office"])):
        changed = bytearray(envelope.wraps["office"])
        changed[position] ^= 1
        with pytest.raises(BrokenSeal):
            key_of(bytes(changed), OFFICE.private, BOUND)


@pytest.mark.parametrize("version", [0, 1, 3, 255])
def test_another_version_is_refused_as_such(version: int) -> None:
    envelope = sealed()
    key = key_of(envelope.wraps["office"], OFFICE.private, BOUND)
    with pytest.raises(BrokenSeal, match="version"):
        open_under(key, bytes([version]) + envelope.text[1:], BOUND)
    with pytest.raises(BrokenSeal, match="version"):
        key_of(bytes([version ^ 4]) + envelope.wraps["office"][1:], OFFICE.private, BOUND)


def test_the_version_of_a_wrap_is_bound_into_it() -> None:
    """Whoever strips the byte and takes RFC 9180 as it stands does not open it either."""
    wrapped = sealed().wraps["office"]
    private = X25519PrivateKey.from_private_bytes(OFFICE.private)
    with pytest.raises(InvalidTag):
        SUITE.decrypt(wrapped[1:], private, BOUND.to_bytes())


def test_a_refusal_quotes_neither_text_nor_key() -> None:
    envelope = sealed()
    with pytest.raises(BrokenSeal) as refused:
        open_under(bytes(32), envelope.text, BOUND)
    assert str(refused.value) == "the seal does not hold"
    assert WORDS.decode() not in repr(envelope)


@pytest.mark.parametrize("length", [0, 1, 20, 33, 60])
def test_a_shortened_wrap_is_noticed(length: int) -> None:
    with pytest.raises(BrokenSeal):
        key_of(sealed().wraps["office"][:length], OFFICE.private, BOUND)


def test_a_shortened_text_is_noticed() -> None:
    envelope = sealed()
    key = key_of(envelope.wraps["office"], OFFICE.private, BOUND)
    for length in (0, 1, 12, 20, len(envelope.text) - 1):
        with pytest.raises(BrokenSeal):
            open_under(key, envelope.text[:length], BOUND)


def test_the_key_can_be_passed_on_to_one_more_office() -> None:
    envelope = sealed()
    key = key_of(envelope.wraps["office"], OFFICE.private, BOUND)
    passed = wrapped_for(key, STRANGER.public, BOUND)
    assert open_under(key_of(passed, STRANGER.private, BOUND), envelope.text, BOUND) == WORDS


def test_texts_of_the_same_class_have_the_same_length() -> None:
    assert len(sealed(b"").text) == len(sealed(b"x" * 1_000).text)
    assert len(sealed(b"x" * 1_000).text) < len(sealed(b"x" * 1_100).text)


def test_the_same_words_are_never_sealed_alike() -> None:
    assert sealed().text != sealed().text


def test_a_text_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="somebody"):
        seal_to(WORDS, BOUND, {})


def test_a_text_over_the_largest_class_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        sealed(b"x" * SIZES[-1])


@given(st.binary(max_size=9_000))
def test_any_bytes_come_back_as_they_were(plain: bytes) -> None:
    envelope = seal_to(plain, BOUND, {"office": OFFICE.public})
    assert opened(envelope, "office", OFFICE.private) == plain
