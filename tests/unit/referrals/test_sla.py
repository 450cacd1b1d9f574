"""When somebody must have taken a request."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.referrals import Category, Urgency, due

AT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
HOURS = {Category.TRAFFICKING: 1, Category.PROTECTION: 3, Category.CHILD: 3}


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("urgency", list(Urgency))
def test_danger_and_trafficking_have_an_hour_protection_three_the_rest_a_day(
    category: Category, urgency: Urgency
) -> None:
    hours = 1 if urgency is Urgency.NOW else HOURS.get(category, 24)
    assert due(category, urgency, AT) == AT + timedelta(hours=hours)
