"""The audit: who opened and did what, in chains of hashes that show when one was tampered with.

Rules over values; PostgreSQL writes the entries (`bot/store/audit.py`).  What it proves and what it
does not stands in `docs/howto/check-the-audit.md`.
"""

from bot.audit.entries import (
    FORMAT,
    OPEN,
    OPEN_PACKET,
    OPENINGS,
    READ,
    START,
    SYSTEM,
    Act,
    By,
    Entry,
    Outcome,
    canonical,
    hash_of,
    is_clean,
)
from bot.audit.heads import (
    NOTHING,
    PURPOSE,
    BrokenHead,
    Heads,
    Link,
    SignedHead,
    bears_signature,
    read_head,
    signed,
)
from bot.audit.ports import AuditLog, HeadStore
from bot.audit.verify import FORGET, KEPT, Check, Ends, Fault, What, trusted

__all__ = [
    "FORGET",
    "FORMAT",
    "KEPT",
    "NOTHING",
    "OPEN",
    "OPENINGS",
    "OPEN_PACKET",
    "PURPOSE",
    "READ",
    "START",
    "SYSTEM",
    "Act",
    "AuditLog",
    "BrokenHead",
    "By",
    "Check",
    "Ends",
    "Entry",
    "Fault",
    "HeadStore",
    "Heads",
    "Link",
    "Outcome",
    "SignedHead",
    "What",
    "bears_signature",
    "canonical",
    "hash_of",
    "is_clean",
    "read_head",
    "signed",
    "trusted",
]
