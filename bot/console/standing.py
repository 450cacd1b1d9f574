"""What every page of an officer says: how many lines wait for a tick, what set-up still lacks."""

from dataclasses import dataclass

from bot.console.access import categories_of
from bot.console.deps import Work
from bot.referrals import Watched
from bot.staff import DUTY_DESK, RECOVERY, Act, Fact, Officer, allowed, may_hold


@dataclass(frozen=True, slots=True)
class Standing:
    """Lines that are not ticked off (None: not for this role), and who has no key yet."""

    alerts: int | None = None
    requests: bool = False
    """Whether requests come to the role."""
    lacks: frozenset[str] = frozenset()


NOTHING = Standing()


async def standing_of(work: Work, officer: Officer) -> Standing:
    """Return how things stand for an officer."""
    watched = watched_by(officer)
    requests = bool(watched.categories)
    alerts = await work.alerts.count(watched) if requests or watched.offered else None
    keys = await work.staff.keys.newest((DUTY_DESK, RECOVERY))
    return Standing(
        alerts, requests, frozenset({DUTY_DESK, RECOVERY} - {one.office for one in keys})
    )


def watched_by(officer: Officer) -> Watched:
    """Return whose lines an officer sees: their office's, about requests of their queue.

    About what was offered to it, whoever may hold the key that opens it; about what its officers
    do, whoever may read its audit.
    """
    watches = allowed(officer, Act.READ_AUDIT, frozenset({Fact.OWN_OFFICE}))
    return Watched(officer.office, categories_of(officer), may_hold(officer), watches)
