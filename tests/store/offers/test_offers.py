"""Offers to partners: nothing without an agreement, one opening, and a packet that nobody else has.

Everything is invented; the partners are entries of the directory, chosen for where they are.
"""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.referrals import (
    Action,
    AgreementMissing,
    Category,
    ConsentMissing,
    Danger,
    Field,
    NoPartner,
    OfferUnknown,
    Override,
    Packet,
    Purpose,
    Referral,
    Sending,
    Shared,
    State,
    TakenByAnother,
    offer,
    wrote,
)
from bot.store.tables import offers
from tests.store.making import AT
from tests.store.offers.desk import ATHENS, DAY, FIELDS, LEGAL, POLICE, TOLD, WORDS, YES, Desk
from tests.store.office import officer


async def test_a_link_opens_once_and_shows_what_was_allowed_and_no_more(desk: Desk) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral, fields=frozenset({Field.PLACE}))
    found = await desk.linked(token)
    opened = await desk.offers.open(found, str(token), AT)
    assert opened is not None
    assert opened.packet == Packet(
        Category.ASYLUM, referral.urgency, "en", "GR", "Athens-canary", None
    )
    assert await desk.offers.open(found, str(token), AT) is None


async def test_the_packet_never_holds_how_to_prove_the_office_or_to_reach_the_person(
    desk: Desk,
) -> None:
    token = await desk.offered(await desk.taken())
    opened = await desk.offers.open(await desk.linked(token), str(token), AT)
    assert opened is not None
    assert opened.packet.words == WORDS
    assert "CANARY-SAFE" not in repr(vars_of(opened.packet))


def vars_of(packet: Packet) -> list[object]:
    return [getattr(packet, name) for name in Packet.__slots__]


async def test_nothing_of_a_packet_or_a_link_stands_in_the_database(desk: Desk) -> None:
    token = await desk.offered(await desk.taken())
    (row,) = (await desk.connection.execute(select(offers))).all()
    stored = b"".join(one for one in row if isinstance(one, bytes)) + repr(row).encode()
    assert b"CANARY" not in stored
    assert str(token).encode() not in stored
    found = await desk.linked(token)
    await desk.offers.open(found, str(token), AT)
    with pytest.raises(OfferUnknown):
        await desk.offers.shown(found, str(token))


async def test_a_yes_that_is_taken_back_takes_the_offer_back_at_once(desk: Desk) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    found = await desk.found(referral.reference)
    await desk.rules.answered(found, Purpose.PARTNER, given=False, language="en")
    waiting = await desk.found(referral.reference)
    assert (waiting.state, waiting.claimed_by) == (State.WAITING, None)
    assert waiting.wakes is not None
    over = await desk.linked(token)
    assert over.answered == desk.now
    with pytest.raises(OfferUnknown):
        await desk.offers.open(over, str(token), AT)


async def test_a_yes_that_is_taken_back_takes_back_what_a_partner_accepted(desk: Desk) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    opened = await desk.offers.open(await desk.linked(token), str(token), AT)
    assert opened is not None
    await desk.says(await desk.linked(token), Action.ACCEPT)
    found = await desk.found(referral.reference)
    shared = await desk.rules.answered(found, Purpose.PARTNER, given=False, language="en")
    assert shared is Shared.BACK
    back = await desk.found(referral.reference)
    assert (back.state, back.office, back.claimed_by) == (State.WAITING, ATHENS, None)
    assert back.wakes is not None
    event = (await desk.rules.store.events(back))[-1]
    assert (event.action, event.officer) == (Action.UNSHARE, None)
    assert "share-no" in str(desk.deferred.named("alert")[-1]["step"])
    row = (await desk.connection.execute(select(offers))).one()
    assert (row.packet_sealed, row.key_locked) == (None, None)
    with pytest.raises(OfferUnknown):
        await wrote(desk.rules, desk.offers, await desk.linked(token), "Too late.")


async def test_what_danger_to_life_gave_a_partner_stays_when_the_yes_is_taken_back(
    desk: Desk,
) -> None:
    referral = await desk.taken(consent=replace(YES, partner=False))
    made = Override(
        0, LEGAL, Danger.CAPTIVE, desk.officer, desk.now, purpose=Purpose.PARTNER
    )  # fmt: skip
    await desk.rules.store.consents.ask(referral, made)
    (asked,) = (await desk.rules.store.consents.record(referral)).overrides
    assert await desk.rules.store.consents.confirm(referral, asked.id, "second", desk.now)
    token = await desk.offered(referral)
    for state in (State.OFFERED, State.ACCEPTED):
        found = await desk.found(referral.reference)
        assert found.state is state
        shared = await desk.rules.answered(found, Purpose.PARTNER, given=False, language="en")
        assert shared is Shared.KEPT
        assert "share-no" in str(desk.deferred.named("alert")[-1]["step"])
        assert (await desk.found(referral.reference)).state is state
        if state is State.OFFERED:
            await desk.offers.open(await desk.linked(token), str(token), AT)
            await desk.says(await desk.linked(token), Action.ACCEPT)


async def test_without_an_agreement_in_force_nothing_is_passed(desk: Desk) -> None:
    referral = await desk.taken()
    await expect_refused(desk, referral, "gr-gcr")
    for changed in (
        {"agreed": False, "since": None},
        {"since": AT.date() + DAY},
        {"until": AT.date() - DAY},
        {"full_until": AT.date()},
    ):
        await desk.agreed(LEGAL, **changed)
        await expect_refused(desk, referral, LEGAL)
    await desk.agreed(LEGAL, until=AT.date())
    assert await desk.offered(referral) is not None


async def expect_refused(desk: Desk, referral: Referral, to: str) -> None:
    nested = await desk.connection.begin_nested()
    with pytest.raises(AgreementMissing):
        await desk.offered(referral, to)
    await nested.rollback()
    assert (await desk.connection.execute(select(offers))).all() == []


async def test_nothing_is_passed_that_the_person_did_not_allow(desk: Desk) -> None:
    nobody = await desk.taken(consent=replace(YES, partner=False))
    with pytest.raises(ConsentMissing):
        await desk.offered(nobody)
    silent = await desk.taken(particulars=replace(TOLD, words=""))
    with pytest.raises(ConsentMissing):
        await desk.offered(silent)
    elsewhere = await desk.taken(particulars=replace(TOLD, country="IT"))
    with pytest.raises(ConsentMissing):
        await desk.offered(elsewhere, fields=frozenset())
    complaint = await desk.taken(category=Category.COMPLAINT)
    with pytest.raises(ConsentMissing):
        await desk.offered(complaint, fields=frozenset())


async def test_nothing_is_ever_passed_to_a_place_that_is_no_partner(desk: Desk) -> None:
    referral = await desk.taken()
    for place in (POLICE, ATHENS):
        await desk.agreed(place)
        with pytest.raises(NoPartner):
            await desk.offered(referral, place)


async def test_who_does_not_have_it_in_hand_passes_nothing_on(desk: Desk) -> None:
    referral = await desk.taken()
    other = await officer(desk.staff, "two", ATHENS)
    place = desk.knowledge.directory.places[LEGAL]
    with pytest.raises(TakenByAnother):
        await offer(
            desk.rules,
            desk.offers,
            referral,
            Sending(place, FIELDS, other.officer.id),
            desk.keys,
        )
