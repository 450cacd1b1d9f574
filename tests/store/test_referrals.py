"""Referrals in the real database: what is kept, what is not, and who of two wins."""

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.directory import directory_of
from bot.privacy import Keys, Sealer
from bot.referrals import (
    DUTY_DESK,
    Action,
    Author,
    Contact,
    Event,
    OfficeKeys,
    Referral,
    State,
    TakenByAnother,
    made_code,
)
from bot.referrals import Referrals as Rules
from bot.store.referrals import Referrals
from bot.store.staff import Staff
from bot.store.tables import metadata, officers, referral_events, referrals
from tests.sealing import given_key, no_keys
from tests.store.making import AT, CANARY, TOLD, Deferred, a_referral, a_request
from tests.store.office import SFAX, arrived, officer

CLAIM = Event(AT, Action.CLAIM, State.CLAIMED, "officer-1")
ANSWER = Event(AT, Action.ANSWER, State.ANSWERED, "officer-1")
OFFICERS, REQUESTS, SHARE = 50, 200, 10
"""Each officer wants every tenth request, so that five want the same one at once."""
CONNECTIONS = 16
DESK = (DUTY_DESK,)
CODE = made_code(Keys(secrets.token_bytes(32), "00000000"))
NO_PLACES = directory_of({})


@pytest.fixture
async def opens(connection: AsyncConnection) -> OfficeKeys:
    """Give the duty desk a key, inside the same transaction."""
    await no_keys(connection)
    return await given_key(connection)


@pytest.fixture
def store(
    connection: AsyncConnection, sealer: Sealer, deferred: Deferred, opens: OfficeKeys
) -> Referrals:
    """Give the store inside a transaction that is rolled back."""
    return Referrals(connection, sealer, deferred)


async def kept(store: Referrals, contact: Contact = Contact.CODE, **fields: Any) -> Referral:
    """Return a request that was inserted."""
    request = a_request(contact)
    referral = a_referral(request, **fields)
    assert await store.insert(referral, request, CODE, (referral.office,))
    return referral


async def test_a_request_is_read_back_as_it_was_given(store: Referrals, opens: OfficeKeys) -> None:
    referral = await kept(store)
    assert await store.by_reference(referral.reference) == referral
    assert await store.particulars(referral, opens) == TOLD
    assert await store.check_of(referral.reference) == CODE.check
    assert await store.events(referral) == (Event(AT, None, State.WAITING),)


async def test_an_unknown_number_has_nothing(store: Referrals) -> None:
    assert await store.by_reference("00000000") is None
    assert await store.check_of("00000000") is None


async def test_a_number_that_is_taken_is_not_given_twice(
    store: Referrals, deferred: Deferred
) -> None:
    first = await kept(store)
    request = a_request()
    again = a_referral(request, reference=first.reference)
    assert not await store.insert(again, request, None, DESK)
    assert await store.by_reference(first.reference) == first
    assert len(deferred.named("alert")) == 1


async def test_a_new_request_alerts_its_office_by_ids_alone(
    store: Referrals, deferred: Deferred
) -> None:
    referral = await kept(store, Contact.HERE)
    assert deferred.jobs == [("alert", {"referral": referral.id, "step": "new"})]


async def test_of_two_who_claim_the_same_view_one_wins(store: Referrals) -> None:
    seen = await kept(store)
    won = await store.move(seen, CLAIM)
    lost = await store.move(seen, replace(CLAIM, officer="officer-2"))
    assert won is not None
    assert (won.state, won.claimed_by) == (State.CLAIMED, "officer-1")
    assert lost is None
    assert len(await store.events(seen)) == 2


async def test_an_answer_on_an_old_view_is_lost_after_a_withdrawal(store: Referrals) -> None:
    # The officer stays the same, so that the state alone tells that something has happened.
    claimed = await store.move(await kept(store), CLAIM)
    assert claimed is not None
    answer = Event(AT, Action.ANSWER, State.ANSWERED, "officer-1")
    assert await store.move(claimed, Event(AT, Action.WITHDRAW, State.WITHDRAWN)) is not None
    assert await store.move(claimed, answer) is None


async def test_who_gave_it_back_does_not_hold_it(store: Referrals) -> None:
    claimed = await store.move(await kept(store), CLAIM)
    assert claimed is not None
    back = await store.move(claimed, Event(AT, Action.RELEASE, State.WAITING, "officer-1"))
    assert back is not None
    assert back.claimed_by is None


async def test_only_who_chose_it_is_told_of_a_move(store: Referrals, deferred: Deferred) -> None:
    by_code, here = await kept(store), await kept(store, Contact.HERE)
    for one in (by_code, here):
        await store.move(one, CLAIM)
    claimed = [await store.by_reference(one.reference) for one in (by_code, here)]
    assert deferred.named("news") == []
    for again in claimed:
        assert again is not None
        await store.move(again, ANSWER)
    assert len(deferred.named("news")) == 1


async def test_what_was_read_is_not_new_any_more(store: Referrals) -> None:
    request = a_request(Contact.HERE)
    referral = a_referral(request)
    await store.insert(referral, request, None, DESK)
    person = request.answer_to.person if request.answer_to else ""
    assert await store.linked(person, unread=True) == ()
    claimed = await store.move(referral, CLAIM)
    assert claimed is not None
    moved = await store.move(claimed, ANSWER)
    assert moved is not None
    assert await store.linked(person, unread=True) == (moved,)
    await store.read(moved)
    assert await store.linked(person, unread=True) == ()
    assert await store.linked(person) == (moved,)


async def test_messages_come_back_in_order_and_whole(
    store: Referrals, deferred: Deferred, opens: OfficeKeys
) -> None:
    referral = await kept(store)
    await store.answer(referral, "first \ud83d", AT, opens)
    await store.write(referral, "second", AT + timedelta(minutes=1))
    found = await store.messages(referral, opens)
    assert [(one.author, one.text) for one in found] == [
        (Author.OFFICE, "first \ud83d"),
        (Author.PERSON, "second"),
    ]
    assert [ids["step"] for ids in deferred.named("alert")] == ["new", found[1].id]


async def test_wrong_codes_count_for_one_chat_and_one_day(store: Referrals) -> None:
    for _ in range(3):
        await store.failed("guessing", AT)
    assert await store.failures("guessing", AT + timedelta(hours=23)) == 3
    assert await store.failures("guessing", AT + timedelta(hours=25)) == 0
    assert await store.failures("other", AT) == 0


async def test_an_office_is_onboarded_once_somebody_there_can_open_what_comes(
    staff: Staff, store: Referrals
) -> None:
    assert await store.onboarded() == frozenset()
    await officer(staff, "pending")
    assert await store.onboarded() == frozenset()
    one, _ = await arrived(staff, "first")
    assert await store.onboarded() == {SFAX}
    await store.connection.execute(
        update(officers).where(officers.c.id == one.officer.id).values(role="editor")
    )
    assert await store.onboarded() == frozenset()


async def test_erasing_leaves_no_row_that_names_it(
    store: Referrals, connection: AsyncConnection, opens: OfficeKeys
) -> None:
    referral = await kept(store, Contact.HERE)
    await store.move(referral, CLAIM)
    await store.answer(referral, CANARY, AT, opens)
    assert await mentions(connection, referral.id)
    await store.erase(referral)
    # The audit keeps that it was, by its id and without content.
    assert await mentions(connection, referral.id) == ["audit_entries"]
    assert await mentions(connection, referral.reference) == []


async def test_nothing_of_the_person_stands_in_clear(
    store: Referrals, connection: AsyncConnection, opens: OfficeKeys
) -> None:
    referral = await kept(store, Contact.HERE)
    await store.write(referral, CANARY, AT)
    await store.answer(referral, CANARY, AT, opens)
    for word in ("canary", "Sfax", CANARY.encode().hex(), b"canary".hex()):
        assert await mentions(connection, word) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "lost"),
        ("category", "gossip"),
        ("urgency", "whenever"),
        ("contact", "by-owl"),
        ("consent_office", False),
        ("office", "no-such-office"),
    ],
)
async def test_the_database_itself_refuses(
    store: Referrals, connection: AsyncConnection, column: str, value: object
) -> None:
    referral = await kept(store)
    change = update(referrals).where(referrals.c.id == referral.id)
    await connection.execute(change.values(changed=AT))
    with pytest.raises(IntegrityError):
        await connection.execute(change.values(**{column: value}))


async def test_fifty_officers_on_two_hundred_requests_each_is_won_once(
    engine: AsyncEngine, sealer: Sealer, deferred: Deferred
) -> None:
    waiting = await committed(engine, sealer, deferred)
    try:
        room = asyncio.Semaphore(CONNECTIONS)
        won = await asyncio.gather(
            *(
                taken(engine, sealer, deferred, waiting[n % SHARE :: SHARE], f"officer-{n}", room)
                for n in range(OFFICERS)
            )
        )
        winners = [(reference, n) for n, mine in enumerate(won) for reference in mine]
        assert sorted(reference for reference, _ in winners) == sorted(
            one.reference for one in waiting
        )
        async with engine.connect() as connection:
            store = Referrals(connection, sealer, deferred)
            for reference, n in winners:
                held = await store.by_reference(reference)
                assert held is not None
                assert (held.state, held.claimed_by) == (State.CLAIMED, f"officer-{n}")
                assert len(await store.events(held)) == 2
    finally:
        await removed(engine, waiting)


async def committed(engine: AsyncEngine, sealer: Sealer, deferred: Deferred) -> list[Referral]:
    """Return requests that every connection sees."""
    async with engine.begin() as connection:
        await given_key(connection)
        store = Referrals(connection, sealer, deferred)
        return [await kept(store) for _ in range(REQUESTS)]


async def taken(
    engine: AsyncEngine,
    sealer: Sealer,
    deferred: Deferred,
    seen: list[Referral],
    officer: str,
    room: asyncio.Semaphore,
) -> list[str]:
    """Try to claim every request as it was seen, and return the references of those won."""
    won = []
    for one in secrets.SystemRandom().sample(seen, len(seen)):
        async with room, engine.begin() as connection:
            rules = Rules(Referrals(connection, sealer, deferred), NO_PLACES, AT)
            try:
                await rules.claim(one, officer)
            except TakenByAnother:
                continue
            won.append(one.reference)
    return won


async def removed(engine: AsyncEngine, made: list[Referral]) -> None:
    """Remove what was committed."""
    ids = [one.id for one in made]
    async with engine.begin() as connection:
        await no_keys(connection)
        await connection.execute(delete(referral_events).where(referral_events.c.referral.in_(ids)))
        await connection.execute(delete(referrals).where(referrals.c.id.in_(ids)))


async def mentions(connection: AsyncConnection, word: str) -> list[str]:
    """Return the tables in which any row, read as text, holds the word."""
    found = []
    for table in metadata.sorted_tables:
        query = select(func.count()).select_from(table)
        held = await connection.execute(
            query.where(text(f"{table.name}::text LIKE :word")), {"word": f"%{word}%"}
        )
        if held.scalar_one():
            found.append(table.name)
    return found
