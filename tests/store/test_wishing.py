"""Wishes are sealed, hold for whoever takes a request and wherever it goes, and go with it."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
    Category,
    CommunityUnconfirmed,
    Need,
    Receiver,
    Referral,
    Referrals,
    State,
    Wish,
    Wishes,
    WomanWished,
)
from bot.staff import Profile, Role
from bot.store.crews import staffed
from bot.store.profiles import keep_profile, profile_of
from bot.store.referrals import Referrals as Store
from bot.store.staff import Staff
from bot.store.tables import referrals
from tests.sealing import given_key
from tests.store.making import AT, Deferred, a_request
from tests.store.office import SFAX, arrived

EVERY = Wishes(True, frozenset({"iom-tn-tunis"}), "LY", "TN", True)


@pytest.fixture
def rules(
    connection: AsyncConnection, sealer: Sealer, deferred: Deferred, knowledge: Knowledge
) -> Referrals:
    return Referrals(Store(connection, sealer, deferred), knowledge.directory, AT)


async def opened(rules: Referrals, wishes: Wishes, office: str = DUTY_DESK) -> Referral:
    await given_key(rules.store.connection)  # type: ignore[attr-defined]
    receipt = await rules.open(a_request(wishes=wishes), office, None)
    found = await rules.store.by_reference(receipt.reference)
    assert found is not None
    return found


async def stored(connection: AsyncConnection, referral: Referral) -> bytes | None:
    found = await connection.execute(
        select(referrals.c.wishes_sealed).where(referrals.c.id == referral.id)
    )
    sealed: bytes | None = found.scalar_one_or_none()
    return sealed


async def test_wishes_stand_sealed_and_come_back_as_they_were(
    rules: Referrals, connection: AsyncConnection
) -> None:
    referral = await opened(rules, EVERY)
    assert await rules.store.wishes(referral) == EVERY
    sealed = await stored(connection, referral)
    assert sealed is not None
    assert b"woman" not in sealed
    assert b"tunis" not in sealed
    assert await stored(connection, await opened(rules, Wishes())) is None


async def test_wishes_of_another_request_do_not_open_and_count_as_the_strictest(
    rules: Referrals, connection: AsyncConnection
) -> None:
    one, other = await opened(rules, EVERY), await opened(rules, Wishes(tongue="TN"))
    moved = update(referrals).where(referrals.c.id == other.id)
    await connection.execute(moved.values(wishes_sealed=await stored(connection, one)))
    wishes = await rules.store.wishes(other)
    assert (wishes.woman, wishes.not_community) == (True, True)


async def test_wishes_are_erased_with_the_request(
    rules: Referrals, connection: AsyncConnection
) -> None:
    referral = await opened(rules, EVERY)
    await rules.store.erase(referral)
    assert await stored(connection, referral) is None
    assert await rules.store.wishes(referral) == Wishes()


async def test_no_way_of_taking_it_goes_round_a_wish(
    rules: Referrals, connection: AsyncConnection, staff: Staff
) -> None:
    one, _ = await arrived(staff, "one", DUTY_DESK, Role.SUPERVISOR)
    referral = await opened(rules, EVERY)
    with pytest.raises(WomanWished):
        await rules.claim(referral, one.officer.id, not_community=True)
    await keep_profile(connection, Profile(woman=True), By(one.officer.id, AT))
    with pytest.raises(CommunityUnconfirmed):
        await rules.claim(referral, one.officer.id)
    taken = await rules.claim(referral, one.officer.id, not_community=True)
    assert taken.state is State.CLAIMED
    assert await rules.claim(taken, one.officer.id) == taken
    given_back = await rules.release(taken, one.officer.id)
    await keep_profile(connection, Profile(), By(one.officer.id, AT))
    with pytest.raises(WomanWished):
        await rules.claim(given_back, one.officer.id, not_community=True)


async def test_a_woman_counts_only_for_what_her_role_takes(
    connection: AsyncConnection, staff: Staff
) -> None:
    one, _ = await arrived(staff, "one", SFAX)
    two, _ = await arrived(staff, "two", SFAX, Role.CLINICIAN)
    await staff.keys.hold(
        replace(wrap, holder=two.officer.id) for wrap in await staff.keys.held_by(one.officer.id)
    )
    await keep_profile(connection, Profile(frozenset({"ar"}), True), By(two.officer.id, AT))
    said = (await staffed(connection, AT))[SFAX]
    assert said.women == {Category.MEDICAL}
    assert said.languages == {"ar"}
    await keep_profile(connection, Profile(woman=True), By(one.officer.id, AT))
    said = (await staffed(connection, AT))[SFAX]
    assert said.women == set(Category) - {Category.COMPLAINT}


async def test_a_profile_that_nobody_filled_in_says_nothing(
    connection: AsyncConnection, staff: Staff
) -> None:
    one, _ = await arrived(staff, "one")
    assert await profile_of(connection, one.officer.id) == Profile()
    assert await profile_of(connection, "nobody") == Profile()


async def test_languages_and_women_of_officers_decide_who_gets_a_request(
    rules: Referrals, connection: AsyncConnection, staff: Staff
) -> None:
    one, _ = await arrived(staff, "one", SFAX)
    need = Need(Category.RETURN, "TN", language="ar", wishes=Wishes(woman=True))
    told = await rules.receiver(need)
    assert told == Receiver(DUTY_DESK, frozenset({Wish.WOMAN}))
    await keep_profile(connection, Profile(woman=True), By(one.officer.id, AT))
    assert await rules.receiver(need) == Receiver(SFAX)
