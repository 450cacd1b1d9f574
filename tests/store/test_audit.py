"""The audit in the real database: what writes it, what cannot, and what an owner cannot hide."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.audit import (
    Act,
    By,
    Fault,
    Heads,
    Link,
    Outcome,
    SignedHead,
    What,
    canonical,
    hash_of,
    signed,
)
from bot.store.audit import Audit, AuditHeads, checked, cut, entries, forget, opened_by
from bot.store.engine import DatabaseUnreachable, database_url
from bot.store.migrate import GRANTS
from bot.store.tables import audit_entries, audit_heads, audit_signed_heads, officers, offices
from tests.conftest import Database

AT = datetime(2026, 11, 24, 10, 0, 0, 5, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=800)
SEED = b"s" * 32
WRITERS, EACH = 8, 12


@pytest.fixture
def chain() -> str:
    """Give a chain nobody has written into."""
    return f"office-{secrets.token_hex(4)}"


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[AsyncConnection]:
    """Give a connection of the owner of all tables, who can change anything; rolled back."""
    engine = create_async_engine(database_url(database.owner_url))
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()
    await engine.dispose()


@pytest.fixture
def cleared(database: Database) -> Iterator[None]:
    """Leave nothing in the audit."""
    yield
    engine = create_engine(database_url(database.owner_url))
    with engine.begin() as connection:
        for table in (audit_entries, audit_heads, audit_signed_heads):
            connection.execute(table.delete())
    engine.dispose()


async def write(
    connection: AsyncConnection, chain: str, count: int, at: datetime = AT, who: str = "officer-1"
) -> None:
    for number in range(count):
        act = Act("open", f"request-{number}", chain=chain)
        await Audit(connection).note(act, By(who, at + timedelta(seconds=number)))


async def faults(
    connection: AsyncConnection, chain: str, *heads: SignedHead, now: datetime = AT
) -> list[Fault]:
    check = await checked(connection, heads)
    return [one for one in check.end(now) if one.chain == chain]


async def head_of(connection: AsyncConnection, chain: str, made: datetime = AT) -> SignedHead:
    row = (await connection.execute(select(audit_heads).where(audit_heads.c.chain == chain))).one()
    return signed(Heads(1, {chain: Link(row.number, row.hash)}), made, SEED)


async def numbers(connection: AsyncConnection, chain: str) -> list[int]:
    return [one.number async for one in entries(connection) if one.chain == chain]


# --- what is written -----------------------------------------------------------------------------


async def test_an_entry_says_who_in_which_role_and_office(connection: AsyncConnection) -> None:
    office, officer = f"office-{secrets.token_hex(4)}", f"officer-{secrets.token_hex(4)}"
    await connection.execute(offices.insert().values(id=office, created=AT))
    row = {"id": officer, "office": office, "role": "clinician", "created": AT}
    row |= {"email_hash": secrets.token_bytes(32), "email_sealed": b""}
    await connection.execute(officers.insert().values(row))
    await Audit(connection).note(Act("open", "a-request", Outcome.REFUSED), By(officer, AT))
    (found,) = [one async for one in entries(connection) if one.chain == office]
    assert (found.who, found.role, found.office) == (officer, "clinician", office)
    assert (found.action, found.object, found.outcome) == ("open", "a-request", "refused")
    assert (found.number, found.at) == (1, AT)


async def test_what_belongs_to_no_office_goes_to_the_system(connection: AsyncConnection) -> None:
    before = len(await numbers(connection, "system"))
    await Audit(connection).note(Act("recover"), By(None, AT))
    assert len(await numbers(connection, "system")) == before + 1


async def test_the_database_hashes_what_we_hash(connection: AsyncConnection, chain: str) -> None:
    await write(connection, chain, 3)
    last = bytes(32)
    async for one in entries(connection):
        if one.chain == chain:
            assert one.hash == hash_of(one, last), canonical(one)
            last = one.hash
    assert await faults(connection, chain) == []


@pytest.mark.parametrize("field", ["action", "object", "chain", "officer"])
@pytest.mark.parametrize(
    "told",
    ["help me", "name@example.org", "+493023125001", "493023125001", "жди", "", "a" * 81, "a\n"],
)
async def test_the_database_takes_ids_and_codes_only(
    connection: AsyncConnection, chain: str, field: str, told: str
) -> None:
    given: dict[str, Any] = {"action": "open", "object": None, "chain": chain}
    by = By(told if field == "officer" else None, AT)
    act = Act(**given | ({field: told} if field != "officer" else {}))
    with pytest.raises(IntegrityError):
        await Audit(connection).note(act, by)


async def test_texts_opened_in_a_day_are_counted_once_for_each_request(
    connection: AsyncConnection, chain: str
) -> None:
    officer = f"officer-{secrets.token_hex(4)}"
    await write(connection, chain, 3, AT, officer)
    await write(connection, chain, 2, AT, officer)
    await write(connection, chain, 2, AT - timedelta(days=2), officer)
    refused = Act("open", "another", Outcome.REFUSED, chain)
    await Audit(connection).note(refused, By(officer, AT))
    assert await opened_by(connection, officer, AT - timedelta(hours=24)) == 3


# --- at once -------------------------------------------------------------------------------------


async def test_many_writers_of_one_office_make_one_unbroken_chain(
    engine: AsyncEngine, chain: str, cleared: None
) -> None:
    async def writer(name: str) -> None:
        for turn in range(EACH):
            async with engine.connect() as connection:
                await write(connection, chain, 1, AT, name)
                # Every third act is undone: it leaves neither an entry nor a gap.
                await (connection.rollback() if turn % 3 == 2 else connection.commit())

    await asyncio.gather(*(writer(f"officer-{n}") for n in range(WRITERS)))
    kept = WRITERS * EACH * 2 // 3
    async with engine.connect() as connection:
        assert await numbers(connection, chain) == list(range(1, kept + 1))
        assert await faults(connection, chain) == []


async def test_the_first_entries_of_a_chain_may_come_at_once(
    engine: AsyncEngine, cleared: None
) -> None:
    for _ in range(5):
        chain = f"office-{secrets.token_hex(4)}"

        async def first(chain: str = chain) -> None:
            async with engine.begin() as connection:
                await write(connection, chain, 1)

        await asyncio.gather(*(first() for _ in range(WRITERS)))
        async with engine.connect() as connection:
            assert await numbers(connection, chain) == list(range(1, WRITERS + 1))


async def test_offices_do_not_wait_for_each_other(
    engine: AsyncEngine, chain: str, cleared: None
) -> None:
    async with engine.begin() as slow:
        await write(slow, chain, 1)
        async with engine.begin() as other:
            await other.execute(text("SET LOCAL lock_timeout = '200ms'"))
            await write(other, f"{chain}-other", 1)
            with pytest.raises(DatabaseUnreachable):
                await write(other, chain, 1)


async def test_an_act_undone_leaves_no_entry_and_no_gap(
    engine: AsyncEngine, chain: str, cleared: None
) -> None:
    async with engine.connect() as connection:
        await write(connection, chain, 1)
        await connection.commit()
        await write(connection, chain, 2)
        await connection.rollback()
        await write(connection, chain, 1)
        await connection.commit()
        assert await numbers(connection, chain) == [1, 2]
        found = [one async for one in entries(connection) if one.chain == chain]
    # The number over all chains has gaps where something was undone: they say nothing.
    assert found[1].running - found[0].running == 3


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_entries SELECT * FROM audit_entries",
        "UPDATE audit_entries SET who = NULL",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "INSERT INTO audit_heads (chain) VALUES ('mine')",
        "UPDATE audit_heads SET number = 0",
        "DELETE FROM audit_heads",
        "UPDATE audit_signed_heads SET document = ''",
        "DELETE FROM audit_signed_heads",
        "SELECT audit_cut(now())",
        "SELECT setval('audit_running', 1)",
        "ALTER TABLE audit_entries DROP CONSTRAINT ck_audit_entries_object",
        "DROP FUNCTION audit_append",
    ],
)
async def test_the_ordinary_role_can_only_append(
    connection: AsyncConnection, chain: str, statement: str
) -> None:
    await write(connection, chain, 1)
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        await connection.execute(text(statement))


async def test_rights_given_after_a_migration_leave_the_audit_alone(
    owner: AsyncConnection,
) -> None:
    for statement in GRANTS.split(";\n"):
        if statement.strip():
            await owner.execute(text(statement))
    asked = text(
        "SELECT has_table_privilege('waypoint_app', t, p) FROM"
        " unnest(ARRAY['audit_entries', 'audit_heads']) t, unnest(ARRAY['INSERT', 'UPDATE',"
        " 'DELETE', 'TRUNCATE']) p"
    )
    assert set((await owner.execute(asked)).scalars()) == {False}


async def test_a_schema_put_before_ours_changes_nothing(owner: AsyncConnection, chain: str) -> None:
    await owner.execute(text("CREATE TEMP TABLE audit_heads (chain text, number bigint)"))
    await owner.execute(text("CREATE TEMP TABLE officers (id text, role text, office text)"))
    await owner.execute(text("INSERT INTO officers VALUES ('officer-1', 'admin', 'elsewhere')"))
    await write(owner, chain, 1)
    found = [one async for one in entries(owner) if one.chain == chain]
    assert [(one.number, one.role) for one in found] == [(1, None)]


# --- what an owner of the tables tries to hide ---------------------------------------------------

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


async def run(connection: AsyncConnection, chain: str, *statements: str) -> None:
    for statement in statements:
        await connection.execute(text(statement), {"chain": chain})


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


# --- heads ---------------------------------------------------------------------------------------


async def test_a_head_names_every_chain_under_a_number_of_its_own(
    engine: AsyncEngine, chain: str, cleared: None
) -> None:
    async with engine.begin() as connection:
        await write(connection, chain, 2)
        last = [one.running async for one in entries(connection)]
    store = AuditHeads(engine)
    first, second = await store.heads(), await store.heads()
    assert first.heads[chain].number == 2
    assert max(last) < first.running < second.running


async def test_the_head_that_was_kept_last_is_given_back(
    engine: AsyncEngine, chain: str, cleared: None
) -> None:
    store = AuditHeads(engine)
    assert await store.kept() is None
    made = [signed(await store.heads(), AT, SEED) for _ in range(2)]
    for head in reversed(made):
        await store.keep(head)
    await store.keep(made[0])
    assert await store.kept() == made[1].document
    assert (await store.check([made[1]])).end(AT) == ()
