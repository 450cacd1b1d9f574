"""Invented chains: entries with the hashes they must have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.audit import NOTHING, Check, Ends, Entry, Fault, Link, SignedHead, hash_of

AT = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)
SEED = b"s" * 32
OFFICE = "iom-tn-tunis"


def an_entry(number: int, chain: str = OFFICE) -> Entry:
    """Return an entry that is not hashed yet."""
    return Entry(
        chain=chain,
        number=number,
        running=number * 10,
        at=AT + timedelta(minutes=number),
        who="officer-1",
        role="officer",
        office=chain,
        action="open",
        object=f"request-{number}",
        outcome="done",
        hash=b"",
    )


def chained(entries: list[Entry], before: bytes = NOTHING.hash) -> list[Entry]:
    """Return entries with the hashes that follow from each other."""
    made = []
    for one in entries:
        before = hash_of(one, before)
        made.append(replace(one, hash=before))
    return made


def a_chain(length: int, chain: str = OFFICE) -> list[Entry]:
    """Return a chain that holds."""
    return chained([an_entry(number, chain) for number in range(1, length + 1)])


def end_of(entries: list[Entry]) -> Link:
    """Return where a chain ends."""
    return Link(entries[-1].number, entries[-1].hash)


def faults(
    entries: list[Entry],
    end: Link,
    *heads: SignedHead,
    start: Link = NOTHING,
    now: datetime = AT,
) -> list[Fault]:
    """Return what does not hold of one chain whose head row says where it starts and ends."""
    check = Check({OFFICE: Ends(start, end)}, heads)
    for one in entries:
        check.add(one)
    return list(check.end(now))
