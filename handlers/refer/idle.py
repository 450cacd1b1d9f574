"""Who comes back to an open request is asked anew whether they can write freely."""

from datetime import datetime, timedelta

from bot.conversation import Session

AWAY = timedelta(minutes=10)
SEEN = "refer.seen"


def returned(session: Session, now: datetime) -> bool:
    """Tell whether the person was away from an open request for so long that others may hold it."""
    since = session.slots.get(SEEN)
    return since is not None and now - datetime.fromisoformat(since) > AWAY


def seen(session: Session, now: datetime) -> Session:
    """Return the session of a person who is here now."""
    return session.put(**{SEEN: now.isoformat()})
