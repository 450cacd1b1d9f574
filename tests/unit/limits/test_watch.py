"""An alarm for many wrong codes, once a day, and no more questions to the database than needed."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.limits import FAILURES_A_DAY, Watch

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Counts:
    """A database that has so many."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked = 0

    async def __call__(self, at: datetime) -> int:
        self.asked += 1
        return self.count


async def test_a_thousand_wrong_codes_are_an_attack_and_one_less_is_none() -> None:
    assert not await Watch(Counts(FAILURES_A_DAY - 1)).under_attack(NOW)
    assert await Watch(Counts(FAILURES_A_DAY)).under_attack(NOW)


async def test_the_alarm_is_raised_once_a_day(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[datetime] = []

    async def alarm(at: datetime) -> None:
        heard.append(at)

    watch = Watch(Counts(FAILURES_A_DAY), alarm=alarm)
    with caplog.at_level(logging.ERROR):
        for hours in (0, 1, 23, 25):
            await watch.under_attack(NOW + timedelta(hours=hours))
    assert [one.msg for one in caplog.records] == ["many-wrong-codes"] * 2
    assert heard == [NOW, NOW + timedelta(hours=25)]


async def test_the_database_is_asked_now_and_then_only() -> None:
    counts = Counts(0)
    told: list[int] = []
    watch = Watch(counts, told.append)
    for seconds in range(25):
        await watch.under_attack(NOW + timedelta(seconds=seconds))
    assert counts.asked == 3
    assert told == [0, 0, 0]


async def test_an_attack_that_is_over_is_seen_to_be_over() -> None:
    counts = Counts(FAILURES_A_DAY)
    watch = Watch(counts)
    assert await watch.under_attack(NOW)
    counts.count = 3
    assert not await watch.under_attack(NOW + timedelta(minutes=1))
