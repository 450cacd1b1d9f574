"""One-time codes are good once, one step early or late, in any script's digits."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.staff import accepted_step, address_of, new_secret, spelled
from bot.staff.onetime import STEP_SECONDS, plain_digits

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOW = datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // STEP_SECONDS


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def test_the_code_is_that_of_the_standard() -> None:
    # RFC 6238, appendix B: 59 seconds after the epoch, the last six of 94287082.
    moment = datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)
    assert accepted_step(SECRET, "287082", moment, 0) == 1


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_be_one_step_off(seconds: int) -> None:
    assert accepted_step(SECRET, code_at(NOW + timedelta(seconds=seconds)), NOW, 0) is not None


@pytest.mark.parametrize("seconds", [-90, -60, 60, 90, 86400])
def test_a_clock_two_steps_off_is_refused(seconds: int) -> None:
    assert accepted_step(SECRET, code_at(NOW + timedelta(seconds=seconds)), NOW, 0) is None


def test_a_code_is_good_once() -> None:
    assert accepted_step(SECRET, code_at(NOW), NOW, 0) == STEP
    assert accepted_step(SECRET, code_at(NOW), NOW, STEP) is None


def test_a_code_older_than_the_last_one_is_refused() -> None:
    earlier = code_at(NOW - timedelta(seconds=30))
    assert accepted_step(SECRET, earlier, NOW, STEP) is None


@pytest.mark.parametrize("typed", ["287 082", "287-082", "٢٨٧٠٨٢", "۲۸۷ ۰۸۲", " 287082\u200f"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert plain_digits(typed) == "287082"


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "abcdef", "²²²²²²x", "9" * 10_000])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert accepted_step(SECRET, typed, NOW, 0) is None


def test_the_address_in_the_picture_names_service_and_officer() -> None:
    address = address_of(SECRET, "one@example.org")
    assert address.startswith("otpauth://totp/Waypoint:one%40example.org?")
    assert f"secret={SECRET}" in address


def test_secrets_differ_and_can_be_typed() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert spelled(first).replace(" ", "") == first
    assert len(spelled(first).split()) == 8
