"""What becomes of an offer: a yes, a no, its end, and what stays of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.audit import OPEN_PACKET, Act, By
from bot.referrals import (
    MOST_TEXTS,
    Action,
    Author,
    ConsentMissing,
    DayUnusable,
    Declined,
    NotOpenable,
    OfferUnknown,
    OfficeKeys,
    Outcome,
    Referral,
    Rung,
    State,
    Watched,
    pass_on,
    wrote,
)
from bot.staff import DUTY_DESK, Role
from bot.store.alerts import Alerts
from bot.store.audit import Audit
from bot.store.passing import rewrapped
from bot.store.tables import audit_entries, offers
from tests.sealing import given_key
from tests.store.making import AT
from tests.store.offers.desk import ATHENS, DAY, LEGAL, LESVOS, WORDS, Desk
from tests.store.office import arrived, wrapped_for


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


async def test_packets_that_one_officer_of_a_partner_opens_count_for_its_supervisors(
    desk: Desk,
) -> None:
    theirs, _ = await arrived(desk.staff, "partner", LEGAL, Role.PARTNER)
    await desk.offered(await desk.taken())
    (found,) = await desk.offers.for_partner(LEGAL)
    keys, by = await theirs.opens(desk.staff), By(theirs.officer.id, AT)
    for number in range(MOST_TEXTS):
        act = Act(OPEN_PACKET, f"earlier-{number}", chain=LEGAL)
        await Audit(desk.connection).note(act, by)
    lines = Alerts(desk.connection)
    boss = Watched(LEGAL, frozenset(), offered=True, officers=True)
    before = await lines.count(boss)
    for _ in range(2):
        assert await desk.offers.read(found, keys, by) is not None
        assert await lines.count(boss) == before + 1
    (line, *_) = await lines.page(boss, 1, ticked=False)
    assert (line.about, line.referral) == (theirs.officer.id, None)
    for other in (replace(boss, officers=False), replace(boss, office=ATHENS)):
        assert line.id not in {one.id for one in await lines.page(other, 99, ticked=False)}
        assert not await lines.tick(other, line.id, theirs.officer.id, AT)
    assert await lines.tick(boss, line.id, desk.officer, AT)


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
