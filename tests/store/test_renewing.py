"""A new key of an office, or of recovery, needs two people."""

from datetime import timedelta

import pytest

from bot.referrals import NotOpenable
from bot.staff import (
    DUTY_DESK,
    RECOVERY,
    KeyMissing,
    RecoveryMissing,
    Role,
    admit,
    admit_by_shares,
    make_recovery,
    member_of,
    renew,
)
from bot.store.referrals import Referrals
from bot.store.resealing import tend
from bot.store.staff import Staff
from tests.store.making import AT, TOLD
from tests.store.office import SFAX, Person, arrived, kept, wrapped_for

LATER = AT + timedelta(hours=1)


async def two(staff: Staff, office: str = SFAX) -> tuple[Person, Person]:
    """Return a supervisor and an officer who both hold the key of an office."""
    boss, _ = await arrived(staff, "boss", office, Role.SUPERVISOR)
    other, _ = await arrived(staff, "other", office)
    await admit(
        await member_of(office, other.officer.id, staff), await boss.opens(staff), staff, AT
    )
    return boss, other


async def test_one_asks_and_another_confirms(staff: Staff, store: Referrals) -> None:
    boss, other = await two(staff)
    stolen = await other.opens(staff)
    before = await kept(store)
    keys = await boss.opens(staff)
    assert not (await renew(SFAX, boss.officer, keys, staff, AT)).made
    assert not (await renew(SFAX, boss.officer, keys, staff, LATER)).made
    assert (await renew(SFAX, other.officer, stolen, staff, LATER)).made
    for one in (boss, other):
        assert set(await one.opens(staff)) == {(SFAX, 1), (SFAX, 2)}
    with pytest.raises(NotOpenable):
        await store.particulars(await kept(store), stolen)
    keys = await boss.opens(staff)
    await tend(staff.connection, SFAX, keys, await staff.keys.newest((SFAX,)))
    assert await wrapped_for(staff.connection, before) == {(SFAX, 2)}
    assert await store.particulars(before, keys) == TOLD
    # It is used up: the next one is asked for anew.
    assert not (await renew(SFAX, other.officer, keys, staff, LATER)).made


async def test_what_was_asked_yesterday_is_not_confirmed_today(staff: Staff) -> None:
    boss, other = await two(staff)
    await renew(SFAX, boss.officer, await boss.opens(staff), staff, AT)
    day = AT + timedelta(hours=24)
    assert not (await renew(SFAX, other.officer, await other.opens(staff), staff, day)).made


async def test_who_lost_the_key_meanwhile_has_asked_for_nothing(staff: Staff) -> None:
    boss, other = await two(staff)
    await renew(SFAX, boss.officer, await boss.opens(staff), staff, AT)
    await staff.keys.release(boss.officer.id)
    assert not (await renew(SFAX, other.officer, await other.opens(staff), staff, LATER)).made


async def test_somebody_pending_asks_for_nothing(staff: Staff) -> None:
    await arrived(staff, "first")
    pending, _ = await arrived(staff, "second")
    with pytest.raises(KeyMissing):
        await renew(SFAX, pending.officer, await pending.opens(staff), staff, AT)


async def test_new_shares_take_the_place_of_the_old_ones(staff: Staff, store: Referrals) -> None:
    old = await make_recovery(staff.keys, AT)
    boss, other = await two(staff, DUTY_DESK)
    referral = await kept(store, DUTY_DESK)
    keys = await boss.opens(staff)
    await renew(RECOVERY, boss.officer, keys, staff, AT)
    new = (await renew(RECOVERY, other.officer, keys, staff, LATER)).shares
    assert len(new) == 3
    await tend(staff.connection, DUTY_DESK, keys, await staff.keys.newest((DUTY_DESK, RECOVERY)))
    assert await wrapped_for(staff.connection, referral) == {(DUTY_DESK, 1), (RECOVERY, 2)}
    third, _ = await arrived(staff, "third", DUTY_DESK)
    with pytest.raises(RecoveryMissing):
        await admit_by_shares(third.officer, old[:2], staff, AT)
    await admit_by_shares(third.officer, new[1:], staff, AT)
    assert await store.particulars(referral, await third.opens(staff)) == TOLD
