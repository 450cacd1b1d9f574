"""Acts on requests and by staff: each writes its entry in its own transaction, without content."""

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.audit import Act, By, Entry
from bot.conversation import Reply, Session, Tools, Turn
from bot.privacy import Sealer
from bot.referrals import DUTY_DESK, Action, Address, Event, OfficeKeys, Referral, State
from bot.staff import Invitation, Proofs, Role, SignIn, hash_of
from bot.store.audit import Audit, entries
from bot.store.referrals import Referrals
from bot.store.staff import Staff
from bot.store.tables import offices, referrals
from handlers import erase
from tests.sealing import given_key, no_keys
from tests.store.making import AT, Deferred, a_referral, a_request
from tests.store.turns import Handler, Talk

CLAIM = Event(AT, Action.CLAIM, State.CLAIMED, "officer-1")
BY = By("officer-1", AT)
OFFICES = ("iom-tn-sfax", "iom-tn-tunis")
EMAIL = "canary-officer@example.org"


@pytest.fixture
async def opens(connection: AsyncConnection) -> OfficeKeys:
    """Give the duty desk a key."""
    await no_keys(connection)
    return await given_key(connection)


@pytest.fixture
def store(
    connection: AsyncConnection, sealer: Sealer, deferred: Deferred, opens: OfficeKeys
) -> Referrals:
    return Referrals(connection, sealer, deferred)


@pytest.fixture
def staff(connection: AsyncConnection, sealer: Sealer, opens: OfficeKeys) -> Staff:
    return Staff(connection, sealer, frozenset())


async def kept(store: Referrals) -> Referral:
    request = a_request()
    referral = a_referral(request)
    assert await store.insert(referral, request, None, (DUTY_DESK,))
    return referral


async def of(store: Referrals | Staff, thing: str) -> list[Entry]:
    """Return the entries about a thing, oldest first."""
    return [one async for one in entries(store.connection) if one.object == thing]


async def acts(store: Referrals | Staff, thing: str) -> list[tuple[str, str | None]]:
    return [(one.action, one.who) for one in await of(store, thing)]


async def test_every_move_and_every_opening_is_an_entry(
    store: Referrals, opens: OfficeKeys
) -> None:
    referral = await kept(store)
    assert await acts(store, referral.id) == []
    moved = await store.move(referral, CLAIM)
    assert moved is not None
    await store.particulars(moved, opens, BY)
    await store.write(moved, "canary", AT)
    assert await store.messages(moved, opens, BY)
    assert [one.chain for one in await of(store, referral.id)] == [DUTY_DESK] * 3
    assert await acts(store, referral.id) == [
        ("claim", "officer-1"),
        ("open", "officer-1"),
        ("read", "officer-1"),
    ]


async def test_what_nobody_opened_is_no_entry(store: Referrals, opens: OfficeKeys) -> None:
    referral = await kept(store)
    assert await store.messages(referral, opens, BY) == ()
    await store.write(referral, "canary", AT)
    assert [one.text for one in await store.messages(referral, None)] == [""]
    assert await acts(store, referral.id) == []


async def test_many_messages_read_at_once_are_one_entry(
    store: Referrals, opens: OfficeKeys
) -> None:
    referral = await kept(store)
    for minutes in range(3):
        await store.write(referral, f"canary {minutes}", AT + timedelta(minutes=minutes))
    found = await store.messages(referral, opens, BY)
    assert [one.text for one in found] == ["canary 0", "canary 1", "canary 2"]
    assert await acts(store, referral.id) == [("read", "officer-1")]


async def test_who_opens_without_a_name_stands_there_as_the_program(
    store: Referrals, opens: OfficeKeys
) -> None:
    referral = await kept(store)
    await store.particulars(referral, opens)
    assert await acts(store, referral.id) == [("open", None)]


async def test_who_was_too_late_did_nothing(store: Referrals) -> None:
    referral = await kept(store)
    assert await store.move(referral, CLAIM) is not None
    assert await store.move(referral, CLAIM) is None
    assert await acts(store, referral.id) == [("claim", "officer-1")]


async def test_erasing_is_an_entry_and_twice_is_one(store: Referrals) -> None:
    referral = await kept(store)
    await store.erase(referral)
    await store.erase(referral, BY)
    assert await acts(store, referral.id) == [("erase", None)]


async def test_no_entry_holds_the_number_that_the_person_has(
    store: Referrals, opens: OfficeKeys
) -> None:
    referral = await kept(store)
    await store.particulars(referral, opens, BY)
    await store.erase(referral)
    for table in ("audit_entries", "audit_heads"):
        named = text(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE :word")  # noqa: S608
        for word in (referral.reference, "canary", "Sfax"):
            held = await store.connection.execute(named, {"word": f"%{word}%"})
            assert held.scalar_one() == 0, (table, word)


async def test_staff_comes_signs_in_and_goes_in_the_audit(staff: Staff) -> None:
    token = secrets.token_bytes(32)
    ends = AT + timedelta(hours=24)
    await staff.add_invitation(Invitation(token, EMAIL, DUTY_DESK, Role.OFFICER, AT, ends))
    proofs = Proofs("hash", "A" * 32)
    officer = await staff.put_officer(EMAIL, DUTY_DESK, Role.OFFICER, proofs, AT)
    sign_in = hash_of(secrets.token_hex(8))
    await staff.add_sign_in(SignIn(sign_in, officer.id, AT, AT), keep=2)
    await staff.end_sign_in(sign_in)
    await staff.end_sign_in(sign_in)
    await staff.put_officer(EMAIL, DUTY_DESK, Role.SUPERVISOR, proofs, AT)
    await staff.remove_officer(officer.id)
    found = [one async for one in entries(staff.connection) if one.chain == DUTY_DESK][-6:]
    assert [(one.action, one.object, one.who) for one in found] == [
        ("invite", "officer", None),
        ("officer-made", f"{officer.id}:officer", None),
        ("sign-in", None, officer.id),
        ("sign-out", None, officer.id),
        ("officer-changed", f"{officer.id}:supervisor", None),
        ("officer-gone", officer.id, None),
    ]
    assert (found[2].role, found[2].office) == ("officer", DUTY_DESK)
    rows = await staff.connection.execute(text("SELECT t::text FROM audit_entries AS t"))
    assert not any("canary" in row or "example" in row for row in rows.scalars())


async def test_a_new_key_of_an_office_is_an_entry(staff: Staff) -> None:
    await given_key(staff.connection, DUTY_DESK)
    made = [one async for one in entries(staff.connection) if one.action == "key-made"]
    assert [one.object for one in made if one.chain == DUTY_DESK][-1] == f"{DUTY_DESK}/2"


async def test_a_reader_and_a_mover_of_one_request_do_not_wait_in_a_circle(
    engine: AsyncEngine, sealer: Sealer, deferred: Deferred
) -> None:
    async with engine.begin() as connection:
        await no_keys(connection)
        opens = await given_key(connection)
        referral = await kept(Referrals(connection, sealer, deferred))
    try:
        async with engine.connect() as moving, engine.connect() as reading:
            mine = referrals.c.id == referral.id
            await moving.execute(update(referrals).where(mine).values(changed=AT))

            async def read_and_move() -> None:
                store = Referrals(reading, sealer, deferred)
                await store.particulars(referral, opens, BY)
                await store.move(referral, CLAIM)
                await reading.commit()

            reader = asyncio.create_task(read_and_move())
            await waits(engine, reading)
            # Had the reader taken the head of the chain before the request, this would never end.
            await Audit(moving).note(Act("noted", referral.id, chain=DUTY_DESK), BY)
            await moving.commit()
            await reader
    finally:
        async with engine.begin() as connection:
            await Referrals(connection, sealer, deferred).erase(referral)
            await no_keys(connection)


async def test_a_chat_with_requests_at_several_offices_erases_them_in_the_order_of_chains(
    talk: Talk, deferred: Deferred
) -> None:
    made = []
    async with talk.engine.begin() as connection:
        await no_keys(connection)
        for office in OFFICES:
            row = insert(offices).values(id=office, created=AT)
            await connection.execute(row.on_conflict_do_nothing())
        await given_key(connection, *OFFICES)
        store = Referrals(connection, talk.sealer, deferred)
        for minutes, office in enumerate(OFFICES):
            request = a_request(answer_to=Address(talk.person, "telegram", "1"))
            at = AT + timedelta(minutes=minutes)
            referral = a_referral(request, office=office, created=at)
            assert await store.insert(referral, request, None, (office,))
            made.append(referral.id)

    async def erases(turn: Turn, session: Session, tools: Tools) -> Reply:
        return await erase.handle(replace(turn, choice="erase:yes"), session, tools)

    talk.handler = Handler(erases)
    await talk.says()
    async with talk.engine.begin() as connection:
        found = [one async for one in entries(connection) if one.object in made]
        await no_keys(connection)
    found.sort(key=lambda one: one.running)
    # Two people who erase at once would else wait for each other, each in the other's next office.
    assert [(one.chain, one.action) for one in found] == [(one, "erase") for one in OFFICES]


async def waits(engine: AsyncEngine, connection: AsyncConnection) -> None:
    """Return once a connection waits for a lock of another one."""
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    asked = text("SELECT cardinality(pg_blocking_pids(:pid))").bindparams(pid=raw.info.backend_pid)
    async with asyncio.timeout(10), engine.connect() as watching:
        # The server tells nobody, so it is asked.
        while not await watching.scalar(asked):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
