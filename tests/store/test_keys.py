"""Keys of offices in the real database: who makes one, what opens, and what nobody opens."""

import asyncio
import os
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.privacy import BadShare, BrokenSeal, Sealer, SetUpKey, new_pair, split
from bot.referrals import Contact, NobodyToSealTo, NotOpenable, Referral
from bot.staff import (
    DUTY_DESK,
    RECOVERY,
    SET_UP,
    KeyHeld,
    KeyMissing,
    NoSuchMember,
    OfficeKey,
    OfficeKeys,
    Officer,
    Proofs,
    RecoveryMade,
    RecoveryMissing,
    Role,
    SetUpKeyElsewhere,
    admit,
    admit_by_shares,
    genuine,
    make_recovery,
    member_of,
    opened_wraps,
    part_with,
    receive,
    replace_lost,
    set_up_finished,
    share_with_recovery,
)
from bot.staff import OfficerKey as Pair
from bot.store.keys import OfficeKeyStore
from bot.store.passing import passed_to
from bot.store.referrals import Referrals
from bot.store.resealing import BATCH, tend
from bot.store.setup import begin_set_up
from bot.store.staff import Staff
from bot.store.tables import case_messages, offices, wraps
from tests.sealing import given_key, no_keys
from tests.store.making import AT, TOLD, Deferred, a_referral, a_request

SFAX = "iom-tn-sfax"
KNOWN = frozenset({SFAX})


@pytest.fixture
async def staff(connection: AsyncConnection, sealer: Sealer) -> Staff:
    """Give the officers of a machine on which nobody made a key."""
    await no_keys(connection)
    return Staff(connection, sealer, KNOWN)


@pytest.fixture
def store(staff: Staff, sealer: Sealer, deferred: Deferred) -> Referrals:
    """Give the requests inside the same transaction."""
    return Referrals(staff.connection, sealer, deferred)


class Person:
    """An officer, and the private key that only their password opens."""

    def __init__(self, officer: Officer, private: bytes, public: bytes) -> None:
        self.officer, self.private, self.public = officer, private, public

    async def opens(self, staff: Staff) -> OfficeKeys:
        return opened_wraps(await staff.keys.held_by(self.officer.id), self.private)


async def officer(staff: Staff, name: str, office: str = SFAX, role: Role = Role.OFFICER) -> Person:
    pair = new_pair()
    proofs = Proofs("hash", "A" * 32, Pair(pair.public, b"locked"))
    made = await staff.put_officer(f"{name}@example.org", office, role, proofs, AT)
    return Person(made, pair.private, pair.public)


async def arrived(
    staff: Staff, name: str, office: str = SFAX, role: Role = Role.OFFICER
) -> tuple[Person, bool]:
    one = await officer(staff, name, office, role)
    joined = await receive(one.officer, one.public, staff, AT, None, shares=False)
    return one, joined.made


async def kept(
    store: Referrals, office: str = SFAX, *desks: str, contact: Contact = Contact.CODE
) -> Referral:
    request = a_request(contact)
    referral = a_referral(request, office=office, first_office=office)
    known = insert(offices).values(id=office, created=AT).on_conflict_do_nothing()
    await store.connection.execute(known)
    assert await store.insert(referral, request, None, desks or (office,))
    return referral


async def test_the_first_officer_makes_the_key_and_the_second_is_pending(staff: Staff) -> None:
    first, made = await arrived(staff, "first")
    second, again = await arrived(staff, "second")
    assert (made, again) == (True, False)
    assert set(await first.opens(staff)) == {(SFAX, 1)}
    assert await second.opens(staff) == {}


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ANALYST, Role.ADMIN])
async def test_a_role_without_requests_makes_no_key(staff: Staff, role: Role) -> None:
    _, made = await arrived(staff, "first", SFAX, role)
    assert not made
    assert await staff.keys.newest((SFAX,)) == ()


async def test_a_colleague_admits_and_somebody_pending_does_not(
    staff: Staff, store: Referrals
) -> None:
    first, _ = await arrived(staff, "first")
    second, _ = await arrived(staff, "second")
    third, _ = await arrived(staff, "third")
    member = await member_of(SFAX, second.officer.id, staff)
    with pytest.raises(KeyMissing):
        await admit(member, await third.opens(staff), staff, AT)
    referral = await kept(store)
    with pytest.raises(NotOpenable):
        await store.particulars(referral, await second.opens(staff))
    await admit(member, await first.opens(staff), staff, AT)
    assert await store.particulars(referral, await second.opens(staff)) == TOLD


async def test_a_reset_password_leaves_an_officer_pending(staff: Staff) -> None:
    first, _ = await arrived(staff, "first")
    again = await officer(staff, "first")
    assert again.officer.id == first.officer.id
    joined = await receive(again.officer, again.public, staff, AT, None, shares=False)
    assert not joined.made
    assert await first.opens(staff) == {}
    assert await again.opens(staff) == {}


async def test_of_two_first_officers_at_once_one_makes_the_key(
    engine: AsyncEngine, sealer: Sealer
) -> None:
    async with engine.begin() as connection:
        await no_keys(connection)

    async def come(name: str) -> tuple[str, bool]:
        async with engine.begin() as connection:
            staff = Staff(connection, sealer, KNOWN)
            one, made = await arrived(staff, name)
            return one.officer.id, made

    try:
        came = await asyncio.gather(*(come(f"racer-{n}") for n in range(6)))
        assert sorted(made for _, made in came) == [False] * 5 + [True]
    finally:
        async with engine.begin() as connection:
            await no_keys(connection)
            for who, _ in came:
                await Staff(connection, sealer, KNOWN).remove_officer(who)


async def test_two_shares_of_three_admit_and_one_or_foreign_ones_do_not(staff: Staff) -> None:
    shares = await make_recovery(staff.keys, AT)
    await arrived(staff, "first")
    second, _ = await arrived(staff, "second")
    foreign = split(secrets.token_bytes(32))
    for wrong in (shares[:1], (shares[0], shares[0]), (shares[0], foreign[1]), ("", "")):
        with pytest.raises(BadShare):
            await admit_by_shares(second.officer, wrong, staff, AT)
    with pytest.raises(RecoveryMissing):
        await admit_by_shares(second.officer, foreign[:2], staff, AT)
    assert await second.opens(staff) == {}
    await admit_by_shares(second.officer, (shares[2].upper(), f"  {shares[0]} "), staff, AT)
    assert set(await second.opens(staff)) == {(SFAX, 1)}


async def test_the_recovery_key_is_made_once(staff: Staff) -> None:
    assert len(await make_recovery(staff.keys, AT)) == 3
    with pytest.raises(RecoveryMade):
        await make_recovery(staff.keys, AT)


async def test_a_recovery_key_made_later_opens_the_office_after_an_unlock(
    staff: Staff, store: Referrals
) -> None:
    first, _ = await arrived(staff, "first")
    referral = await kept(store)
    shares = await make_recovery(staff.keys, AT)
    second, _ = await arrived(staff, "second")
    with pytest.raises(RecoveryMissing):
        await admit_by_shares(second.officer, shares[:2], staff, AT)
    keys = await first.opens(staff)
    await share_with_recovery(SFAX, keys, staff)
    to = await staff.keys.newest((SFAX, RECOVERY))
    assert await tend(staff.connection, SFAX, keys, to) is not None
    await admit_by_shares(second.officer, shares[:2], staff, AT)
    assert await store.particulars(referral, await second.opens(staff)) == TOLD
    assert await wrapped_for(staff.connection, referral) == {(SFAX, 1), (RECOVERY, 1)}


async def test_the_key_of_who_left_opens_nothing_new_and_soon_nothing_open(
    staff: Staff, store: Referrals
) -> None:
    boss, _ = await arrived(staff, "boss", SFAX, Role.SUPERVISOR)
    leaver, _ = await arrived(staff, "leaver")
    await admit(await member_of(SFAX, leaver.officer.id, staff), await boss.opens(staff), staff, AT)
    stolen = await leaver.opens(staff)
    before = await kept(store)
    member = await member_of(SFAX, leaver.officer.id, staff)
    await part_with(member, await boss.opens(staff), staff, AT)
    after = await kept(store)
    keys = await boss.opens(staff)
    assert set(keys) == {(SFAX, 1), (SFAX, 2)}
    assert await leaver.opens(staff) == {}
    with pytest.raises(NotOpenable):
        await store.particulars(after, stolen)
    assert await store.particulars(before, stolen) == TOLD
    await tend(staff.connection, SFAX, keys, await staff.keys.newest((SFAX,)))
    with pytest.raises(NotOpenable):
        await store.particulars(before, stolen)
    assert await store.particulars(before, keys) == TOLD
    assert await store.particulars(after, keys) == TOLD


async def test_tending_wraps_messages_too_and_goes_on_where_it_stopped(
    staff: Staff, store: Referrals
) -> None:
    first, _ = await arrived(staff, "first")
    made = [await kept(store) for _ in range(BATCH + 3)]
    await store.write(made[0], "more", AT)
    await make_recovery(staff.keys, AT)
    keys = await first.opens(staff)
    to = await staff.keys.newest((SFAX, RECOVERY))
    after = await tend(staff.connection, SFAX, keys, to)
    assert after is not None
    assert await tend(staff.connection, SFAX, keys, to, after) is not None
    assert await tend(staff.connection, SFAX, keys, to) is None
    (message,) = await store.messages(made[0], keys)
    assert message.text == "more"


async def test_what_was_sealed_in_the_set_up_is_the_desks_and_the_set_up_key_is_gone(
    staff: Staff, store: Referrals
) -> None:
    pair = new_pair()
    await staff.keys.add(OfficeKey(SET_UP, 1, pair.public), AT)
    referral = await kept(store, DUTY_DESK)
    assert await wrapped_for(staff.connection, referral) == {(SET_UP, 1)}
    first = await officer(staff, "admin", DUTY_DESK, Role.ADMIN)
    assert first.officer.acting_supervisor
    for wrong in (None, new_pair().private):
        async with staff.connection.begin_nested() as point:
            with pytest.raises(SetUpKeyElsewhere):
                await receive(first.officer, first.public, staff, AT, wrong, shares=True)
            await point.rollback()
    assert not await set_up_finished(staff.keys)
    joined = await receive(first.officer, first.public, staff, AT, pair.private, shares=True)
    assert (joined.made, joined.left_set_up, len(joined.shares)) == (True, True, 3)
    assert await set_up_finished(staff.keys)
    assert await staff.keys.newest((SET_UP,)) == ()
    assert await wrapped_for(staff.connection, referral) == {(DUTY_DESK, 1), (RECOVERY, 1)}
    assert await store.particulars(referral, await first.opens(staff)) == TOLD


async def test_an_administrator_gives_the_key_up_once_a_supervisor_holds_it(staff: Staff) -> None:
    admin, _ = await arrived(staff, "admin", DUTY_DESK, Role.ADMIN)
    boss, _ = await arrived(staff, "boss", DUTY_DESK, Role.SUPERVISOR)
    acting = await staff.officer(admin.officer.id)
    assert acting is not None
    assert acting.acting_supervisor
    member = await member_of(DUTY_DESK, boss.officer.id, staff)
    await admit(member, await admin.opens(staff), staff, AT)
    assert await admin.opens(staff) == {}
    assert set(await boss.opens(staff)) == {(DUTY_DESK, 1), (DUTY_DESK, 2)}
    after = await staff.officer(admin.officer.id)
    assert after is not None
    assert not after.acting_supervisor


async def test_a_request_passed_on_opens_for_who_gets_it(staff: Staff, store: Referrals) -> None:
    keys = dict(await given_key(staff.connection, SFAX))
    mine = await kept(store)
    await store.write(mine, "more", AT)
    with pytest.raises(NobodyToSealTo):
        await passed_to(store, mine, (DUTY_DESK,), keys)
    desk = await given_key(staff.connection)
    with pytest.raises(NotOpenable):
        await passed_to(store, mine, (DUTY_DESK,), {})
    moved = await passed_to(store, mine, (DUTY_DESK,), keys)
    assert (moved.office, moved.first_office) == (DUTY_DESK, SFAX)
    assert await store.particulars(moved, desk) == TOLD
    assert [one.text for one in await store.messages(moved, desk)] == ["more"]
    with pytest.raises(NotOpenable):
        await store.particulars(moved, keys)
    # Not by a rule alone: the office that had it finds nothing in the tables that it could open.
    assert await wrapped_for(staff.connection, moved) == {(DUTY_DESK, 1)}
    await store.write(moved, "still more", AT)
    assert await wrapped_for(staff.connection, moved) == {(DUTY_DESK, 1)}


async def test_an_office_on_the_ladder_of_the_next_keeps_its_wrap(
    staff: Staff, store: Referrals
) -> None:
    keys = await given_key(staff.connection, SFAX, DUTY_DESK)
    mine = await kept(store, DUTY_DESK)
    desk = {one: private for one, private in keys.items() if one[0] == DUTY_DESK}
    moved = await passed_to(store, mine, (SFAX, DUTY_DESK), desk)
    assert await wrapped_for(staff.connection, moved) == {(SFAX, 1), (DUTY_DESK, 1)}
    with pytest.raises(NotOpenable):
        await store.particulars(moved, desk)


async def test_a_desk_opens_its_wrap_only_once_the_request_is_there(
    staff: Staff, store: Referrals
) -> None:
    keys = await given_key(staff.connection, SFAX, DUTY_DESK)
    referral = await kept(store, SFAX, SFAX, DUTY_DESK)
    desk = {one: private for one, private in keys.items() if one[0] == DUTY_DESK}
    with pytest.raises(NotOpenable):
        await store.particulars(referral, desk)


async def test_wraps_that_were_changed_swapped_or_replayed_do_not_open(
    staff: Staff, store: Referrals
) -> None:
    keys = await given_key(staff.connection, SFAX)
    one, two = await kept(store), await kept(store)
    blobs = {row.subject: row.blob for row in await staff.connection.execute(select(wraps))}
    flipped = [
        bytes([*blobs[one.id][:at], blobs[one.id][at] ^ 1, *blobs[one.id][at + 1 :]])
        for at in range(len(blobs[one.id]))
    ]
    for bad in (*flipped, blobs[two.id], blobs[one.id][:-1], b""):
        change = update(wraps).where(wraps.c.subject == one.id)
        await staff.connection.execute(change.values(blob=bad))
        with pytest.raises(BrokenSeal):
            await store.particulars(one, keys)
    assert await store.particulars(two, keys) == TOLD


async def test_a_wrap_of_an_office_key_does_not_open_elsewhere(staff: Staff) -> None:
    first, _ = await arrived(staff, "first")
    (wrap,) = await staff.keys.held_by(first.officer.id)
    for moved in (replace(wrap, office=DUTY_DESK), replace(wrap, version=2)):
        assert opened_wraps([moved], first.private) == {}


async def test_a_start_makes_the_set_up_key_once_and_removes_it_after_a_crash(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    file = SetUpKey(tmp_path / "setup.key")
    async with engine.begin() as connection:
        await no_keys(connection)
    try:
        await begin_set_up(engine, file, AT)
        await begin_set_up(engine, file, AT + timedelta(days=1))
        pair = file.load()
        assert pair is not None
        assert file.path.stat().st_mode & 0o777 == 0o600
        async with engine.begin() as connection:
            store = OfficeKeyStore(connection)
            assert [one.public for one in await store.newest((SET_UP,))] == [pair.public]
            await store.forget(SET_UP)
            await given_key(connection)
        (tmp_path / ".setup.key.1a2b").write_text(pair.private.hex())
        await begin_set_up(engine, file, AT)
        assert os.listdir(tmp_path) == []
    finally:
        async with engine.begin() as connection:
            await no_keys(connection)


async def test_who_seals_waits_for_who_ends_the_set_up(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await no_keys(connection)
        await given_key(connection, SET_UP)
    try:
        async with engine.begin() as ending:
            desk = OfficeKeyStore(ending)
            await desk.alone()

            async def seal() -> set[str]:
                async with engine.begin() as sealing:
                    to = await OfficeKeyStore(sealing).recipients((DUTY_DESK,))
                    return {one.office for one in to}

            waiting = asyncio.create_task(seal())
            done, _ = await asyncio.wait({waiting}, timeout=0.3)
            assert not done
            await given_key(ending)
            await desk.forget(SET_UP)
        assert await waiting == {DUTY_DESK}
    finally:
        async with engine.begin() as connection:
            await no_keys(connection)


async def wrapped_for(connection: AsyncConnection, referral: Referral) -> set[tuple[str, int]]:
    found = await connection.execute(select(wraps).where(wraps.c.referral == referral.id))
    return {(row.office, row.version) for row in found}


async def test_a_message_moved_to_another_request_of_the_office_does_not_open(
    staff: Staff, store: Referrals
) -> None:
    keys = await given_key(staff.connection, SFAX)
    one, two = await kept(store), await kept(store)
    await store.write(one, "more", AT)
    for table in (case_messages, wraps):
        mine = table.c.referral == one.id
        if table is wraps:
            mine &= wraps.c.subject != one.id
        await staff.connection.execute(update(table).where(mine).values(referral=two.id))
    with pytest.raises(BrokenSeal):
        await store.messages(two, keys)


async def test_an_answer_moved_to_another_request_is_not_read_there(
    staff: Staff, store: Referrals
) -> None:
    keys = await given_key(staff.connection, SFAX)
    one, two = [await kept(store, contact=Contact.HERE) for _ in range(2)]
    await store.answer(one, "come on Tuesday", AT, keys)
    assert [each.text for each in await store.answers(one, None)] == ["come on Tuesday"]
    await staff.connection.execute(update(case_messages).values(referral=two.id))
    with pytest.raises(BrokenSeal):
        await store.answers(two, None)
    with pytest.raises(BrokenSeal):
        await store.messages(two, keys)


async def test_a_key_that_is_lost_is_replaced_for_who_waits(staff: Staff, store: Referrals) -> None:
    with pytest.raises(NoSuchMember):
        await replace_lost(SFAX, staff, AT)
    await arrived(staff, "first")
    with pytest.raises(KeyHeld):
        await replace_lost(SFAX, staff, AT)
    lost = await kept(store)
    again, made = await arrived(staff, "first")
    assert not made
    await arrived(staff, "editor", SFAX, Role.EDITOR)
    assert await replace_lost(SFAX, staff, AT) == (again.officer.id,)
    keys = await again.opens(staff)
    assert set(keys) == {(SFAX, 2)}
    with pytest.raises(NotOpenable):
        await store.particulars(lost, keys)
    assert await store.particulars(await kept(store), keys) == TOLD


async def test_a_key_that_recovery_holds_is_not_lost(staff: Staff) -> None:
    shares = await make_recovery(staff.keys, AT)
    await arrived(staff, "first")
    again, _ = await arrived(staff, "first")
    with pytest.raises(KeyHeld):
        await replace_lost(SFAX, staff, AT)
    await admit_by_shares(again.officer, shares[:2], staff, AT)
    assert set(await again.opens(staff)) == {(SFAX, 1)}


async def test_who_holds_an_older_key_alone_removes_nobody(staff: Staff) -> None:
    boss, _ = await arrived(staff, "boss", SFAX, Role.SUPERVISOR)
    await arrived(staff, "other")
    old = await boss.opens(staff)
    await given_key(staff.connection, SFAX)
    with pytest.raises(KeyMissing):
        await part_with(await member_of(SFAX, boss.officer.id, staff), old, staff, AT)


def test_a_public_key_that_is_not_ours_is_noticed() -> None:
    mine, foreign = new_pair(), new_pair()
    keys = {(SFAX, 1): mine.private}
    ours = OfficeKey(SFAX, 1, mine.public)
    assert genuine(keys, [ours])
    assert not genuine(keys, [replace(ours, public=foreign.public)])
    assert not genuine(keys, [OfficeKey(SFAX, 2, foreign.public)])
    assert not genuine(keys, [])
