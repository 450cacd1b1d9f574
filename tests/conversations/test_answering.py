"""What a person is told of speed and steps: every case has words, and no two mean the same."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.i18n import Line, say
from bot.referrals import LONGEST_CLASS, MOVES, Action, Declined, Event, Lack, Outcome, State
from bot.referrals.answering import MINUTES
from handlers.receipt.history import SHOWN, history
from handlers.receipt.judging import missing
from handlers.refer.speed import measured, set_time

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
UNITS = {"minute": MINUTE, "hour": 60 * MINUTE, "day": 24 * 60 * MINUTE}
HIDDEN = {Action.ANSWER, Action.STOP, Action.LIFT}


def when(at: datetime) -> Line:
    return say("{moment}", moment=at)


def told(**fields: object) -> list[Line]:
    known: dict[str, object] = {"at": AT, "action": None, "state": State.WAITING}
    return history([Event(**known | fields)], when)  # type: ignore[arg-type]


def test_every_step_has_words_of_its_own_but_those_that_are_not_for_these_eyes() -> None:
    steps = {one: told(action=one) for one in Action}
    assert {one for one, lines in steps.items() if not lines} == HIDDEN
    said = [lines[0].template for lines in steps.values() if lines]
    assert len(set(said)) == len(said)
    assert {action for _, action in MOVES} | HIDDEN == set(Action)


def test_every_reason_of_a_partner_and_every_outcome_has_words_of_its_own() -> None:
    lines = [told(action=Action.DECLINE, why=one)[0].template for one in Declined]
    lines += [told(action=Action.CLOSE, outcome=one)[0].template for one in Outcome]
    lines += [missing(one).template for one in Lack]
    assert len(set(lines)) == len(lines)


def test_a_partner_that_gave_no_reason_is_said_so() -> None:
    (line,) = told(action=Action.DECLINE)
    assert "gave no reason" in line.template


def test_a_partner_that_is_full_says_until_which_day() -> None:
    day = date(2026, 12, 1)
    (line,) = told(action=Action.FULL, until=day)
    assert dict(line.values)["day"] == day


def test_only_the_last_steps_are_told_and_in_order() -> None:
    events = [
        Event(AT + n * MINUTE, (Action.CLAIM, Action.LAPSE)[n % 2], State.WAITING)
        for n in range(20)
    ]
    lines = history(events, when)
    assert len(lines) == SHOWN
    assert lines == [history([one], when)[0] for one in events[-SHOWN:]]


@pytest.mark.parametrize("minutes", MINUTES[:-1])
@pytest.mark.parametrize("words", [measured, set_time])
def test_a_time_is_said_exactly_whatever_its_unit(minutes: int, words: object) -> None:
    line = words(minutes * MINUTE)  # type: ignore[operator]
    (unit,) = (one for one in UNITS if f"{{count}} {one}" in line.template)
    assert dict(line.values)["count"] * UNITS[unit] == minutes * MINUTE


def test_what_took_a_week_or_longer_promises_no_end() -> None:
    line = measured(LONGEST_CLASS)
    assert line.plural is None
    assert "or longer" in line.template
