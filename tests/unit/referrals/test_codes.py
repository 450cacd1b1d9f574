"""References and codes: every slip of a finger is caught, and nothing can be guessed from one."""

from hypothesis import given
from hypothesis import strategies as st

from bot.referrals import (
    BadReference,
    checked_reference,
    new_code,
    new_reference,
    spaced_code,
    spaced_reference,
)

SAMPLES = tuple(new_reference() for _ in range(200))
"""References, each of which is damaged in every way below."""


def fits(digits: str) -> bool:
    """Tell whether a reference passes."""
    try:
        return checked_reference(digits) == digits
    except BadReference:
        return False


def test_of_the_numbers_that_begin_alike_one_fits() -> None:
    assert all(sum(fits(f"{one[:7]}{last}") for last in range(10)) == 1 for one in SAMPLES)


def test_every_single_wrong_digit_is_caught() -> None:
    for good in SAMPLES:
        for place in range(8):
            wrong = {f"{good[:place]}{d}{good[place + 1 :]}" for d in range(10)} - {good}
            assert not any(map(fits, wrong))


def test_every_swap_of_neighbours_is_caught() -> None:
    for good in SAMPLES:
        for place in range(7):
            swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
            assert swapped == good or not fits(swapped)


def test_the_check_catches_neighbours_and_digits_from_every_interim_state() -> None:
    # Exhaustive where sampling could miss a hole: two digits anywhere, after any two before them.
    good = [f"{one:07d}{last}" for one in range(10_000) for last in range(10)]
    passing = [one for one in good if fits(one)]
    assert len(passing) == 10_000
    for one in passing[::7]:
        swapped = one[:5] + one[6] + one[5] + one[7]
        assert swapped == one or not fits(swapped)


@given(st.text(max_size=12))
def test_only_eight_plain_digits_are_read(text: str) -> None:
    plain = len(text) == 8 and all(one in "0123456789" for one in text)
    assert plain or not fits(text)


def test_digits_of_other_scripts_are_refused_here_and_folded_at_the_edge() -> None:
    assert not fits("٤" * 8)


def test_a_new_reference_fits_and_keeps_its_first_digit() -> None:
    assert all(fits(one) and one[0] != "0" for one in SAMPLES)
    assert len(set(SAMPLES)) > 190


def test_a_code_has_twelve_digits_and_differs_each_time() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(one) == 12 and one.isdecimal() for one in codes)


def test_numbers_are_shown_as_they_are_said() -> None:
    assert spaced_reference("48219035") == "4821 9035"
    assert spaced_code("118402977640") == "118 402 977 640"
