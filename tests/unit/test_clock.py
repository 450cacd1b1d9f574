"""A clock that leaps is doubted until it has gone on for a while."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import LEAP, SETTLES, SteadyClock, elapsed, system_clock

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = (timedelta(seconds=one) for one in (1, 60, 3600))


@dataclass
class Machine:
    """A machine whose clock is wrong by so much."""

    ran: timedelta = timedelta()
    wrong: timedelta = timedelta()

    def clock(self) -> SteadyClock:
        """Return the program's clock on this machine."""
        return SteadyClock(lambda: AT + self.ran + self.wrong, lambda: self.ran)


@pytest.mark.parametrize("wrong", [2 * HOUR, -2 * HOUR, 400 * 24 * HOUR])
def test_a_clock_that_leaps_and_is_set_right_again_is_not_followed(wrong: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    for minute in range(30):
        machine.ran = minute * MINUTE
        machine.wrong = wrong if 5 <= minute < 9 else timedelta()
        assert clock() == AT + machine.ran


@pytest.mark.parametrize("wrong", [2 * HOUR, -2 * HOUR])
def test_a_clock_that_was_wrong_from_the_start_is_right_soon_after_it_was_set(
    wrong: timedelta,
) -> None:
    machine = Machine(wrong=wrong)
    clock = machine.clock()
    assert clock() == AT + wrong
    machine.wrong = timedelta()
    assert clock() == AT + wrong
    machine.ran = SETTLES - SECOND
    assert clock() == AT + machine.ran + wrong
    machine.ran = SETTLES
    assert clock() == AT + SETTLES


def test_a_clock_that_leaps_again_is_doubted_anew() -> None:
    machine = Machine()
    clock = machine.clock()
    for minute in range(60):
        machine.ran, machine.wrong = minute * MINUTE, (minute // 8) * HOUR
        assert clock() == AT + machine.ran


def test_a_clock_that_drifts_is_followed() -> None:
    machine = Machine()
    clock = machine.clock()
    for minute in range(60):
        machine.ran, machine.wrong = minute * MINUTE, minute * SECOND
        assert clock() == AT + machine.ran + machine.wrong
    machine.wrong -= LEAP
    assert clock() == AT + machine.ran + machine.wrong


def test_the_time_that_passes_is_read_from_the_machine() -> None:
    clock = SteadyClock()
    assert abs(clock() - system_clock()) < LEAP
    before = elapsed()
    assert timedelta() <= elapsed() - before < LEAP
