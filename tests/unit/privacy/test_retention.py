"""How long things live: steps, limits, clocks that lie, and the table that people read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.privacy.retention import (
    DAY,
    END,
    GRACE,
    LEAP,
    RULES,
    SETTLES,
    Run,
    Witness,
    is_over,
    limit,
    spoken,
    step,
    table,
    witnessed,
)

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GUIDE = Path(__file__).parents[3] / "docs/howto/erase-and-retain.md"


@pytest.mark.parametrize(
    ("days", "reached"),
    [(59, None), (60, 60), (74, 60), (75, 75), (83, 83), (88, 88), (89, 88), (90, 90), (400, 90)],
)
def test_a_request_reaches_its_steps_on_the_day(days: int, reached: int | None) -> None:
    assert step(days * DAY) == reached
    assert step(days * DAY - MINUTE) != reached or step((days - 1) * DAY) == reached


def test_a_request_is_over_when_the_duty_desk_has_had_its_two_weeks() -> None:
    assert is_over(END, GRACE, confirmed=False)
    assert not is_over(END - MINUTE, GRACE, confirmed=False)
    assert not is_over(END, GRACE - MINUTE, confirmed=False)
    assert not is_over(400 * DAY, None, confirmed=False)


def test_the_operators_word_stands_for_the_warning_but_not_for_the_time() -> None:
    assert is_over(END, None, confirmed=True)
    assert not is_over(END - MINUTE, None, confirmed=True)


@pytest.mark.parametrize(("requests", "most"), [(0, 20), (399, 20), (420, 21), (10_000, 500)])
def test_a_run_erases_twenty_or_a_twentieth(requests: int, most: int) -> None:
    assert limit(requests) == most


def test_a_run_more_than_a_day_ahead_needs_a_word() -> None:
    assert not Run(AT + DAY, AT).ahead
    assert Run(AT + DAY + MINUTE, AT).ahead
    assert not Run(AT + 3650 * DAY, AT, confirmed=True).ahead


def test_no_time_is_stored_that_has_not_come() -> None:
    assert Run(AT + 200 * DAY, AT, confirmed=True).stored == AT
    assert Run(AT - DAY, AT).stored == AT - DAY


def test_a_clock_that_goes_on_is_believed() -> None:
    assert witnessed(None, AT) == Witness(AT)
    assert witnessed(Witness(AT - LEAP), AT) == Witness(AT)


@pytest.mark.parametrize("leap", [LEAP + MINUTE, -30 * DAY, -3650 * DAY])
def test_a_clock_that_leaps_is_doubted_until_it_has_gone_on_for_a_day(leap: timedelta) -> None:
    last = Witness(AT - leap)
    leapt = witnessed(last, AT)
    assert leapt == Witness(last.seen, AT)
    assert witnessed(leapt, AT + SETTLES - MINUTE) == leapt
    assert witnessed(leapt, AT + SETTLES) == Witness(AT + SETTLES)


def test_a_clock_that_leaps_far_ahead_is_never_believed_by_itself() -> None:
    leapt = witnessed(Witness(AT - 365 * DAY), AT)
    for days in range(1, 30):
        leapt = witnessed(leapt, AT + days * DAY)
        assert leapt.doubted is not None, days


def test_a_clock_that_leaps_again_is_doubted_anew() -> None:
    leapt = witnessed(Witness(AT), AT + 8 * DAY)
    again = witnessed(leapt, AT + 80 * DAY)
    assert again == Witness(AT, AT + 80 * DAY)


@pytest.mark.parametrize("leap", [3650 * DAY, -3650 * DAY])
def test_a_clock_that_comes_back_is_believed(leap: timedelta) -> None:
    wrong = witnessed(Witness(AT), AT + leap)
    assert witnessed(wrong, AT + MINUTE) == Witness(AT + MINUTE)


def test_the_guide_shows_the_rules_as_they_are() -> None:
    assert table() in GUIDE.read_text(encoding="utf-8")


def test_a_time_is_said_in_hours_or_days() -> None:
    assert [spoken(RULES[one]) for one in ("sign-ins", "withdrawn", "closed")] == [
        "15 minutes",
        "72 hours",
        "30 days",
    ]
