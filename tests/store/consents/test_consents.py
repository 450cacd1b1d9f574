"""Nothing is created, moved or offered past what was said yes to: the store and the database."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.directory import Service
from bot.referrals import (
    DUTY_DESK,
    Category,
    ConsentMissing,
    Danger,
    Field,
    Override,
    Pace,
    Particulars,
    Purpose,
    SupervisorMissing,
    Whose,
    standing,
)
from bot.store.tables import consents, referrals
from tests.store.consents.desk import ALLOWED, HELPER, Desk
from tests.store.making import AT, CANARY, Deferred
from tests.store.office import SFAX, TUNIS


async def test_each_answer_is_a_record_of_its_own_with_its_words_and_its_hour(desk: Desk) -> None:
    referral = await desk.asked(language="fr", particulars=Particulars("told", country="TN"))
    office, partner, contact = (await desk.store.consents.record(referral)).answers
    assert (office.purpose, office.given) == (Purpose.OFFICE, True)
    assert {SFAX, DUTY_DESK} <= set(office.offices)
    assert TUNIS not in office.offices
    assert (partner.purpose, partner.given) == (Purpose.PARTNER, True)
    assert (partner.kind, partner.country) == (Service.LABOUR, "TN")
    assert partner.fields == {
        Field.ABOUT, Field.URGENCY, Field.LANGUAGE, Field.PLACE, Field.WORDS
    }  # fmt: skip
    assert (contact.purpose, contact.given) == (Purpose.CONTACT, False)
    for one in (office, partner, contact):
        assert (one.notice, one.language, one.whose) == ("2026-11", "fr", Whose.OWN)
        assert one.at == AT + timedelta(hours=1)


async def test_a_record_holds_ids_and_codes_alone(desk: Desk) -> None:
    referral = await desk.asked()
    rows = await desk.connection.execute(select(consents).where(consents.c.referral == referral.id))
    assert CANARY not in str(rows.all())


async def test_without_a_yes_to_the_office_nothing_is_made(desk: Desk) -> None:
    no = replace(ALLOWED, office=False)
    with pytest.raises(ConsentMissing):
        await desk.asked(consent=no)
    left = select(func.count()).select_from(consents).where(consents.c.given.is_(False))
    assert await desk.connection.scalar(left.where(consents.c.purpose == "office")) == 0


async def test_the_database_refuses_a_request_whose_office_no_yes_names(desk: Desk) -> None:
    referral = await desk.asked()
    columns = [one.name for one in referrals.c if one.name not in ("id", "reference")]
    names, new = ", ".join(columns), str(uuid.uuid4())
    copy = (
        f"INSERT INTO referrals (id, reference, {names}) "  # noqa: S608 - names of columns
        f"SELECT :new, '00000000', {names} FROM referrals WHERE id = :id"
    )
    with pytest.raises(IntegrityError, match="no recorded consent"):
        await desk.run(copy, id=referral.id, new=new)
    said = (
        "INSERT INTO consents (referral, purpose, given, offices, whose, young, notice, language, "
        "at) VALUES (:new, 'office', :given, ARRAY[:office], 'own', false, '1', 'en', :at)"
    )
    at = AT.replace(minute=0)
    await desk.run(said, new=new, given=True, office=TUNIS, at=at)
    with pytest.raises(IntegrityError, match="no recorded consent"):
        await desk.run(copy, id=referral.id, new=new)
    await desk.run(said, new=new, given=True, office=SFAX, at=at)
    await desk.run(copy, id=referral.id, new=new)


async def test_the_database_moves_a_request_only_where_a_yes_or_a_confirmed_danger_covers(
    desk: Desk,
) -> None:
    referral = await desk.asked()
    await desk.moves(referral, DUTY_DESK)
    with pytest.raises(IntegrityError, match="no recorded consent"):
        await desk.moves(referral, TUNIS)
    await desk.store.consents.ask(
        referral, Override(0, TUNIS, Danger.HEALTH, "officer-1", AT, desks=(TUNIS,))
    )
    with pytest.raises(IntegrityError, match="no recorded consent"):
        await desk.moves(referral, TUNIS)
    (asked,) = (await desk.store.consents.record(referral)).overrides
    assert not await desk.store.consents.confirm(referral, asked.id, "officer-1", AT)
    assert await desk.store.consents.confirm(referral, asked.id, "officer-2", AT)
    assert not await desk.store.consents.confirm(referral, asked.id, "officer-3", AT)
    await desk.moves(referral, TUNIS)


async def test_a_later_no_to_the_office_stops_the_way_to_any_other_desk(desk: Desk) -> None:
    referral = await desk.asked()
    (office, *_) = (await desk.store.consents.record(referral)).answers
    await desk.store.consents.add(referral, (replace(office, given=False),))
    with pytest.raises(IntegrityError, match="no recorded consent"):
        await desk.moves(referral, DUTY_DESK)


async def test_the_database_offers_nothing_without_a_yes_to_partners(desk: Desk) -> None:
    refused = await desk.asked(consent=replace(ALLOWED, partner=False))
    allowed = await desk.asked()
    offered = "UPDATE referrals SET state = 'claimed' WHERE id = :id"
    for one in (refused, allowed):
        await desk.run(offered, id=one.id)
    offered = "UPDATE referrals SET state = 'offered' WHERE id = :id"
    with pytest.raises(IntegrityError, match="partner"):
        await desk.run(offered, id=refused.id)
    await desk.rules.answered(allowed, Purpose.PARTNER, given=False, language="en")
    with pytest.raises(IntegrityError, match="partner"):
        await desk.run(offered, id=allowed.id)
    await desk.rules.answered(allowed, Purpose.PARTNER, given=True, language="en")
    await desk.run(offered, id=allowed.id)


async def test_no_record_is_ever_changed(desk: Desk) -> None:
    referral = await desk.asked(consent=replace(ALLOWED, partner=False))
    for changed in ("given = true", "offices = ARRAY['x']", "whose = 'own'", "young = false"):
        with pytest.raises(DBAPIError, match="permission denied"):
            await desk.run(f"UPDATE consents SET {changed} WHERE referral = :id", id=referral.id)  # noqa: S608
    with pytest.raises(IntegrityError, match="hour"):
        await desk.run(
            "UPDATE consents SET at = at + interval '1 minute' WHERE referral = :id",
            id=referral.id,
        )


async def test_a_danger_that_one_alone_asks_and_confirms_is_refused_by_the_database(
    desk: Desk,
) -> None:
    referral = await desk.asked()
    await desk.store.consents.ask(referral, Override(0, TUNIS, Danger.HEALTH, "officer-1", AT))
    with pytest.raises(IntegrityError, match="two_people"):
        await desk.run(
            "UPDATE overrides SET confirmed_by = asked_by, confirmed = asked WHERE referral = :id",
            id=referral.id,
        )


async def test_a_partner_passes_who_is_of_the_kind_the_country_and_gets_no_more(
    desk: Desk,
) -> None:
    referral = await desk.asked()
    await desk.rules.may_pass(referral, HELPER)
    silent = await desk.asked(particulars=Particulars(country="TN"))
    for case, partner in (
        (referral, replace(HELPER, country="IT")),
        (referral, replace(HELPER, services=frozenset({Service.HEALTH}))),
        (silent, HELPER),
    ):
        with pytest.raises(ConsentMissing):
            await desk.rules.may_pass(case, partner)


async def test_an_office_passes_that_a_yes_names(desk: Desk) -> None:
    referral = await desk.asked()
    await desk.rules.may_pass(referral, DUTY_DESK)
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(referral, TUNIS)
    await desk.decided(referral, TUNIS)
    await desk.rules.may_pass(referral, TUNIS)


async def test_what_is_taken_back_covers_nothing_and_a_new_yes_does_again(
    desk: Desk, deferred: Deferred
) -> None:
    referral = await desk.asked()
    await desk.rules.answered(referral, Purpose.PARTNER, given=False, language="ar")
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(referral, HELPER)
    now = await desk.store.by_reference(referral.reference)
    assert now is not None
    assert not now.consent.partner
    assert [str(one["step"]).partition("@")[0] for one in deferred.named("alert")] == [
        "new",
        "share-no",
    ]
    answers = (await desk.store.consents.record(referral)).answers
    assert [one.given for one in answers if one.purpose is Purpose.PARTNER] == [True, False]
    assert (answers[-1].language, answers[-1].at) == ("ar", AT + timedelta(hours=1))
    await desk.rules.answered(referral, Purpose.PARTNER, given=True, language="ar")
    await desk.rules.may_pass(referral, HELPER)


@pytest.mark.parametrize("whose", [Whose.NOT_AGREED, Whose.UNSAID])
async def test_without_the_agreement_of_the_other_no_partner_gets_it(
    desk: Desk, whose: Whose
) -> None:
    referral = await desk.asked(whose=whose)
    answers = (await desk.store.consents.record(referral)).answers
    assert {one.whose for one in answers} == {whose}
    assert standing(answers, Purpose.PARTNER) == ()
    with pytest.raises(ConsentMissing):
        await desk.rules.answered(referral, Purpose.PARTNER, given=True, language="en")
    with pytest.raises(ConsentMissing):
        await desk.rules.may_pass(referral, HELPER)
    yes = replace(answers[1], given=True)
    await desk.store.consents.add(referral, (yes,))
    await desk.run("UPDATE referrals SET state = 'claimed' WHERE id = :id", id=referral.id)
    with pytest.raises(IntegrityError, match="partner"):
        await desk.run("UPDATE referrals SET state = 'offered' WHERE id = :id", id=referral.id)


async def test_who_agrees_may_be_passed_on(desk: Desk) -> None:
    referral = await desk.asked(whose=Whose.AGREED)
    await desk.rules.may_pass(referral, HELPER)


@pytest.mark.parametrize("fields", [{"young": True}, {"category": Category.CHILD}])
async def test_under_18_a_supervisor_agrees_before_anything_is_passed_on(
    desk: Desk, fields: dict[str, Any]
) -> None:
    referral = await desk.asked(**fields)
    assert referral.pace is Pace.THREE_HOURS
    answers = (await desk.store.consents.record(referral)).answers
    assert {one.notice for one in answers} == {"2026-11-young"}
    partner = replace(HELPER, services=frozenset({Service.LABOUR, Service.CHILD}))
    for recipient in (partner, DUTY_DESK):
        with pytest.raises(SupervisorMissing):
            await desk.rules.may_pass(referral, recipient)
    await desk.run("UPDATE referrals SET state = 'claimed' WHERE id = :id", id=referral.id)
    offered = "UPDATE referrals SET state = 'offered' WHERE id = :id"
    with pytest.raises(IntegrityError, match="supervisor"):
        await desk.run(offered, id=referral.id)
    for _ in range(2):
        await desk.store.consents.approve(referral, "officer-1", AT)
    await desk.rules.may_pass(referral, partner)
    await desk.run(offered, id=referral.id)
