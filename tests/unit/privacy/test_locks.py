"""A key locked by a password or a token opens with it alone, and in its place alone."""

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.privacy import BrokenSeal
from bot.privacy.locks import (
    locked_by_password,
    locked_by_token,
    opened_by_password,
    opened_by_token,
)
from bot.privacy.shares import BadShare, join, split

SECRET = bytes(range(32))
PASSWORD = "four invented words here"


def test_the_password_opens_it_and_another_does_not() -> None:
    blob = locked_by_password(SECRET, PASSWORD, "officer-1")
    assert opened_by_password(blob, PASSWORD, "officer-1") == SECRET
    with pytest.raises(BrokenSeal):
        opened_by_password(blob, PASSWORD + ".", "officer-1")
    with pytest.raises(BrokenSeal):
        opened_by_password(blob, PASSWORD, "officer-2")


def test_the_token_opens_it_and_another_does_not() -> None:
    blob = locked_by_token(SECRET, "t" * 43, "sign-in")
    assert opened_by_token(blob, "t" * 43, "sign-in") == SECRET
    with pytest.raises(BrokenSeal):
        opened_by_token(blob, "u" * 43, "sign-in")
    with pytest.raises(BrokenSeal):
        opened_by_token(blob, "t" * 43, "other")


def test_a_changed_lock_is_noticed() -> None:
    blob = bytearray(locked_by_token(SECRET, "t" * 43, "sign-in"))
    for position in range(len(blob)):
        blob[position] ^= 1
        with pytest.raises(BrokenSeal):
            opened_by_token(bytes(blob), "t" * 43, "sign-in")
        blob[position] ^= 1


def test_a_changed_lock_of_a_password_is_noticed() -> None:
    blob = locked_by_password(SECRET, PASSWORD, "officer-1")
    places = {0, 1, 16, 17, 28, 29, len(blob) - 17, len(blob) - 16, len(blob) - 1}
    for position in places:
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises(BrokenSeal):
            opened_by_password(bytes(changed), PASSWORD, "officer-1")


@pytest.mark.parametrize("length", [0, 1, 2, 8, 16, 17, 20, 29, 40])
def test_a_lock_that_was_cut_off_is_refused_and_nothing_else_breaks(length: int) -> None:
    by_token = locked_by_token(SECRET, "t" * 43, "sign-in")[:length]
    by_password = locked_by_password(SECRET, PASSWORD, "officer-1")[:length]
    with pytest.raises(BrokenSeal):
        opened_by_token(by_token, "t" * 43, "sign-in")
    with pytest.raises(BrokenSeal):
        opened_by_password(by_password, PASSWORD, "officer-1")


@pytest.mark.parametrize("version", [0, 2, 255])
def test_a_lock_of_another_version_is_refused_as_such(version: int) -> None:
    blob = locked_by_token(SECRET, "t" * 43, "sign-in")
    with pytest.raises(BrokenSeal, match="version"):
        opened_by_token(bytes([version]) + blob[1:], "t" * 43, "sign-in")


def test_a_lock_costs_128_mib_and_three_rounds() -> None:
    """Made again by the library alone: whoever holds the blob has no cheaper way to try."""
    blob = locked_by_password(SECRET, PASSWORD, "officer-1")
    salt, nonce, sealed = blob[1:17], blob[17:29], blob[29:]
    key = hash_secret_raw(PASSWORD.encode(), salt, 3, 128 * 1024, 1, 32, Type.ID)
    assert AESGCM(key).decrypt(nonce, sealed, blob[:17] + b"officer-1") == SECRET


def test_any_two_of_the_three_parts_give_the_key_back() -> None:
    one, two, three = split(SECRET)
    assert join([one, two]) == join([two, three]) == join([three, one]) == SECRET


def test_one_part_alone_or_a_mistyped_word_gives_nothing() -> None:
    one, two, _ = split(SECRET)
    with pytest.raises(BadShare):
        join([one])
    with pytest.raises(BadShare):
        join([one, two.replace(two.split()[10], "acid", 1)])


def test_parts_of_two_keys_do_not_mix() -> None:
    with pytest.raises(BadShare):
        join([split(SECRET)[0], split(SECRET)[1]])


def test_parts_may_be_typed_in_capitals_and_with_line_breaks() -> None:
    one, two, _ = split(SECRET)
    assert join([one.upper(), two.replace(" ", "\n ")]) == SECRET
