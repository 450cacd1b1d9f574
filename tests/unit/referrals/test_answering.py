"""What a person is told of an office's speed is what half of its people really saw."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.referrals.answering import FEWEST, MINUTES, class_of, median

MINUTE = timedelta(minutes=1)
spans = st.lists(st.integers(0, MINUTES[-1]), min_size=FEWEST, max_size=60)


@given(spans)
def test_half_of_the_answers_came_within_what_is_told(minutes: list[int]) -> None:
    counts: dict[int, int] = {}
    for one in minutes:
        found = class_of(one * MINUTE)
        counts[found] = counts.get(found, 0) + 1
    told = median(counts)
    assert told is not None
    assert 2 * sum(one * MINUTE <= told for one in minutes) >= len(minutes)
    shorter = [one for one in MINUTES if one * MINUTE < told]
    if shorter:
        assert 2 * sum(one <= shorter[-1] for one in minutes) < len(minutes)


def test_of_too_few_answers_nothing_is_told() -> None:
    assert median({60: FEWEST - 1}) is None
    assert median({}) is None


def test_what_took_weeks_counts_as_the_longest_class() -> None:
    assert class_of(timedelta(days=40)) == MINUTES[-1]
