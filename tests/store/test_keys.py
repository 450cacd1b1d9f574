"""Keys of offices in the real database: who makes one, what opens, and what nobody opens."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import BrokenSeal, Sealer, new_pair
from bot.referrals import Contact, NobodyToSealTo, NotOpenable, Rung, Stand
from bot.staff import (
    DUTY_DESK,
    RECOVERY,
    KeyMissing,
    OfficeKey,
    Role,
    admit,
    genuine,
    make_recovery,
    member_of,
    opened_wraps,
    part_with,
    receive,
)
from bot.store.passing import rewrapped
from bot.store.referrals import Referrals
from bot.store.resealing import BATCH, tend
from bot.store.staff import Staff
from bot.store.tables import case_messages, wraps
from tests.sealing import given_key, no_keys
from tests.store.making import AT, TOLD
from tests.store.office import SFAX, arrived, kept, officer, wrapped_for


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
            staff = Staff(connection, sealer, frozenset({SFAX}))
            one, made = await arrived(staff, name)
            return one.officer.id, made

    try:
        came = await asyncio.gather(*(come(f"racer-{n}") for n in range(6)))
        assert sorted(made for _, made in came) == [False] * 5 + [True]
    finally:
        async with engine.begin() as connection:
            await no_keys(connection)
            for who, _ in came:
                await Staff(connection, sealer, frozenset({SFAX})).remove_officer(who)


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


async def test_a_request_passed_on_opens_for_who_gets_it(staff: Staff, store: Referrals) -> None:
    keys = dict(await given_key(staff.connection, SFAX))
    mine = await kept(store, SFAX, SFAX, DUTY_DESK)
    await store.write(mine, "more", AT)
    with pytest.raises(NobodyToSealTo):
        await rewrapped(staff.connection, mine, (DUTY_DESK,), keys)
    desk = await given_key(staff.connection)
    with pytest.raises(NotOpenable):
        await rewrapped(staff.connection, mine, (DUTY_DESK,), {})
    await rewrapped(staff.connection, mine, (DUTY_DESK,), keys)
    await store.place(mine, Stand(Rung.DUTY, DUTY_DESK, AT, AT), AT)
    moved = replace(mine, office=DUTY_DESK)
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
    await kept(store)
    mine = await kept(store, DUTY_DESK)
    desk = {one: private for one, private in keys.items() if one[0] == DUTY_DESK}
    await rewrapped(staff.connection, mine, (SFAX, DUTY_DESK), desk)
    moved = replace(mine, office=SFAX)
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
