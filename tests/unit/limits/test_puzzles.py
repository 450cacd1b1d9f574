"""Proof of work: cheap to check, done for one alone, counted once."""

import itertools

import pytest

from bot.limits import BITS, Passes, Puzzles, Tallies, fits

NOW = 1_800_000_000.0
OLD_PHONE = 55_000
"""Tries a second; docs/adr/2026-11-24-limits.md says how it was measured."""


def solve(challenge: str, bits: int) -> str:
    """Do the work, as a page does."""
    numbers = map(str, itertools.count())
    return f"{challenge}:{next(one for one in numbers if fits(challenge, one, bits))}"


@pytest.fixture
def puzzles() -> Puzzles:
    return Puzzles(b"k" * 32, bits=8)


def solved(puzzles: Puzzles, bound: str = "me") -> str:
    return solve(puzzles.challenge(bound, NOW), puzzles.bits)


def test_work_is_taken_once(puzzles: Puzzles) -> None:
    proof = solved(puzzles)
    assert puzzles.accept(proof, "me", NOW + 5)
    assert not puzzles.accept(proof, "me", NOW + 6)


def test_a_second_solution_of_the_same_challenge_is_not_taken(puzzles: Puzzles) -> None:
    challenge = puzzles.challenge("me", NOW)
    numbers = (str(one) for one in itertools.count() if fits(challenge, str(one), puzzles.bits))
    assert puzzles.accept(f"{challenge}:{next(numbers)}", "me", NOW)
    assert not puzzles.accept(f"{challenge}:{next(numbers)}", "me", NOW)


def test_work_for_one_is_not_taken_from_another(puzzles: Puzzles) -> None:
    assert not puzzles.accept(solved(puzzles), "you", NOW)


def test_work_that_comes_too_late_is_not_taken(puzzles: Puzzles) -> None:
    assert not puzzles.accept(solved(puzzles), "me", NOW + puzzles.lasts)


def test_no_work_is_not_taken(puzzles: Puzzles) -> None:
    challenge = puzzles.challenge("me", NOW)
    wrong = next(str(one) for one in itertools.count() if not fits(challenge, str(one), 8))
    assert not puzzles.accept(f"{challenge}:{wrong}", "me", NOW)


def test_an_easier_challenge_cannot_be_made_up(puzzles: Puzzles) -> None:
    _, rest = puzzles.challenge("me", NOW).split(".", 1)
    assert not puzzles.accept(solve(f"1.{rest}", 1), "me", NOW)


def test_another_secret_gives_out_other_challenges(puzzles: Puzzles) -> None:
    assert not puzzles.accept(solved(Puzzles(b"l" * 32, bits=8)), "me", NOW)


def test_any_process_with_the_secret_takes_the_work(puzzles: Puzzles) -> None:
    assert Puzzles(b"k" * 32).accept(solved(puzzles), "me", NOW)


@pytest.mark.parametrize(
    "odd", ["", ":", "x", "8.1.s.m:1", "٨.1800000300.s.m:1", ":" * 99, "8" * 10_000, "é:1"]
)
def test_nonsense_is_not_taken_and_does_no_harm(puzzles: Puzzles, odd: str) -> None:
    assert not puzzles.accept(odd, "me", NOW)


def test_what_was_spent_is_forgotten_after_its_time(puzzles: Puzzles) -> None:
    for _ in range(20):
        assert puzzles.accept(solved(puzzles), "me", NOW)
    later = NOW + puzzles.lasts + 1
    assert puzzles.accept(solve(puzzles.challenge("me", later), 8), "me", later)
    assert len(puzzles._spent) == 1


def test_an_old_phone_is_through_in_five_seconds_nearly_always() -> None:
    tries = 5 * OLD_PHONE
    assert (1 - 2**-BITS) ** tries < 0.016


def test_a_pass_is_good_for_some_turns_in_some_minutes() -> None:
    passes = Passes(turns=2, seconds=60)
    passes.give("me", NOW)
    assert [passes.take("me", NOW) for _ in range(3)] == [True, True, False]
    passes.give("me", NOW)
    assert not passes.take("me", NOW + 60)
    assert not passes.take("you", NOW)


def test_a_tally_is_full_at_its_limit_and_empties_after_a_day() -> None:
    tallies = Tallies(limit=20)
    for number in range(20):
        assert not tallies.full("block", NOW + number)
        tallies.add("block", NOW + number)
    assert tallies.full("block", NOW + 20)
    assert not tallies.full("other", NOW + 20)
    assert not tallies.full("block", NOW + 86_400)
