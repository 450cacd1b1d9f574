"""Chains under attack: each way of changing one is found, and named where it happened."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.audit import (
    Check,
    Entry,
    Fault,
    Heads,
    Link,
    SignedHead,
    What,
    canonical,
    is_clean,
    signed,
)
from tests.unit.audit.making import (
    AT,
    OFFICE,
    SEED,
    a_chain,
    an_entry,
    chained,
    end_of,
    faults,
)

TWO_YEARS = timedelta(days=735)


def head_of(entries: list[Entry], age: timedelta = timedelta()) -> SignedHead:
    return signed(Heads(9999, {OFFICE: end_of(entries)}), AT - age, SEED)


def test_a_chain_that_nobody_touched_holds() -> None:
    chain = a_chain(5)
    assert faults(chain, end_of(chain), head_of(chain)) == []


def test_what_is_hashed_is_written_down_here() -> None:
    # Stored hashes depend on it: a change needs a new format and keeps this one for what is there.
    assert canonical(replace(an_entry(7), who=None, role=None)) == (
        b"waypoint-audit/1|iom-tn-tunis|7|70|1795514820123456|||iom-tn-tunis|open|request-7|done"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"running": 31},
        {"at": AT},
        {"who": "officer-2"},
        {"who": None},
        {"role": "supervisor"},
        {"office": "elsewhere"},
        {"action": "claim"},
        {"object": "request-9"},
        {"outcome": "refused"},
        {"hash": bytes(32)},
    ],
)
def test_an_edited_entry_is_found_in_its_place(change: dict[str, Any]) -> None:
    chain = a_chain(5)
    end = end_of(chain)
    chain[2] = replace(chain[2], **change)
    found = faults(chain, end)
    assert found[0] == Fault(OFFICE, 3, What.EDITED)
    # Only an edited hash breaks the link after it as well.
    assert len(found) == (2 if "hash" in change else 1)


def test_fields_that_are_shifted_into_each_other_are_found() -> None:
    chain = a_chain(3)
    end = end_of(chain)
    chain[1] = replace(chain[1], who="officer-1|officer", role=None, office=OFFICE)
    assert canonical(chain[1]) != canonical(an_entry(2))
    chain[1] = replace(an_entry(2), action="open|request-2", object=None, hash=chain[1].hash)
    assert faults(chain, end) == [Fault(OFFICE, 2, What.UNREADABLE)]


def test_a_removed_entry_leaves_a_gap() -> None:
    chain = a_chain(5)
    assert faults(chain[:2] + chain[3:], end_of(chain)) == [Fault(OFFICE, 3, What.REMOVED)]


def test_a_gap_closed_by_counting_anew_is_found() -> None:
    chain = a_chain(5)
    closed = chain[:2] + [replace(one, number=one.number - 1) for one in chain[3:]]
    found = faults(closed, end_of(closed))
    assert [one.number for one in found if one.what is What.EDITED] == [3, 4]


def test_two_entries_that_changed_places_are_found() -> None:
    chain = a_chain(5)
    end = end_of(chain)
    chain[1], chain[2] = replace(chain[2], number=2), replace(chain[1], number=3)
    found = faults(chain, end)
    assert Fault(OFFICE, 2, What.EDITED) in found
    assert Fault(OFFICE, 3, What.REORDERED) in found


def test_a_cut_tail_is_found_by_the_head_of_the_chain() -> None:
    chain = a_chain(5)
    assert faults(chain[:3], end_of(chain)) == [Fault(OFFICE, 4, What.END_REMOVED)]


def test_a_tail_cut_with_its_head_is_found_by_the_signed_head_alone() -> None:
    chain = a_chain(5)
    cut = chain[:3]
    assert faults(cut, end_of(cut)) == []
    assert faults(cut, end_of(cut), head_of(chain)) == [Fault(OFFICE, 4, What.END_REMOVED)]


def test_a_chain_made_anew_is_found_by_the_signed_head_alone() -> None:
    chain = a_chain(5)
    anew = chained([replace(an_entry(number), who="officer-9") for number in range(1, 8)])
    assert faults(anew, end_of(anew)) == []
    assert faults(anew, end_of(anew), head_of(chain)) == [Fault(OFFICE, 5, What.REBUILT)]


def test_a_chain_that_is_gone_is_found_by_the_signed_head() -> None:
    chain = a_chain(5)
    assert Check({}).end(AT) == ()
    assert Check({}, [head_of(chain)]).end(AT) == (Fault(OFFICE, 1, What.END_REMOVED),)


def test_entries_without_a_head_row_are_found() -> None:
    check = Check({})
    for one in a_chain(2):
        check.add(one)
    assert check.end(AT) == (Fault(OFFICE, 2, What.END_ADDED),)


def test_an_entry_put_behind_the_head_is_found() -> None:
    chain = a_chain(5)
    assert faults(chain, end_of(chain[:4])) == [Fault(OFFICE, 5, What.END_ADDED)]


# --- the start that retention removes ------------------------------------------------------------


def forgotten(length: int, gone: int) -> tuple[list[Entry], list[Entry], Link]:
    """Return a chain, what is left of it after retention, and where that starts."""
    chain = a_chain(length)
    said = replace(an_entry(length + 1), action="forget", object=str(gone), who=None)
    rest = chain[gone:] + chained([said], chain[-1].hash)
    return chain, rest, Link(gone, chain[gone - 1].hash)


def test_what_retention_left_holds() -> None:
    chain, rest, start = forgotten(6, 3)
    assert faults(rest, end_of(rest), head_of(chain), start=start) == []


def test_a_start_that_no_entry_accounts_for_is_found() -> None:
    chain = a_chain(6)
    start = Link(3, chain[2].hash)
    found = faults(chain[3:], end_of(chain), start=start)
    assert found == [Fault(OFFICE, 4, What.START_REMOVED)]


def test_a_start_with_another_hash_is_found() -> None:
    _, rest, start = forgotten(6, 3)
    found = faults(rest, end_of(rest), start=replace(start, hash=bytes(32)))
    assert found == [Fault(OFFICE, 4, What.EDITED)]


def test_a_young_signed_head_shows_that_too_much_was_forgotten() -> None:
    chain, rest, start = forgotten(6, 3)
    young, old = head_of(chain[:2]), head_of(chain[:2], TWO_YEARS)
    assert faults(rest, end_of(rest), young, start=start) == [
        Fault(OFFICE, 2, What.START_REMOVED_EARLY)
    ]
    assert faults(rest, end_of(rest), old, start=start) == []


def test_a_signed_head_at_the_very_start_is_compared_too() -> None:
    chain, rest, start = forgotten(6, 3)
    other = signed(Heads(1, {OFFICE: Link(3, bytes(32))}), AT, SEED)
    assert faults(rest, end_of(rest), head_of(chain[:3]), start=start) == []
    assert faults(rest, end_of(rest), other, start=start) == [Fault(OFFICE, 3, What.REBUILT)]


# --- what fits into an entry ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        "help me",
        "name@example.org",
        "+493023125001",
        "493023125001",
        "a|b",
        "",
        "x" * 81,
        "жди",
        "a\n",
    ],
)
def test_what_a_person_could_have_written_does_not_fit_in(told: str) -> None:
    assert is_clean(an_entry(1))
    assert not is_clean(replace(an_entry(1), object=told))


def test_every_fault_says_where_in_one_line() -> None:
    for what in What:
        assert "\n" not in str(Fault(OFFICE, 3, what))
    assert str(Fault(OFFICE, 3, What.REMOVED)) == "iom-tn-tunis: entry 3 is missing"
    assert str(Fault(None, 7, What.HEAD_FOREIGN)) == "the signed head was signed with another key"
