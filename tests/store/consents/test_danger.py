"""Danger to life: what it covers, for how long, how often, and what it never does."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.referrals import (
    DUTY_DESK,
    Category,
    ConsentMissing,
    Purpose,
)
from bot.referrals.consent import OVERRIDE_LASTS
from bot.store.tables import approvals, consents, overrides
from tests.store.consents.desk import ALLOWED, HELPER, LATER, Desk
from tests.store.making import AT, a_request
from tests.store.office import SFAX, TUNIS


async def test_the_ladder_of_an_office_that_got_it_in_danger_is_open_to_it(desk: Desk) -> None:
    referral = await desk.asked()
    other = next(one for one in desk.rules.directory.ladder if one not in (SFAX, DUTY_DESK))
    await desk.run("INSERT INTO offices VALUES (:id, now()) ON CONFLICT DO NOTHING", id=other)
    await desk.decided(referral, TUNIS, TUNIS, other)
    await desk.moves(referral, TUNIS)
    await desk.moves(referral, other)


@pytest.mark.parametrize("at", [AT, AT + OVERRIDE_LASTS])
async def test_a_confirmed_danger_holds_for_a_day_and_once(desk: Desk, at: datetime) -> None:
    referral = await desk.asked()
    await desk.decided(referral, TUNIS, TUNIS)
    for other in (AT - timedelta(seconds=1), AT + OVERRIDE_LASTS + timedelta(seconds=1)):
        with pytest.raises(ConsentMissing):
            await replace(desk.rules, now=other).may_pass(referral, TUNIS)
        with pytest.raises(IntegrityError, match="no recorded consent"):
            await desk.moved(referral, TUNIS, other)
    await replace(desk.rules, now=at).may_pass(referral, TUNIS)
    await desk.moved(referral, TUNIS, at)
    await desk.moved(referral, SFAX, at)
    with pytest.raises(ConsentMissing):
        await replace(desk.rules, now=at).may_pass(referral, TUNIS)
    with pytest.raises(IntegrityError, match="no recorded consent"):
        await desk.moved(referral, TUNIS, at)


async def test_a_danger_confirmed_for_an_office_lets_no_partner_have_it_nor_the_other_way_round(
    desk: Desk,
) -> None:
    referral = await desk.asked(consent=replace(ALLOWED, partner=False))
    await desk.decided(referral, HELPER.id)
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(referral, HELPER)
    with pytest.raises(IntegrityError, match="partner"):
        await desk.offered(referral, HELPER.id, LATER)
    await desk.decided(referral, TUNIS, TUNIS, to=Purpose.PARTNER)
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(referral, TUNIS)
    with pytest.raises(IntegrityError, match="office"):
        await desk.moved(referral, TUNIS, LATER)


async def test_a_danger_confirmed_for_one_partner_covers_no_other_and_one_offer_of_this_request(
    desk: Desk,
) -> None:
    no = replace(ALLOWED, partner=False)
    referral, other = await desk.asked(consent=no), await desk.asked(consent=no)
    await desk.decided(referral, HELPER.id, to=Purpose.PARTNER)
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(referral, replace(HELPER, id="other-tn"))
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(other, HELPER)
    for case, partner, at in (
        (referral, "other-tn", LATER),
        (other, HELPER.id, LATER),
        (referral, HELPER.id, AT + OVERRIDE_LASTS + timedelta(minutes=1)),
    ):
        with pytest.raises(IntegrityError, match="partner"):
            await desk.offered(case, partner, at)
    with pytest.raises(IntegrityError, match="partner"):
        await desk.run("UPDATE referrals SET state = 'offered' WHERE id = :id", id=referral.id)
    await desk.rules.may_pass(referral, HELPER)
    await desk.offered(referral, HELPER.id, LATER)
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(referral, HELPER)
    await desk.run("UPDATE referrals SET state = 'waiting' WHERE id = :id", id=referral.id)
    with pytest.raises(IntegrityError, match="partner"):
        await desk.offered(referral, HELPER.id, LATER)


async def test_what_two_people_decided_cannot_be_made_up_nor_used_anew(desk: Desk) -> None:
    referral = await desk.asked()
    made_up = (
        "INSERT INTO overrides (referral, recipient, purpose, why, asked_by, asked, confirmed_by, "
        "confirmed) VALUES (:id, :office, 'office', 'captive', 'a', :at, 'b', :at)"
    )
    with pytest.raises(IntegrityError, match="once"):
        await desk.run(made_up, id=referral.id, office=TUNIS, at=AT)
    await desk.decided(referral, TUNIS, TUNIS)
    late = AT + OVERRIDE_LASTS + timedelta(hours=1)
    for changed in ("confirmed = :at", "confirmed_by = 'x'", "used = :at", "confirmed = NULL"):
        values = {"at": late} if ":at" in changed else {}
        statement = f"UPDATE overrides SET {changed} WHERE referral = :id"  # noqa: S608
        with pytest.raises(IntegrityError, match=r"once|two_people"):
            await desk.run(statement, id=referral.id, **values)
    await desk.moved(referral, TUNIS, LATER)
    with pytest.raises(IntegrityError, match="once"):
        await desk.run("UPDATE overrides SET used = NULL WHERE referral = :id", id=referral.id)
    for changed in ("recipient = 'x'", "purpose = 'partner'", "desks = '{x}'", "asked_by = 'x'"):
        with pytest.raises(DBAPIError, match="permission denied"):
            await desk.run(f"UPDATE overrides SET {changed} WHERE referral = :id", id=referral.id)  # noqa: S608


async def test_the_record_goes_with_the_request(desk: Desk) -> None:
    referral = await desk.asked(young=True)
    await desk.decided(referral, TUNIS)
    await desk.store.consents.approve(referral, "officer-1", AT)
    await desk.store.erase(referral)
    for table in (consents, overrides, approvals):
        left = select(func.count()).where(table.c.referral == referral.id)
        assert await desk.connection.scalar(left.select_from(table)) == 0


async def test_a_complaint_goes_to_no_partner_whatever_was_said(desk: Desk) -> None:
    receipt = await desk.rules.open(
        a_request(category=Category.COMPLAINT, consent=ALLOWED), DUTY_DESK, None
    )
    complaint = await desk.store.by_reference(receipt.reference)
    assert complaint is not None
    (office, partner, _) = (await desk.store.consents.record(complaint)).answers
    assert office.offices == (DUTY_DESK,)
    assert not partner.given
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(complaint, HELPER)
