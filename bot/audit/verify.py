"""Follow every chain from its start to its head and name each link that does not hold.

An entry is checked against the hash that is stored before it, not the one computed, so that one
edited entry is one fault and everything after it is still checked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.audit.entries import Entry, hash_of, is_clean
from bot.audit.heads import NOTHING, BrokenHead, Link, SignedHead, bears_signature, read_head
from bot.privacy.retention import RULES

FORGET = "forget"
"""The act that removes the oldest entries; its object is the number of the last one removed."""
KEPT = RULES["audit"].lives
"""Entries are kept for 24 months; this is the shortest that they can be."""


class What(StrEnum):
    """What does not hold."""

    EDITED = "edited"
    REMOVED = "removed"
    REORDERED = "reordered"
    UNREADABLE = "unreadable"
    START_REMOVED = "start-removed"
    START_REMOVED_EARLY = "start-removed-early"
    END_REMOVED = "end-removed"
    END_ADDED = "end-added"
    REBUILT = "rebuilt"
    HEAD_FOREIGN = "head-foreign"
    HEAD_UNSIGNED = "head-unsigned"
    HEAD_BROKEN = "head-broken"


WORDS: Mapping[What, str] = {
    What.EDITED: "was edited, or stands in another place than it was written",
    What.REMOVED: "is missing",
    What.REORDERED: "was written before the one that stands before it",
    What.UNREADABLE: "holds something else than ids and codes",
    What.START_REMOVED: "is the first one, and no entry says that those before it were due to go",
    What.START_REMOVED_EARLY: "and earlier ones are missing, which were not due to go",
    What.END_REMOVED: "is missing, and so is everything after it",
    What.END_ADDED: "is not what the head of its chain says it is",
    What.REBUILT: "is not the one that the signed head names: the chain was made anew",
    What.HEAD_FOREIGN: "was signed with another key",
    What.HEAD_UNSIGNED: "bears no signature that fits",
    What.HEAD_BROKEN: "cannot be read",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: at a number of a chain, or (chain None) in the signed head."""

    chain: str | None
    number: int | None
    what: What

    def __str__(self) -> str:
        where = "the signed head" if self.chain is None else f"{self.chain}: entry {self.number}"
        return f"{where} {WORDS[self.what]}"


@dataclass(frozen=True, slots=True)
class Ends:
    """What the database says of a chain: after which entry it starts, and where it ends.

    It starts after the last one that retention removed, else at `NOTHING`.
    """

    start: Link
    end: Link


class Check:
    """A check under way: entries are added chain by chain, each chain in the order of numbers.

    `heads` are signed heads that are trusted: the chains must still lead through what they name.
    """

    def __init__(self, ends: Mapping[str, Ends], heads: Sequence[SignedHead] = ()) -> None:
        self.entries = 0
        self._faults: list[Fault] = []
        self._ends = ends
        self._heads = heads
        self._named = {(chain, one.number) for head in heads for chain, one in head.heads.items()}
        self._seen: dict[tuple[str, int], bytes] = {}
        self._last: dict[str, tuple[Link, int]] = {}
        self._forgotten: dict[str, set[int]] = {}

    @property
    def chains(self) -> int:
        """How many chains there are."""
        return len({*self._ends, *self._last})

    def add(self, entry: Entry) -> None:
        """Check one more entry against the one before it."""
        self.entries += 1
        before, running = self._last.get(entry.chain) or (self._start(entry.chain), 0)
        self._faults += (
            Fault(entry.chain, number, what) for number, what in _broken(entry, before, running)
        )
        self._last[entry.chain] = (Link(entry.number, entry.hash), entry.running)
        if entry.action == FORGET and entry.object and entry.object.isdecimal():
            self._forgotten.setdefault(entry.chain, set()).add(int(entry.object))
        if (entry.chain, entry.number) in self._named:
            self._seen[entry.chain, entry.number] = entry.hash

    def end(self, now: datetime) -> tuple[Fault, ...]:
        """Check both ends of every chain, and the signed heads; return all that does not hold."""
        for chain in sorted({*self._ends, *self._last}):
            self._faults += self._at_the_ends(chain)
        for head in self._heads:
            for chain, named in sorted(head.heads.items()):
                self._faults += self._against(chain, named, now - head.made)
        return tuple(dict.fromkeys(self._faults))

    def _start(self, chain: str) -> Link:
        known = self._ends.get(chain)
        return known.start if known else NOTHING

    def _place(self, chain: str) -> Link:
        known = self._last.get(chain)
        return known[0] if known else self._start(chain)

    def _at_the_ends(self, chain: str) -> Iterator[Fault]:
        start, last = self._start(chain), self._place(chain)
        known = self._ends.get(chain)
        if known is None:
            yield Fault(chain, last.number, What.END_ADDED)
        elif last.number < known.end.number:
            yield Fault(chain, last.number + 1, What.END_REMOVED)
        elif last != known.end:
            yield Fault(chain, last.number, What.END_ADDED)
        if start.number and start.number not in self._forgotten.get(chain, ()):
            yield Fault(chain, start.number + 1, What.START_REMOVED)

    def _against(self, chain: str, named: Link, age: timedelta) -> Iterator[Fault]:
        """Compare a chain with what a signed head of this age says of it."""
        start, last = self._start(chain), self._place(chain)
        if last.number < named.number:
            yield Fault(chain, last.number + 1, What.END_REMOVED)
        elif start.number > named.number:
            # The entry after the named one is younger than the head, and gone.
            if age < KEPT:
                yield Fault(chain, named.number, What.START_REMOVED_EARLY)
        elif self._hash_at(chain, named.number) != named.hash:
            yield Fault(chain, named.number, What.REBUILT)

    def _hash_at(self, chain: str, number: int) -> bytes | None:
        start = self._start(chain)
        return start.hash if start.number == number else self._seen.get((chain, number))


def trusted(document: str | bytes, key: bytes) -> SignedHead | Fault:
    """Return the signed head of a document, or why it proves nothing: `key` must have signed it."""
    try:
        head = read_head(document)
    except BrokenHead:
        return Fault(None, None, What.HEAD_BROKEN)
    if not bears_signature(head):
        return Fault(None, head.running, What.HEAD_UNSIGNED)
    if head.key != key:
        return Fault(None, head.running, What.HEAD_FOREIGN)
    return head


def _broken(entry: Entry, before: Link, running: int) -> Iterator[tuple[int, What]]:
    if entry.number != before.number + 1:
        # What came before is not there to be hashed; that it is missing says enough.
        yield before.number + 1, What.REMOVED
    elif not is_clean(entry):
        yield entry.number, What.UNREADABLE
    elif entry.hash != hash_of(entry, before.hash):
        yield entry.number, What.EDITED
    if entry.running <= running:
        yield entry.number, What.REORDERED
