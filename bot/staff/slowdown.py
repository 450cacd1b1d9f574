"""Failures slow the next try down: 1, 2, 4 ... up to 42 seconds, and never lock anybody out.

Every try takes a place in a line of its own key before it is looked at, so that a hundred tries at
once wait one behind the other.  The key of a try is e-mail and address block, known or not: a
stranger far away slows only himself.  Whoever has the right password but not the code is slowed
under the officer's own key, from wherever they try.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from bot.limits import block_of
from bot.staff.errors import TooSoon
from bot.staff.model import Failures

LONGEST_WAIT = 42
PATIENCE = 5.0
"""Up to here (seconds) the try is held and then looked at; beyond it is sent away with the time."""
FORGOTTEN_AFTER = timedelta(minutes=15)


def wait_after(failures: int) -> int:
    """Return the seconds that the next try has to wait after so many failures in a row."""
    return min(2 ** min(failures - 1, 6), LONGEST_WAIT) if failures > 0 else 0


def take_place(known: Failures | None, now: datetime) -> tuple[Failures, float]:
    """Return the new state of a key, counting this try as failed, and the seconds to hold it.

    Raises:
        TooSoon: the line is longer than anybody would wait in front of a page.
    """
    before = known if known and now - known.free_at < FORGOTTEN_AFTER else Failures(0, now)
    wait = max(0.0, (before.free_at - now).total_seconds())
    if wait > PATIENCE:
        raise TooSoon(wait)
    count = before.count + 1
    starts = max(now, before.free_at)
    return Failures(count, starts + timedelta(seconds=wait_after(count))), wait


def try_key(secret: bytes, email: str, address: str) -> bytes:
    """Return the key of tries for one e-mail address from one block of network addresses."""
    return _keyed(secret, "try", email, block_of(address))


def officer_key(secret: bytes, officer: str) -> bytes:
    """Return the key of tries that knew the password of one officer."""
    return _keyed(secret, "officer", officer)


def _keyed(secret: bytes, *parts: str) -> bytes:
    # Keyed, because the few billion network addresses could be tried against a plain hash.
    return hmac.new(secret, "\0".join(("slowdown", *parts)).encode(), hashlib.sha256).digest()
