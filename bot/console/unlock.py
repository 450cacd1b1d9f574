"""What an unlock does beside opening the door: wraps that became due are made.

Public keys may be used at any time; what needs a private one waits for somebody who holds it.
"""

from bot.console.deps import Deps
from bot.errors import Unavailable
from bot.privacy import Log
from bot.staff import Officer, genuine, open_keys, share_with_recovery

AT_MOST = 10
"""Batches at one unlock: two thousand texts, some two seconds; the rest next time."""

log = Log(__name__)


async def tend(deps: Deps, token: str, officer: Officer) -> None:
    """Wrap what became due for the officer's office, some batches, each its own transaction.

    Whoever signs in is let in whether this works or not.
    """
    after: str | None = None
    try:
        for _ in range(AT_MOST):
            after = await _batch(deps, token, officer, after)
            if after is None:
                return
    except Unavailable as error:
        log.warning("tending-interrupted", error)


async def _batch(deps: Deps, token: str, officer: Officer, after: str | None) -> str | None:
    async with deps.open() as work:
        keys = await open_keys(token, officer, work.staff)
        if not keys:
            return None
        if not genuine(keys, await work.staff.keys.newest((officer.office,))):
            log.error("office-key-replaced", office=officer.office)
            return None
        await share_with_recovery(officer.office, keys, work.staff)
        return await work.tend(officer.office, keys, after)
