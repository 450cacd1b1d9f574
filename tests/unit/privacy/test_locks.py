"""A key locked by a password or a token opens with it alone, and in its place alone."""

import pytest

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
