"""Offers to partners: nothing without an agreement, one opening, and a packet that nobody else has.

Everything is invented; the partners are entries of the directory, chosen for where they are.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.conversation import Knowledge
from bot.privacy import Sealer
from bot.referrals import (
    Action,
    Agreement,
    AgreementMissing,
    Author,
    Category,
    Consent,
    ConsentMissing,
    Contact,
    Danger,
    DayUnusable,
    Declined,
    Field,
    NoPartner,
    NotOpenable,
    Offer,
    OfferUnknown,
    OfficeKeys,
    Outcome,
    Override,
    Packet,
    Particulars,
    Purpose,
    Referral,
    Referrals,
    Rung,
    Says,
    Sending,
    Shared,
    State,
    TakenByAnother,
    answered,
    offer,
    pass_on,
    wrote,
)
from bot.staff import DUTY_DESK, Role
from bot.store.agreements import Agreements
from bot.store.offers import Offers
from bot.store.passing import rewrapped
from bot.store.referrals import Referrals as Store
from bot.store.staff import Staff
from bot.store.tables import audit_entries, offers, offices, referrals
from tests.sealing import given_key
from tests.store.making import AT, Deferred, a_request
from tests.store.office import arrived, officer, wrapped_for

ATHENS, LESVOS = "iom-gr-athens", "iom-gr-lesvos"
LEGAL, OTHER, POLICE = "gr-elil-athens", "gr-metadrasi", "gr-emergency"
WORDS = "CANARY-WORDS the letter came on Friday"
TOLD = Particulars(WORDS, country="GR", place="Athens-canary", safe_word="CANARY-SAFE")
FIELDS = frozenset({Field.PLACE, Field.WORDS})
YES = Consent(office=True, partner=True, contact=Contact.CODE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(slots=True)
class Desk:
    """An office in Athens with an officer, partners with an agreement, a clock moved by hand."""

    connection: AsyncConnection
    staff: Staff
    knowledge: Knowledge
    sealer: Sealer
    deferred: Deferred
    keys: OfficeKeys
    officer: str
    now: datetime = AT

    @property
    def rules(self) -> Referrals:
        store = Store(self.connection, self.sealer, self.deferred)
        return Referrals(store, self.knowledge.directory, self.now)

    @property
    def offers(self) -> Offers:
        return Offers(self.connection)

    @property
    def agreements(self) -> Agreements:
        return Agreements(self.connection)

    async def taken(self, **fields: Any) -> Referral:
        known: dict[str, Any] = {
            "category": Category.ASYLUM,
            "consent": YES,
            "particulars": TOLD,
        }
        receipt = await self.rules.open(a_request(**known | fields), ATHENS, None)
        return await self.rules.claim(await self.found(receipt.reference), self.officer)

    async def found(self, reference: str) -> Referral:
        referral = await self.rules.store.by_reference(reference)
        assert referral is not None
        return referral

    async def offered(
        self, referral: Referral, to: str = LEGAL, fields: frozenset[Field] = FIELDS
    ) -> str | None:
        place = self.knowledge.directory.places[to]
        sending = Sending(place, fields, self.officer)
        return await offer(self.rules, self.offers, referral, sending, self.keys)

    async def agreed(self, partner: str, **fields: Any) -> None:
        known: dict[str, Any] = {"agreed": True, "since": date(2026, 1, 1)}
        by = By(self.officer, self.now)
        await self.agreements.put(Agreement(partner, **known | fields), ATHENS, by)

    async def linked(self, token: str | None) -> Offer:
        assert token is not None
        found = await self.offers.by_link(token)
        assert found is not None
        return found

    async def says(self, to: Offer, action: Action, **fields: Any) -> Referral:
        return await answered(self.rules, self.offers, self.agreements, to, Says(action, **fields))


@pytest.fixture
async def desk(
    staff: Staff,
    connection: AsyncConnection,
    knowledge: Knowledge,
    sealer: Sealer,
    deferred: Deferred,
) -> Desk:
    """Give an office in Athens that has agreements with two partners."""
    for office in (ATHENS, LEGAL):
        await connection.execute(
            insert(offices).values(id=office, created=AT).on_conflict_do_nothing()
        )
    await connection.execute(update(referrals).values(wakes=None))
    await given_key(connection, DUTY_DESK)
    one, _ = await arrived(staff, "one", ATHENS)
    made = Desk(
        connection, staff, knowledge, sealer, deferred, await one.opens(staff), one.officer.id
    )
    await made.agreed(LEGAL)
    await made.agreed(OTHER)
    return made


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


async def test_what_is_accepted_stays_with_the_office_and_is_shown_no_more(desk: Desk) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    found = await desk.linked(token)
    opened = await desk.offers.open(found, str(token), AT)
    assert opened is not None
    moved = await desk.says(found, Action.ACCEPT)
    assert (moved.state, moved.office, moved.claimed_by) == (
        State.ACCEPTED,
        ATHENS,
        desk.officer,
    )
    kept = await desk.offers.by_page(opened.page)
    assert kept is not None
    assert kept.accepted
    assert await desk.offers.shown(kept, opened.page) is None
    with pytest.raises(OfferUnknown):
        await desk.says(await desk.linked(token), Action.DECLINE, why=Declined.NO_ROOM)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        (Action.DECLINE, {"why": Declined.NOT_OURS}),
        (Action.FULL, {"until": date(2026, 12, 1)}),
    ],
)
async def test_a_no_lets_it_wait_again_with_an_event_and_an_alert(
    desk: Desk, action: Action, fields: dict[str, Any]
) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    found = await desk.linked(token)
    moved = await desk.says(found, action, **fields)
    assert (moved.state, moved.office, moved.rung) == (State.WAITING, ATHENS, Rung.OFFICE)
    assert moved.wakes is not None
    event = (await desk.rules.store.events(moved))[-1]
    assert (event.action, event.why, event.until) == (
        action,
        fields.get("why"),
        fields.get("until"),
    )
    assert f"partner-{action}" in str(desk.deferred.named("alert")[-1]["step"])
    over = await desk.linked(token)
    with pytest.raises(OfferUnknown):
        await desk.offers.open(over, str(token), AT)


async def test_a_partner_that_is_full_gets_nothing_until_the_day_after(desk: Desk) -> None:
    token = await desk.offered(await desk.taken())
    until = AT.date() + 2 * DAY
    await desk.says(await desk.linked(token), Action.FULL, until=until)
    state = (await desk.agreements.every())[LEGAL]
    assert (state.has_room(until), state.has_room(until + DAY)) == (False, True)
    assert state.in_force(until)


@pytest.mark.parametrize("day", [None, AT.date() - DAY, AT.date() + 400 * DAY])
async def test_a_partner_is_full_until_a_day_that_can_be(desk: Desk, day: date | None) -> None:
    token = await desk.offered(await desk.taken())
    with pytest.raises(DayUnusable):
        await desk.says(await desk.linked(token), Action.FULL, until=day)


async def test_the_clock_takes_back_what_nobody_answered_and_the_link_is_dead(
    desk: Desk,
) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    found = await desk.linked(token)
    assert found.expires == (await desk.found(referral.reference)).wakes
    desk.now = found.expires
    moved = await desk.rules.late(await desk.found(referral.reference), desk.now)
    assert moved is not None
    assert moved.step == "expired"
    assert (await desk.found(referral.reference)).state is State.WAITING
    over = await desk.linked(token)
    assert over.answer is Action.EXPIRE
    with pytest.raises(OfferUnknown):
        await desk.offers.open(over, str(token), desk.now)


async def test_a_link_is_dead_at_its_time_even_before_the_clock_comes(desk: Desk) -> None:
    token = await desk.offered(await desk.taken())
    found = await desk.linked(token)
    with pytest.raises(OfferUnknown):
        await desk.offers.open(found, str(token), found.expires)
    desk.now = found.expires
    with pytest.raises(OfferUnknown):
        await desk.says(found, Action.ACCEPT)


async def test_whoever_takes_it_back_kills_the_link_at_once(desk: Desk) -> None:
    for withdrawn in (True, False):
        referral = await desk.taken()
        token = await desk.offered(referral)
        now = await desk.found(referral.reference)
        if withdrawn:
            await desk.rules.withdraw(now)
        else:
            await desk.rules.release(now, desk.officer)
        over = await desk.linked(token)
        assert not over.is_open(AT)
        with pytest.raises(OfferUnknown):
            await desk.offers.open(over, str(token), AT)
        row = (await desk.connection.execute(select(offers).where(offers.c.id == over.id))).one()
        assert (row.packet_sealed, row.key_locked) == (None, None)


async def test_an_accepted_one_that_is_withdrawn_is_over_for_the_partner(desk: Desk) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    found = await desk.linked(token)
    opened = await desk.offers.open(found, str(token), AT)
    assert opened is not None
    await desk.says(found, Action.ACCEPT)
    await desk.rules.withdraw(await desk.found(referral.reference))
    assert await desk.offers.by_page(opened.page) is None
    with pytest.raises(OfferUnknown):
        await wrote(desk.rules, desk.offers, await desk.linked(token), "Too late.")


async def test_erasure_leaves_no_offer(desk: Desk) -> None:
    referral = await desk.taken()
    await desk.offered(referral)
    await desk.rules.store.erase(await desk.found(referral.reference))
    assert (await desk.connection.execute(select(offers))).all() == []


async def test_what_is_closed_keeps_days_alone(desk: Desk) -> None:
    referral = await desk.taken()
    await desk.offered(referral)
    now = await desk.found(referral.reference)
    await desk.rules.close(now, desk.officer, Outcome.REFERRED_ON)
    (row,) = (await desk.connection.execute(select(offers))).all()
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert (row.made, row.answered, row.packet_sealed) == (midnight, midnight, None)


async def test_a_partner_that_accepted_writes_to_the_office_and_never_to_the_person(
    desk: Desk,
) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    found = await desk.linked(token)
    with pytest.raises(OfferUnknown):
        await wrote(desk.rules, desk.offers, found, "Not yet.")
    moved = await desk.says(found, Action.ACCEPT)
    await wrote(desk.rules, desk.offers, await desk.linked(token), "CANARY-PARTNER at nine.")
    (message,) = await desk.rules.store.messages(moved, desk.keys)
    assert (message.author, message.text) == (Author.PARTNER, "CANARY-PARTNER at nine.")
    assert await desk.rules.store.answers(moved, None) == ()
    assert "partner-wrote" in str(desk.deferred.named("alert")[-1]["step"])


async def test_what_was_accepted_can_be_handed_back(desk: Desk) -> None:
    referral = await desk.taken()
    token = await desk.offered(referral)
    found = await desk.linked(token)
    with pytest.raises(OfferUnknown):
        await desk.says(found, Action.HAND_BACK)
    await desk.says(found, Action.ACCEPT)
    moved = await desk.says(await desk.linked(token), Action.HAND_BACK)
    assert (moved.state, moved.office) == (State.WAITING, ATHENS)
    assert (await desk.linked(token)).answer is Action.HAND_BACK


async def test_for_a_partner_with_an_account_the_packet_opens_with_its_key_alone(
    desk: Desk,
) -> None:
    theirs, _ = await arrived(desk.staff, "partner", LEGAL, Role.PARTNER)
    referral = await desk.taken()
    assert await desk.offered(referral) is None
    (found,) = await desk.offers.for_partner(LEGAL)
    keys, by = await theirs.opens(desk.staff), By(theirs.officer.id, AT)
    read = await desk.offers.read(found, keys, by)
    assert read is not None
    assert read.words == WORDS
    with pytest.raises(NotOpenable):
        await desk.offers.read(found, desk.keys, by)
    moved = await desk.says(found, Action.ACCEPT, officer=theirs.officer.id)
    assert moved.claimed_by == desk.officer
    (accepted,) = await desk.offers.for_partner(LEGAL)
    assert await desk.offers.read(accepted, keys, by) == read
    # The request itself stays sealed to the office that the person knows.
    assert LEGAL not in {office for office, _ in await wrapped_for(desk.connection, referral)}


async def test_who_made_an_agreement_and_what_was_offered_to_whom_is_in_the_audit(
    desk: Desk,
) -> None:
    token = await desk.offered(await desk.taken())
    await desk.offers.open(await desk.linked(token), str(token), AT)
    found = await desk.connection.execute(
        select(audit_entries.c.action, audit_entries.c.who).where(audit_entries.c.chain == ATHENS)
    )
    noted = {(row.action, row.who) for row in found}
    assert ("agreement:yes", desk.officer) in noted
    assert (f"offer:{LEGAL}", desk.officer) in noted
    assert ("open-packet", None) in noted


async def test_an_office_that_the_yes_covers_gets_it_with_a_fresh_clock_and_the_other_has_no_key(
    desk: Desk,
) -> None:
    await given_key(desk.connection, DUTY_DESK)
    referral = await desk.taken()
    desk.now += 30 * timedelta(minutes=1)

    async def rewrap(one: Referral, desks: Any, keys: OfficeKeys) -> None:
        await rewrapped(desk.connection, one, desks, keys)

    by = By(desk.officer, desk.now)
    with pytest.raises(ConsentMissing):
        await pass_on(desk.rules, rewrap, referral, by, LESVOS, desk.keys)
    moved = await pass_on(desk.rules, rewrap, referral, by, DUTY_DESK, desk.keys)
    assert (moved.state, moved.office, moved.rung) == (State.WAITING, DUTY_DESK, Rung.DUTY)
    assert (moved.since, moved.claimed_by) == (desk.now, None)
    assert ATHENS not in {office for office, _ in await wrapped_for(desk.connection, moved)}
    found = await desk.connection.execute(
        select(audit_entries.c.who).where(
            audit_entries.c.chain == ATHENS,
            audit_entries.c.action == f"pass:{DUTY_DESK}",
            audit_entries.c.object == referral.id,
        )
    )
    assert found.scalars().all() == [desk.officer]
