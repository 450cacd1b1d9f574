"""When somebody must have taken a referral, before an office sets its own times."""

from datetime import datetime, timedelta

from bot.referrals.model import Category, Urgency

HOUR = timedelta(hours=1)
FIRST = frozenset({Category.TRAFFICKING})
SECOND = frozenset({Category.PROTECTION, Category.CHILD})


def due(category: Category, urgency: Urgency, at: datetime) -> datetime:
    """Return when it is due: 1 h for danger and trafficking, 3 h for protection, else a day."""
    if urgency is Urgency.NOW or category in FIRST:
        return at + HOUR
    if category in SECOND:
        return at + 3 * HOUR
    return at + 24 * HOUR
