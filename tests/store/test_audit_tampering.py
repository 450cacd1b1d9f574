"""What an owner of the tables cannot hide in the audit, and how its start goes after 24 months."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import (
    Act,
    By,
    Fault,
    What,
)
from bot.store.audit import Audit, cut, entries, forget
from tests.store.auditing import AT, LONG_AGO, faults, head_of, numbers, run, write

EDITS = {
    "at": "at + interval '1 microsecond'",
    "who": "'officer-9'",
    "role": "'admin'",
    "office": "'elsewhere'",
    "action": "'claim'",
    "object": "NULL",
    "outcome": "'refused'",
    "running": "nextval('audit_running')",
}


@pytest.mark.parametrize("column", sorted(EDITS))
async def test_an_edited_column_is_found(owner: AsyncConnection, chain: str, column: str) -> None:
    await write(owner, chain, 5)
    assert await faults(owner, chain) == []
    await owner.execute(
        text(
            f"UPDATE audit_entries SET {column} = {EDITS[column]}"  # noqa: S608 - of this file
            " WHERE chain = :chain AND number = 3"
        ),
        {"chain": chain},
    )
    assert (await faults(owner, chain))[0] == Fault(chain, 3, What.EDITED)


async def test_a_removed_entry_is_found(owner: AsyncConnection, chain: str) -> None:
    await write(owner, chain, 5)
    await run(owner, chain, "DELETE FROM audit_entries WHERE chain = :chain AND number = 3")
    assert await faults(owner, chain) == [Fault(chain, 3, What.REMOVED)]


async def test_two_swapped_entries_are_found(owner: AsyncConnection, chain: str) -> None:
    await write(owner, chain, 5)
    move = "UPDATE audit_entries SET number = {} WHERE chain = :chain AND number = {}"
    await run(owner, chain, move.format(99, 2), move.format(2, 3), move.format(3, 99))
    assert Fault(chain, 2, What.EDITED) in await faults(owner, chain)


async def test_a_cut_tail_is_found_and_with_a_head_of_its_own_only_by_the_signed_one(
    owner: AsyncConnection, chain: str
) -> None:
    await write(owner, chain, 5)
    kept_elsewhere = await head_of(owner, chain)
    await run(owner, chain, "DELETE FROM audit_entries WHERE chain = :chain AND number > 3")
    assert await faults(owner, chain) == [Fault(chain, 4, What.END_REMOVED)]
    await run(
        owner,
        chain,
        "UPDATE audit_heads SET (number, hash) = (SELECT number, hash FROM audit_entries AS e"
        " WHERE e.chain = :chain AND number = 3) WHERE chain = :chain",
    )
    assert await faults(owner, chain) == []
    assert await faults(owner, chain, kept_elsewhere) == [Fault(chain, 4, What.END_REMOVED)]


async def test_a_chain_made_anew_is_found_only_by_the_signed_head(
    owner: AsyncConnection, chain: str
) -> None:
    await write(owner, chain, 5)
    kept_elsewhere = await head_of(owner, chain)
    await run(
        owner,
        chain,
        "DELETE FROM audit_entries WHERE chain = :chain",
        "DELETE FROM audit_heads WHERE chain = :chain",
    )
    assert await faults(owner, chain, kept_elsewhere) == [Fault(chain, 1, What.END_REMOVED)]
    await write(owner, chain, 6, who="officer-9")
    assert await faults(owner, chain) == []
    assert await faults(owner, chain, kept_elsewhere) == [Fault(chain, 5, What.REBUILT)]


# --- after 24 months -----------------------------------------------------------------------------


async def test_old_entries_go_from_the_start_and_what_is_left_holds(
    owner: AsyncConnection, chain: str
) -> None:
    await write(owner, chain, 3, LONG_AGO)
    old = await head_of(owner, chain, LONG_AGO)
    await write(owner, chain, 2, AT)
    young = await head_of(owner, chain)
    assert await forget(owner, AT) >= 3
    assert await numbers(owner, chain) == [4, 5, 6]
    found = [one async for one in entries(owner) if one.chain == chain]
    assert (found[-1].action, found[-1].object, found[-1].who) == ("forget", "3", None)
    assert await faults(owner, chain, old, young) == []


async def test_only_the_start_goes_however_old_something_behind_it_says_it_is(
    owner: AsyncConnection, chain: str
) -> None:
    await write(owner, chain, 1, LONG_AGO)
    await write(owner, chain, 1, AT)
    await write(owner, chain, 1, LONG_AGO)
    await forget(owner, AT)
    assert await numbers(owner, chain) == [2, 3, 4]
    assert await faults(owner, chain) == []


async def test_a_chain_goes_on_after_all_of_it_went(owner: AsyncConnection, chain: str) -> None:
    await write(owner, chain, 3, LONG_AGO)
    await forget(owner, AT)
    await write(owner, chain, 1)
    assert await numbers(owner, chain) == [4, 5]
    assert await faults(owner, chain) == []


async def test_a_quiet_chain_does_not_fill_with_what_it_forgot(
    owner: AsyncConnection, chain: str
) -> None:
    await write(owner, chain, 3, LONG_AGO)
    # The entry about the removal stays alone, and is no reason for another one.
    for days in (0, 1, 800):
        await cut(owner, datetime.now(UTC) + timedelta(days=days))
    assert await numbers(owner, chain) == [4]
    assert await faults(owner, chain) == []


async def test_the_ordinary_role_lets_nothing_go_before_its_time(
    connection: AsyncConnection, chain: str
) -> None:
    await write(connection, chain, 3, datetime.now(UTC) - timedelta(days=725))
    await forget(connection, datetime.now(UTC) + timedelta(days=9999))
    assert await numbers(connection, chain) == [1, 2, 3]


async def test_a_start_removed_by_hand_is_found(owner: AsyncConnection, chain: str) -> None:
    await write(owner, chain, 5)
    hourly = await head_of(owner, chain)
    await write(owner, chain, 2)
    await run(
        owner,
        chain,
        "UPDATE audit_heads SET (start_number, start_hash) = (SELECT number, hash FROM"
        " audit_entries AS e WHERE e.chain = :chain AND number = 6) WHERE chain = :chain",
        "DELETE FROM audit_entries WHERE chain = :chain AND number <= 6",
    )
    assert await faults(owner, chain) == [Fault(chain, 7, What.START_REMOVED)]
    # Even an entry that says so does not help against a head younger than 24 months.
    await Audit(owner).note(Act("forget", "6", chain=chain), By(None, AT))
    assert await faults(owner, chain) == []
    assert await faults(owner, chain, hourly) == [Fault(chain, 5, What.START_REMOVED_EARLY)]
