"""Requests that were closed, taken back or erased, and what is left of them."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import event, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.privacy import Keys, Reason
from bot.privacy.retention import DAY
from bot.referrals import (
    DUTY_DESK,
    Action,
    Contact,
    Kept,
    NewCode,
    judged,
)
from bot.store.erasures import hash_of
from bot.store.keeping import keep_withdrawn
from bot.store.tables import (
    alerts,
    audit_entries,
    case_messages,
    contacts,
    erasures,
    referral_events,
    referrals,
    stubs,
    wraps,
)
from tests.store.making import a_referral, a_request
from tests.store.retention.world import AT, HOUR, MINUTE, OFFICE, OFFICER, World


async def test_a_contact_ends_after_14_days_with_everything_that_waited(world: World) -> None:
    await world.waiting(contact=Contact.HERE)
    until = (await world.connection.execute(select(contacts.c.until))).scalar_one()
    await world.run(until - MINUTE)
    assert await world.rows(contacts) == 1
    await world.run(until + MINUTE)
    assert await world.rows(contacts) == 0


async def test_a_closed_request_goes_after_thirty_days_and_leaves_a_stub(
    world: World, code: NewCode, keys: Keys
) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    assert (await world.run(AT + 29 * DAY)).counts[Reason.CLOSED] == 0
    assert (await world.run(AT + 30 * DAY)).counts[Reason.CLOSED] == 1
    left = await world.store.kept(referral.reference)
    assert left == Kept(code.check, erased=Reason.CLOSED)
    assert set(stubs.c.keys()) == {"reference", "code_check", "reason", "erased"}


async def test_the_right_code_alone_opens_a_stub(world: World, code: NewCode, keys: Keys) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    await world.run(AT + 30 * DAY)
    left = await world.store.kept(referral.reference)
    assert judged(keys, code.code, left).fits
    assert not judged(keys, "000000000000", left).fits


async def test_a_request_whose_contact_was_stopped_leaves_no_stub(
    world: World, code: NewCode
) -> None:
    referral = await world.waiting(code)
    await world.store.contacts.stop(referral.id, AT)
    await world.moved(referral, Action.CLAIM, Action.CLOSE)
    assert (await world.run(AT + 30 * DAY)).counts[Reason.CLOSED] == 1
    # Whoever made the person type the word must see no more after the erasure than before it.
    assert await world.store.kept(referral.reference) == Kept()


async def test_a_stub_goes_ninety_days_after_the_erasure(world: World, code: NewCode) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    await world.run(AT + 30 * DAY)
    await world.run(AT + 120 * DAY, confirmed=True)
    assert await world.store.kept(referral.reference) != Kept()
    await world.run(AT + 121 * DAY)
    assert await world.store.kept(referral.reference) == Kept()


async def test_a_request_without_a_code_leaves_no_stub(world: World) -> None:
    await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    assert (await world.run(AT + 30 * DAY)).counts[Reason.CLOSED] == 1
    assert await world.rows(stubs) == 0


async def test_a_number_is_not_given_again_while_its_stub_stands(
    world: World, code: NewCode
) -> None:
    first = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    await world.run(AT + 30 * DAY)
    request = a_request()
    again = a_referral(request, reference=first.reference)
    assert not await world.store.insert(again, request, None, (DUTY_DESK,))
    assert await world.store.by_reference(first.reference) is None


async def test_closing_leaves_of_all_times_the_days_and_of_messages_their_order(
    world: World,
) -> None:
    referral = await world.waiting()
    for minute in range(5):
        await world.store.write(referral, "words", AT + minute * MINUTE)
    before = [one.id for one in await world.store.messages(referral, None)]
    await world.moved(referral, Action.CLAIM, Action.CLOSE)
    closed = await world.store.by_reference(referral.reference)
    assert closed is not None
    told = await world.store.messages(closed, None)
    assert [one.id for one in told] == before
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert {one.at.replace(microsecond=0) for one in told} == {midnight}
    assert {one.at for one in await world.store.events(closed)} == {midnight}
    assert (closed.created, closed.due) == (midnight, midnight)


async def test_what_is_noted_after_closing_keeps_the_day_alone(world: World) -> None:
    referral = await world.waiting()
    row = {"office": OFFICE, "referral": referral.id, "step": "new", "at": AT}
    await world.connection.execute(insert(alerts).values(row))
    await world.moved(referral, Action.CLAIM, Action.CLOSE)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert await world.connection.scalar(select(alerts.c.at)) == midnight
    await world.store.contacts.stop(referral.id, AT + HOUR)
    await world.connection.execute(update(alerts).values(ticked=AT + HOUR))
    await world.run(AT + 2 * HOUR)
    assert await world.connection.scalar(select(alerts.c.ticked)) == midnight
    assert {one.at for one in await world.store.events(referral)} == {midnight}


async def test_a_request_taken_back_in_hand_goes_after_three_days_without_a_trace(
    world: World, code: NewCode
) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.WITHDRAW)
    assert (await world.run(AT + 71 * HOUR)).counts["withdrawn"] == 0
    assert (await world.run(AT + 73 * HOUR)).counts["withdrawn"] == 1
    for table in (wraps, referrals, stubs):
        assert await world.rows(table) == 0, table.name
    assert await world.store.kept(referral.reference) == Kept()


async def test_danger_to_life_keeps_the_words_for_as_long_as_an_open_request_lives(
    world: World, code: NewCode
) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.WITHDRAW)
    keys, by = world.sealer.keys, By(OFFICER, AT)
    assert await keep_withdrawn(world.connection, keys, referral, by)
    assert not await keep_withdrawn(world.connection, keys, referral, by)
    await world.through(AT, 103)
    assert await world.store.by_reference(referral.reference) is not None
    assert (await world.run(AT + 105 * DAY)).counts["kept"] == 1
    assert (await world.rows(referrals), await world.rows(stubs)) == (0, 0)


async def test_only_what_was_taken_back_is_kept_and_the_list_says_so(world: World) -> None:
    keys, by = world.sealer.keys, By(OFFICER, AT)
    waiting = await world.waiting()
    assert not await keep_withdrawn(world.connection, keys, waiting, by)
    assert await world.rows(erasures) == 0
    taken_back = await world.moved(waiting, Action.CLAIM, Action.WITHDRAW)
    assert await keep_withdrawn(world.connection, keys, taken_back, by)
    listed = set((await world.connection.execute(select(erasures.c.kind))).scalars())
    assert listed == {"withdrawal", "kept"}


async def test_what_a_person_erases_leaves_nothing_but_a_keyed_hash(
    world: World, code: NewCode
) -> None:
    referral = await world.waiting(code, Contact.HERE)
    await world.store.erase(referral)
    for table in (wraps, case_messages, referral_events, contacts, alerts, referrals, stubs):
        assert await world.rows(table) == 0, table.name
    (row,) = (await world.connection.execute(select(erasures))).all()
    assert row.hash == hash_of(world.sealer.keys, "request", referral.id)
    assert (row.kind, row.reason) == ("request", None)


async def test_the_audit_says_what_time_did_and_in_whose_chain(world: World) -> None:
    closed = await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    taken_back = await world.moved(await world.waiting(), Action.CLAIM, Action.WITHDRAW)
    stale = await world.waiting()
    await world.run(AT + 90 * DAY)
    await world.connection.execute(update(alerts).values(at=AT + 90 * DAY))
    await world.run(AT + 105 * DAY, confirmed=True)
    found = await world.connection.execute(
        select(audit_entries.c.object, audit_entries.c.chain, audit_entries.c.action)
        .where(audit_entries.c.who.is_(None), audit_entries.c.action.like("%-%"))
        .where(audit_entries.c.object.in_([closed.id, taken_back.id, stale.id]))
    )
    assert {tuple(one) for one in found} == {
        (closed.id, OFFICE, "erase-closed"),
        (taken_back.id, OFFICE, "erase-withdrawn"),
        (stale.id, OFFICE, "hand-over"),
        (stale.id, DUTY_DESK, "erase-unclaimed"),
    }


async def test_the_wraps_of_the_keys_go_before_the_rows(world: World, code: NewCode) -> None:
    referral = await world.waiting(code)
    second = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    for act in (lambda: world.store.erase(referral), lambda: world.run(AT + 30 * DAY)):
        deleted = await _deletes(world.connection, act)
        about = [one for one in deleted if one in ("wraps", "case_messages", "referrals")]
        assert about == ["wraps", "case_messages", "referrals"]
    assert await world.store.by_reference(second.reference) is None


async def _deletes(connection: AsyncConnection, act: Callable[[], Awaitable[object]]) -> list[str]:
    """Return from which tables rows were deleted, in order."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.extend(re.findall(r"DELETE FROM (\w+)", statement))

    raw = connection.sync_connection
    assert raw is not None
    event.listen(raw, "before_cursor_execute", note)
    try:
        await act()
    finally:
        event.remove(raw, "before_cursor_execute", note)
    return seen
