"""Safe contact: in the hours that were chosen, one yes for each line, three lines or 14 days."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import Keys, Reason, new_check
from bot.referrals import (
    WINDOWS,
    Allowed,
    Hours,
    Judged,
    Kept,
    after_line,
    allowed_from,
    goes_at,
    judged,
    line_goes_at,
    made_code,
    may_ask_again,
    may_write,
    new_code,
    stop_check,
    stop_word,
)
from bot.understanding import fold

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEYS = Keys(bytes(range(32)), "test")
ZONES = ("UTC", "Africa/Tunis", "Asia/Kathmandu", "America/New_York", "Europe/Berlin", "nowhere")


def of(hours: Hours, zone: str = "UTC") -> Allowed:
    return allowed_from(hours, zone, NOON)


# --- hours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "zone", "goes"),
    [
        (Hours.ANY, "UTC", "2026-11-24T12:00"),
        (Hours.AFTERNOON, "UTC", "2026-11-24T12:00"),
        (Hours.MORNING, "UTC", "2026-11-25T08:00"),
        (Hours.EVENING, "UTC", "2026-11-24T17:00"),
        (Hours.EVENING, "Africa/Tunis", "2026-11-24T16:00"),
        (Hours.EVENING, "Asia/Kathmandu", "2026-11-24T12:00"),
        (Hours.MORNING, "Asia/Kathmandu", "2026-11-25T02:15"),
        (Hours.MORNING, "America/New_York", "2026-11-24T13:00"),
    ],
)
def test_a_line_goes_when_the_window_opens_on_the_persons_clock(
    hours: Hours, zone: str, goes: str
) -> None:
    expected = datetime.fromisoformat(goes).replace(tzinfo=UTC)
    assert goes_at(of(hours, zone), NOON) == expected
    assert may_write(of(hours, zone), NOON) is (expected == NOON)


@pytest.mark.parametrize("hours", [Hours.MORNING, Hours.AFTERNOON, Hours.EVENING])
def test_a_window_takes_its_first_hour_and_leaves_its_last(hours: Hours) -> None:
    first, last = (NOON.replace(hour=one) for one in WINDOWS[hours])
    before, after = first - timedelta(seconds=1), last - timedelta(seconds=1)
    assert may_write(of(hours), first)
    assert may_write(of(hours), after)
    assert not may_write(of(hours), before)
    assert not may_write(of(hours), last)


@given(
    st.sampled_from(Hours),
    st.sampled_from(ZONES),
    st.integers(0, 2 * 365 * 24 * 60),
)
def test_whenever_it_is_asked_a_line_waits_for_an_hour_of_the_window(
    hours: Hours, zone: str, minutes: int
) -> None:
    now = NOON + timedelta(minutes=minutes)
    at = goes_at(allowed_from(hours, zone, now), now)
    assert at is not None
    assert timedelta() <= at - now < timedelta(hours=25)
    local = at.astimezone(ZoneInfo("UTC" if zone == "nowhere" else zone))
    first, last = WINDOWS[hours]
    assert first <= local.hour < last


# --- three lines, 14 days, a yes each time -------------------------------------------------------


def test_a_line_uses_up_the_yes_and_after_three_none_is_left() -> None:
    allowed = of(Hours.ANY)
    for left in (2, 1, 0):
        assert may_write(allowed, NOON)
        allowed = after_line(allowed)
        assert goes_at(allowed, NOON) is None
        assert may_ask_again(allowed, NOON) is (left > 0)
        allowed = Allowed(allowed.hours, allowed.zone, allowed.until, allowed.left, confirmed=True)
    assert goes_at(allowed, NOON) is None


def test_after_14_days_no_line_goes_and_none_is_held_beyond() -> None:
    allowed = of(Hours.MORNING)
    last = allowed.until - timedelta(hours=4)
    assert goes_at(allowed, last) == last
    assert goes_at(of(Hours.EVENING), allowed.until - timedelta(minutes=1)) is None
    assert goes_at(allowed, allowed.until) is None
    assert not may_ask_again(allowed, allowed.until)


def test_a_line_that_is_counted_already_still_waits_for_its_hours_and_its_end() -> None:
    counted = after_line(of(Hours.EVENING))
    assert line_goes_at(counted, NOON) == NOON.replace(hour=17)
    assert line_goes_at(counted, NOON.replace(hour=18)) == NOON.replace(hour=18)
    assert line_goes_at(counted, counted.until) is None


# --- the code and the word that stops everything -------------------------------------------------


def cost(typed: str, kept: Kept) -> float:
    """Return how much work a judgement takes (seconds of this thread, the middle of nine)."""
    taken = []
    for _ in range(9):
        before = time.thread_time()
        judged(KEYS, typed, kept)
        taken.append(time.thread_time() - before)
    return median(taken)


def test_code_and_stop_word_are_told_apart() -> None:
    code = made_code(KEYS)
    kept = Kept(code.check, code.locked, stop_check(KEYS, "sunflower"))
    right = judged(KEYS, code.code, kept)
    assert right.fits
    assert right.reader is not None
    assert not right.stops
    assert judged(KEYS, "sunflower", kept) == Judged(stops=True)
    assert judged(KEYS, "moonlight", kept) == Judged()
    assert judged(KEYS, new_code(), kept) == Judged()
    assert judged(KEYS, "sunflower", Kept()) == Judged()
    assert judged(KEYS, "sunflower", Kept(code.check, code.locked)) == Judged()


def test_the_stop_word_costs_what_an_unknown_code_costs() -> None:
    code = made_code(KEYS)
    kept = Kept(code.check, code.locked, stop_check(KEYS, "sunflower"))
    stops = cost("sunflower", kept)
    for other, where in ((new_code(), kept), (new_code(), Kept()), ("moonlight", kept)):
        assert 0.75 < cost(other, where) / stops < 1.33


def test_what_time_erased_is_known_by_its_code_and_opens_nothing() -> None:
    code = new_code()
    stub = Kept(new_check(KEYS, code)[0], erased=Reason.CLOSED)
    assert judged(KEYS, code, stub) == Judged(fits=True)
    assert judged(KEYS, new_code(), stub) == Judged()


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Sunflower", "sunflower"),
        (" sun FLOWER! ", "sunflower"),
        ("زهرة الشمس", fold("زهرةالشمس")),
        ("four4", "four4"),
        ("abc", None),
        ("123456789012", None),
        ("1234 5678", None),
        ("where do I find it", None),
        ("", None),
        ("x" * 61, None),
    ],
)
def test_a_stop_word_has_four_letters_and_at_most_three_words(typed: str, word: str | None) -> None:
    assert stop_word(fold(typed)) == word
