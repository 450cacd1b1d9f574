"""What one entry of the audit says, and the bytes that are hashed of it.

The database writes entries (`audit_append` in migration 0003) and computes the same hash in SQL;
this file is the second, independent computation, so that `waypoint audit verify` trusts nothing
that the database says about itself.  Whoever changes one of the two changes the other, with a new
`FORMAT`: entries that are there keep the hash they have.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

FORMAT = "waypoint-audit/1"
SYSTEM = "system"
"""The chain of what belongs to no office."""
OPEN = "open"
"""The act of reading what a person asked for."""
READ = "read"
"""The act of reading the messages of a case."""
OPEN_PACKET = "open-packet"
"""The act of reading what was sealed to a partner of a request."""
OPENINGS = frozenset({OPEN, READ, OPEN_PACKET})
"""The acts by which somebody reads sealed text; the object of each is a request."""
START = bytes(32)
"""What stands in the place of the hash before the first entry."""
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/_-]{0,79}", re.ASCII)
"""Ids and codes only: what a person wrote, an address or a number to call does not fit in."""
LONG_NUMBER = re.compile(r"[0-9]{9,}", re.ASCII)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Outcome(StrEnum):
    """How an act ended.  The values are stored: add one, never rename one."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts and when (aware UTC).

    `officer` is an id; None is the program, or the person whom a request is about.
    """

    officer: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Something that belongs into the audit.

    `object` is an id: of a request (not its reference, which the person holds), an officer, a key.
    Without a `chain` it goes to that of the officer's office, or to the system's.
    """

    action: str
    object: str | None = None
    outcome: Outcome = Outcome.DONE
    chain: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is stored: `number` counts in its chain, `running` over all chains."""

    chain: str
    number: int
    running: int
    at: datetime
    who: str | None
    role: str | None
    office: str | None
    action: str
    object: str | None
    outcome: str
    hash: bytes


def canonical(entry: Entry) -> bytes:
    """Return the bytes that are hashed of an entry: its fields in order, a bar between them.

    The time counts in microseconds since 1970 UTC; what is not there is empty.  No field can hold
    a bar (`is_clean`), so two different entries never have the same bytes.
    """
    fields = (
        FORMAT,
        entry.chain,
        str(entry.number),
        str(entry.running),
        str((entry.at - _EPOCH) // _MICROSECOND),
        entry.who or "",
        entry.role or "",
        entry.office or "",
        entry.action,
        entry.object or "",
        entry.outcome,
    )
    return "|".join(fields).encode()


def hash_of(entry: Entry, before: bytes) -> bytes:
    """Return the hash (SHA-256) that an entry must have after the entry with the hash `before`."""
    return hashlib.sha256(before + canonical(entry)).digest()


def is_clean(entry: Entry) -> bool:
    """Tell whether every field is an id or a code, as the database demands of what it writes."""
    needed = (entry.chain, entry.action, entry.outcome)
    maybe = (entry.who, entry.role, entry.office, entry.object)
    words = (*needed, *(one for one in maybe if one is not None))
    return all(WORD.fullmatch(one) and not LONG_NUMBER.fullmatch(one) for one in words)
