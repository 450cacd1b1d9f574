"""Private notes of a case in the real database: who opens them, who never does, when they go."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.audit import By
from bot.privacy import BrokenSeal, new_pair
from bot.referrals import (
    ENDED,
    Action,
    Contact,
    Event,
    NotOpenable,
    Referral,
    Rung,
    Stand,
    State,
    UnknownReferral,
)
from bot.staff import DUTY_DESK
from bot.store.notes import Notes
from bot.store.passing import rewrapped
from bot.store.referrals import Referrals
from bot.store.resealing import tend
from bot.store.staff import Staff
from bot.store.tables import audit_entries, case_messages, case_notes
from tests.sealing import given_key
from tests.store.making import AT
from tests.store.office import SFAX, kept

BY = By("officer-1", AT)
SECOND = timedelta(seconds=1)
WORDS = "CANARY-NOTE calls only after six \ud83d"


@pytest.fixture
def notes(staff: Staff) -> Notes:
    """Give the notes of the test's transaction."""
    return Notes(staff.connection)


async def brought(store: Referrals, referral: Referral, state: State) -> Referral:
    """Take a request, and end it in this state."""
    taken = await store.move(referral, Event(AT, Action.CLAIM, State.CLAIMED, "officer-1"))
    assert taken is not None
    action = Action.CLOSE if state is State.CLOSED else Action.WITHDRAW
    ended = await store.move(taken, Event(AT, action, state, "officer-1"))
    assert ended is not None
    return ended


async def test_the_office_reads_its_notes_in_the_order_they_were_written(
    staff: Staff, store: Referrals, notes: Notes
) -> None:
    keys = await given_key(staff.connection, SFAX)
    referral, other = await kept(store), await kept(store)
    await notes.add(referral, WORDS, keys, BY)
    await notes.add(other, "of another request", keys, BY)
    await notes.add(referral, "second", keys, By("officer-2", AT + SECOND))
    found = await notes.of(referral, keys)
    assert [(one.officer, one.text) for one in found] == [
        ("officer-1", WORDS),
        ("officer-2", "second"),
    ]


async def test_without_a_key_of_the_office_nobody_reads_or_writes_a_note(
    staff: Staff, store: Referrals, notes: Notes
) -> None:
    keys = await given_key(staff.connection, SFAX)
    referral = await kept(store)
    await notes.add(referral, WORDS, keys, BY)
    for none in ({}, {(SFAX, 1): new_pair().private}):
        with pytest.raises((NotOpenable, BrokenSeal)):
            await notes.of(referral, none)
        with pytest.raises((NotOpenable, BrokenSeal)):
            await notes.add(referral, "no", none, BY)
    rows = (await staff.connection.execute(select(case_notes.c.text_sealed))).scalars()
    assert all(b"CANARY" not in one for one in rows)


@pytest.mark.parametrize("contact", [Contact.CODE, Contact.HERE])
async def test_no_note_is_among_what_the_person_reads(
    staff: Staff, store: Referrals, notes: Notes, contact: Contact
) -> None:
    keys = await given_key(staff.connection, SFAX)
    referral = await kept(store, contact=contact)
    await notes.add(referral, WORDS, keys, BY)
    await store.answer(referral, "come on Tuesday", AT, keys)
    assert WORDS not in repr([await store.answers(referral, None), await store.events(referral)])
    assert [one.text for one in await store.messages(referral, keys)] == ["come on Tuesday"]
    sealed = {one.name for one in case_notes.columns if one.name.endswith("_sealed")}
    assert sealed == {"text_sealed"}, "a second copy could be somebody else's to open"


async def test_a_note_put_among_the_messages_does_not_open_there(
    staff: Staff, store: Referrals, notes: Notes
) -> None:
    keys = await given_key(staff.connection, SFAX)
    referral = await kept(store)
    await notes.add(referral, WORDS, keys, BY)
    row = (await staff.connection.execute(select(case_notes))).one()
    await staff.connection.execute(
        insert(case_messages).values(
            id=row.id, referral=referral.id, at=AT, author="office", text_sealed=row.text_sealed
        )
    )
    with pytest.raises(BrokenSeal):
        await store.messages(referral, keys)


async def test_a_note_goes_with_the_request_and_its_old_office_reads_it_no_more(
    staff: Staff, store: Referrals, notes: Notes
) -> None:
    keys, desk = [await given_key(staff.connection, one) for one in (SFAX, DUTY_DESK)]
    referral = await kept(store, SFAX, SFAX, DUTY_DESK)
    await notes.add(referral, WORDS, keys, BY)
    await rewrapped(staff.connection, referral, (DUTY_DESK,), keys)
    await store.place(referral, Stand(Rung.DUTY, DUTY_DESK, AT, AT), AT)
    moved = replace(referral, office=DUTY_DESK)
    assert [one.text for one in await notes.of(moved, desk)] == [WORDS]
    with pytest.raises(NotOpenable):
        await notes.of(referral, keys)
    with pytest.raises(UnknownReferral):
        await notes.add(referral, "too late", keys, BY)


async def test_after_a_rotation_the_new_key_opens_a_note_and_the_old_one_does_not(
    staff: Staff, store: Referrals, notes: Notes
) -> None:
    old = await given_key(staff.connection, SFAX)
    referral = await kept(store)
    await notes.add(referral, WORDS, old, BY)
    new = await given_key(staff.connection, SFAX)
    await tend(staff.connection, SFAX, {**old, **new}, await staff.keys.newest((SFAX,)))
    assert [one.text for one in await notes.of(referral, new)] == [WORDS]
    with pytest.raises(NotOpenable):
        await notes.of(referral, old)


async def test_notes_go_with_the_request(staff: Staff, store: Referrals, notes: Notes) -> None:
    keys = await given_key(staff.connection, SFAX)
    referral, other = await kept(store), await kept(store)
    for one in (referral, other):
        await notes.add(one, WORDS, keys, BY)
    await store.erase(referral)
    left = (await staff.connection.execute(select(case_notes.c.referral))).scalars().all()
    assert left == [other.id]


async def test_closing_leaves_of_a_notes_time_the_day_and_the_order(
    staff: Staff, store: Referrals, notes: Notes
) -> None:
    keys = await given_key(staff.connection, SFAX)
    referral = await kept(store)
    texts = [f"note {number}" for number in range(4)]
    for number, text in enumerate(texts):
        await notes.add(referral, text, keys, By("officer-1", AT.replace(minute=number)))
    closed = await brought(store, referral, State.CLOSED)
    found = await notes.of(closed, keys)
    assert [one.text for one in found] == texts
    assert {(one.at.hour, one.at.minute, one.at.second) for one in found} == {(0, 0, 0)}


@pytest.mark.parametrize("state", sorted(ENDED))
async def test_nothing_is_noted_of_what_has_ended(
    staff: Staff, store: Referrals, notes: Notes, state: State
) -> None:
    keys = await given_key(staff.connection, SFAX)
    ended = await brought(store, await kept(store), state)
    with pytest.raises(UnknownReferral):
        await notes.add(ended, WORDS, keys, BY)


async def test_the_audit_says_who_noted_and_not_what(
    staff: Staff, store: Referrals, notes: Notes
) -> None:
    keys = await given_key(staff.connection, SFAX)
    referral = await kept(store)
    await notes.add(referral, WORDS, keys, BY)
    found = await staff.connection.execute(
        select(audit_entries).where(
            audit_entries.c.action == "note", audit_entries.c.object == referral.id
        )
    )
    (entry,) = found.all()
    assert (entry.who, entry.chain) == ("officer-1", SFAX)
    assert "CANARY" not in repr(entry)
