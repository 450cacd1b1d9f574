"""Passwords: which are taken, how they are kept, and what happens under a flood."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from bot.privacy import locked_by_token, opened_by_token
from bot.staff import LONGEST, PasswordDeskFull, Passwords, PasswordTooWeak, Weakness
from bot.staff.passwords import AT_ONCE, WAITING_AT_MOST, check

EMAIL = "first.officer@example.org"
GOOD = "quiet harbour seven lanterns"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    desk = Passwords(CHEAP, locked_by_token, opened_by_token)
    yield desk
    desk.close()


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("fourteen chars"[:14], Weakness.SHORT),
        ("", Weakness.SHORT),
        ("x" * (LONGEST + 1), Weakness.LONG),
        ("1qaz2wsx3edc4rfv", Weakness.COMMON),
        ("QWERTY123456789", Weakness.COMMON),
        ("passwordpassword", Weakness.GUESSABLE),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", Weakness.GUESSABLE),
        ("first.officer@example.org", Weakness.GUESSABLE),
        ("waypointwaypoint", Weakness.GUESSABLE),
        # Some 10^9 tries: too few where a stolen hash is all that stands before a key.
        ("passwordsommer2026", Weakness.GUESSABLE),
        ("tunis2026tunis2026!", Weakness.GUESSABLE),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, weakness: Weakness) -> None:
    with pytest.raises(PasswordTooWeak) as refused:
        check(password, EMAIL)
    assert refused.value.weakness is weakness
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password", [GOOD, "ميناء هادئ سبعة فوانيس", "тихая гавань семь", "7" + GOOD * 9]
)
def test_a_long_password_is_taken_in_any_script(password: str) -> None:
    check(password[:LONGEST], EMAIL)


async def test_a_password_opens_what_it_was_set_for(passwords: Passwords) -> None:
    known = (await passwords.choose(GOOD, EMAIL)).password_hash
    assert await passwords.verify(GOOD, known)
    assert not await passwords.verify(GOOD + ".", known)
    assert GOOD not in known


async def test_two_ways_to_type_the_same_letters_are_one_password(passwords: Passwords) -> None:
    known = (await passwords.choose("e\u0301te\u0301 au port tranquille", EMAIL)).password_hash
    assert await passwords.verify("\u00e9t\u00e9 au port tranquille", known)


async def test_nobody_has_the_password_of_an_unknown_address(passwords: Passwords) -> None:
    assert not await passwords.verify(GOOD, None)


async def test_a_hash_that_is_none_is_refused(passwords: Passwords) -> None:
    assert not await passwords.verify(GOOD, "not a hash")


def test_a_new_hash_is_no_cheaper_to_try_than_the_lock_of_the_key() -> None:
    desk = Passwords()
    assert f"$argon2id$v=19$m={128 * 1024},t=3,p=1$" in desk._nobody
    desk.close()


async def test_however_many_sign_in_at_once_two_passwords_are_stretched_at_a_time() -> None:
    """So that they take 256 MiB at most, whatever they do: hash, lock or open."""
    busy, most, gate = 0, 0, threading.Lock()

    def slow(secret: bytes, password: str, subject: str) -> bytes:
        nonlocal busy, most
        with gate:
            busy, most = busy + 1, max(most, busy + 1)
        threading.Event().wait(0.02)
        with gate:
            busy -= 1
        return locked_by_token(secret, password, subject)

    desk = Passwords(CHEAP, slow, slow)
    key = (await desk.choose(GOOD, EMAIL)).key
    acts = [desk.open_key(GOOD, key) for _ in range(8)]
    await asyncio.gather(*acts, desk.choose(GOOD, EMAIL), desk.choose(GOOD, EMAIL))
    desk.close()
    assert most == AT_ONCE


async def test_the_hash_of_nobody_costs_the_same_as_a_real_one(passwords: Passwords) -> None:
    known = (await passwords.choose(GOOD, EMAIL)).password_hash
    assert known.split("$")[:4] == passwords._nobody.split("$")[:4]
    assert len(known) == len(passwords._nobody)


async def test_a_hash_with_old_parameters_is_renewed(passwords: Passwords) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(GOOD)
    renewed = await passwords.renewed(GOOD, old)
    assert renewed is not None
    assert await passwords.verify(GOOD, renewed)
    assert await passwords.renewed(GOOD, renewed) is None


async def test_a_flood_is_sent_away_instead_of_queued_for_minutes(passwords: Passwords) -> None:
    tries = [passwords.verify(GOOD, None) for _ in range(WAITING_AT_MOST + 5)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, PasswordDeskFull) for result in results) == 5
    assert not await passwords.verify(GOOD, None)
