"""The audit in the real database: what writes it, what cannot, and what an owner cannot hide."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.audit import (
    Act,
    By,
    Outcome,
    canonical,
    hash_of,
    signed,
)
from bot.store.audit import Audit, AuditHeads, entries, opened_by
from bot.store.engine import DatabaseUnreachable, database_url
from bot.store.migrate import GRANTS
from bot.store.tables import audit_entries, audit_heads, audit_signed_heads, officers, offices
from tests.conftest import Database
from tests.store.auditing import AT, SEED, faults, numbers, write

WRITERS, EACH = 8, 12


@pytest.fixture
def cleared(database: Database) -> Iterator[None]:
    """Leave nothing in the audit."""
    yield
    engine = create_engine(database_url(database.owner_url))
    with engine.begin() as connection:
        for table in (audit_entries, audit_heads, audit_signed_heads):
            connection.execute(table.delete())
    engine.dispose()


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
