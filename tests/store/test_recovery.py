"""The set-up key and its end, the recovery key, and what is left where a key was lost."""

import asyncio
import os
import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import BadShare, SetUpKey, new_pair, split
from bot.referrals import NotOpenable
from bot.staff import (
    DUTY_DESK,
    RECOVERY,
    SET_UP,
    KeyHeld,
    NoSuchMember,
    OfficeKey,
    RecoveryMade,
    RecoveryMissing,
    Role,
    SetUpKeyElsewhere,
    SetUpKeyThere,
    TextsLost,
    admit_by_shares,
    give_up_set_up,
    make_recovery,
    receive,
    replace_lost,
    set_up_finished,
    share_with_recovery,
)
from bot.store.keys import OfficeKeyStore
from bot.store.referrals import Referrals
from bot.store.resealing import tend
from bot.store.setup import begin_set_up
from bot.store.staff import Staff
from tests.sealing import given_key, no_keys
from tests.store.making import AT, TOLD
from tests.store.office import SFAX, arrived, kept, officer, wrapped_for


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


async def test_a_lost_set_up_key_is_given_up_only_on_the_operators_word(
    staff: Staff, store: Referrals
) -> None:
    pair = new_pair()
    with pytest.raises(SetUpKeyThere):
        await give_up_set_up(staff.keys, None, confirmed=True)
    await staff.keys.add(OfficeKey(SET_UP, 1, pair.public), AT)
    lost = await kept(store, DUTY_DESK)
    with pytest.raises(SetUpKeyThere):
        await give_up_set_up(staff.keys, pair.public, confirmed=True)
    for here in (None, new_pair().public):
        with pytest.raises(TextsLost) as refused:
            await give_up_set_up(staff.keys, here, confirmed=False)
        assert refused.value.count == 1
    assert await wrapped_for(staff.connection, lost) == {(SET_UP, 1)}
    assert await give_up_set_up(staff.keys, None, confirmed=True) == 1
    first, made = await arrived(staff, "first", DUTY_DESK)
    assert made
    with pytest.raises(NotOpenable):
        await store.particulars(lost, await first.opens(staff))
    later = await kept(store, DUTY_DESK)
    assert await store.particulars(later, await first.opens(staff)) == TOLD


async def test_what_recovery_opens_too_is_not_lost_with_the_set_up_key(
    staff: Staff, store: Referrals
) -> None:
    await make_recovery(staff.keys, AT)
    await staff.keys.add(OfficeKey(SET_UP, 1, new_pair().public), AT)
    referral = await kept(store, DUTY_DESK)
    assert await give_up_set_up(staff.keys, None, confirmed=False) == 0
    assert await wrapped_for(staff.connection, referral) == {(RECOVERY, 1)}
