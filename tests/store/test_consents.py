"""Nothing is created, moved or offered past what was said yes to: the store and the database."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Knowledge
from bot.directory import Service
from bot.privacy import Sealer
from bot.referrals import (
    DUTY_DESK,
    Category,
    Consent,
    ConsentMissing,
    Contact,
    Danger,
    Field,
    Override,
    Pace,
    Particulars,
    Purpose,
    Recipient,
    Referral,
    Referrals,
    SupervisorMissing,
    Whose,
    standing,
)
from bot.referrals.consent import OVERRIDE_LASTS
from bot.store.referrals import Referrals as Store
from bot.store.tables import approvals, consents, overrides, referrals
from tests.sealing import given_key
from tests.store.making import AT, CANARY, Deferred, a_request
from tests.store.office import SFAX, TUNIS

LATER = AT + timedelta(minutes=95)
HELPER = Recipient(
    "helper-tn", frozenset({Service.LABOUR, Service.LEGAL}), "TN", frozenset({Field.WORDS})
)
ALLOWED = Consent(office=True, partner=True, contact=Contact.CODE)


class Desk:
    """An office in Sfax, its requests, and somebody who writes SQL as the program's role."""

    def __init__(self, connection: AsyncConnection, rules: Referrals, store: Store) -> None:
        self.connection, self.rules, self.store = connection, rules, store

    async def asked(self, **fields: Any) -> Referral:
        receipt = await self.rules.open(a_request(**{"consent": ALLOWED} | fields), SFAX, None)
        referral = await self.store.by_reference(receipt.reference)
        assert referral is not None
        return referral

    async def run(self, statement: str, **values: object) -> None:
        """Run a statement; what it refuses leaves the transaction usable."""
        async with self.connection.begin_nested():
            await self.connection.execute(text(statement), values)

    async def moves(self, referral: Referral, office: str) -> None:
        await self.run(
            "UPDATE referrals SET office = :office WHERE id = :id", office=office, id=referral.id
        )

    async def moved(self, referral: Referral, office: str, at: datetime) -> None:
        await self.run(
            "UPDATE referrals SET office = :office, changed = :at WHERE id = :id",
            office=office, at=at, id=referral.id,
        )  # fmt: skip

    async def decided(
        self, referral: Referral, recipient: str, *desks: str, to: Purpose = Purpose.OFFICE
    ) -> None:
        """Let one officer propose and another one confirm danger to life."""
        made = Override(0, recipient, Danger.CAPTIVE, "officer-1", AT, desks=desks, purpose=to)
        await self.store.consents.ask(referral, made)
        kept = (await self.store.consents.record(referral)).overrides[-1]
        assert await self.store.consents.confirm(referral, kept.id, "officer-2", AT)

    async def offered(self, referral: Referral, partner: str, at: datetime) -> None:
        """Write an offer as the program's role can, and move the request."""
        await self.run("UPDATE referrals SET state = 'claimed' WHERE id = :id", id=referral.id)
        async with self.connection.begin_nested():
            made = "INSERT INTO offers (id, referral, office, partner, made, expires) VALUES ("
            values = {"new": str(uuid.uuid4()), "id": referral.id, "office": SFAX, "at": at}
            said = f"{made}:new, :id, :office, :partner, :at, :at)"
            await self.connection.execute(text(said), values | {"partner": partner})
            offered = "UPDATE referrals SET state = 'offered' WHERE id = :id"
            await self.connection.execute(text(offered), {"id": referral.id})


@pytest.fixture
async def desk(
    connection: AsyncConnection, knowledge: Knowledge, sealer: Sealer, deferred: Deferred
) -> Desk:
    known = "INSERT INTO offices VALUES (:id, now()) ON CONFLICT DO NOTHING"
    for office in (SFAX, TUNIS):
        await connection.execute(text(known), {"id": office})
    await given_key(connection, SFAX, DUTY_DESK)
    store = Store(connection, sealer, deferred)
    return Desk(connection, Referrals(store, knowledge.directory, LATER), store)


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
