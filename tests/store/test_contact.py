"""What is kept of a contact, when it goes, and what hangs on it; and drafts whose key is gone."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Delivery
from bot.privacy import DraftSealer, Sealer
from bot.referrals import (
    DUTY_DESK,
    Action,
    Contact,
    Event,
    Hours,
    Lifting,
    MayNotWrite,
    OfficeKeys,
    Referral,
    State,
    goes_at,
)
from bot.store.contacts import Contacts
from bot.store.jobs import JobStore
from bot.store.outbox import Outbox
from bot.store.referrals import Referrals
from bot.store.tables import (
    alerts,
    audit_entries,
    case_messages,
    chats,
    contacts,
    referral_events,
    replies,
)
from bot.store.unit import turn_units
from tests.sealing import given_key
from tests.store.making import AT, Deferred, a_referral, a_request
from tests.store.turns import Talk, shown


@pytest.fixture
async def keys_of_desk(connection: AsyncConnection) -> OfficeKeys:
    return await given_key(connection)


@pytest.fixture
def store(connection: AsyncConnection, sealer: Sealer, deferred: Deferred) -> Referrals:
    return Referrals(connection, sealer, deferred)


@pytest.fixture
async def referral(store: Referrals, keys_of_desk: OfficeKeys) -> Referral:
    """Give a request without a code whose answers come to a chat."""
    request = a_request(Contact.HERE)
    made = a_referral(request)
    assert await store.insert(made, request, None, [DUTY_DESK])
    return made


async def person_of(connection: AsyncConnection, referral: Referral) -> str:
    query = select(contacts.c.person).where(contacts.c.referral == referral.id)
    return str((await connection.execute(query)).scalar_one())


async def address(connection: AsyncConnection, referral: Referral) -> bytes | None:
    query = select(contacts.c.address_sealed).where(contacts.c.referral == referral.id)
    sealed: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return sealed


async def test_a_line_takes_the_address_and_the_yes_with_it(
    connection: AsyncConnection, store: Referrals, referral: Referral
) -> None:
    person = await person_of(connection, referral)
    assert await address(connection, referral) is not None
    await store.contacts.spend(referral.id, person, 7, AT)
    assert await address(connection, referral) is None
    allowed = await store.contacts.allowed(referral)
    assert allowed is not None
    assert (allowed.left, allowed.confirmed) == (2, False)
    with pytest.raises(MayNotWrite):
        await store.contacts.spend(referral.id, person, 8, AT)


async def test_no_line_is_committed_for_another_chat_another_hour_or_a_request_that_is_gone(
    connection: AsyncConnection, store: Referrals, referral: Referral
) -> None:
    person = await person_of(connection, referral)
    evening = update(contacts).values(hours=Hours.EVENING)
    await connection.execute(evening.where(contacts.c.referral == referral.id))
    for who, at in (("somebody", AT.replace(hour=18)), (person, AT)):
        with pytest.raises(MayNotWrite):
            await store.contacts.spend(referral.id, who, 7, at)
    await store.contacts.forget(referral)
    with pytest.raises(MayNotWrite):
        await store.contacts.spend(referral.id, person, 7, AT.replace(hour=18))


async def test_only_what_is_worth_a_line_is_told(
    store: Referrals, referral: Referral, deferred: Deferred
) -> None:
    for action in Action:
        await store.contacts.tell(referral, 1, action)
    assert len(deferred.named("news")) == 5
    await store.contacts.tell(referral, 1, Action.CLAIM)
    assert len(deferred.named("news")) == 5


async def test_whatever_ends_a_contact_takes_waiting_copies_and_the_unsent_line_with_it(
    connection: AsyncConnection, store: Referrals, referral: Referral, keys_of_desk: OfficeKeys
) -> None:
    person = await person_of(connection, referral)
    await store.answer(referral, "Please come.", AT, keys_of_desk)
    line = {"person": person, "key_hash": b"k", "channel": "telegram", "at": AT, "pushes": True}
    made = await connection.execute(
        replies.insert().values(**line, unasked=True, body_sealed=b"x").returning(replies.c.id)
    )
    number = made.scalar_one()
    await store.contacts.spend(referral.id, person, number, AT)
    await store.contacts.forget(referral)
    bodies = select(replies.c.body_sealed).where(replies.c.id == number)
    waiting = select(case_messages.c.waiting_sealed).where(case_messages.c.referral == referral.id)
    for query in (bodies, waiting):
        assert (await connection.execute(query)).scalar_one() is None
    held = await store.by_reference(referral.reference)
    assert held is not None
    assert held.consent.contact is Contact.CODE


async def test_the_stop_word_marks_tells_and_takes_the_address(
    connection: AsyncConnection, store: Referrals, referral: Referral, deferred: Deferred
) -> None:
    await store.contacts.stop(referral.id, AT)
    held = await store.by_reference(referral.reference)
    assert held is not None
    assert held.do_not_contact
    assert await store.contacts.allowed(referral) is None
    assert deferred.named("alert")[-1] == {"referral": referral.id, "step": "do-not-contact"}
    events = [one.action for one in await store.events(referral)]
    assert events == [None, Action.STOP]
    await store.contacts.lift(held, "officer-1", AT, Lifting.MISTAKE)
    lifted = await store.by_reference(referral.reference)
    assert lifted is not None
    assert not lifted.do_not_contact
    assert (await store.events(referral))[-1] == Event(AT, Action.LIFT, State.WAITING, "officer-1")


@pytest.mark.parametrize("why", Lifting)
async def test_nobody_is_answered_again_without_a_reason_in_the_audit(
    connection: AsyncConnection, store: Referrals, referral: Referral, why: Lifting
) -> None:
    await store.contacts.stop(referral.id, AT)
    with pytest.raises(TypeError):
        await store.contacts.lift(referral, "officer-1", AT)  # type: ignore[call-arg]
    await store.contacts.lift(referral, "officer-1", AT, why)
    said = select(audit_entries.c.action, audit_entries.c.who).where(
        audit_entries.c.object == referral.id, audit_entries.c.chain == referral.office
    )
    assert (await connection.execute(said)).all() == [(f"lift:{why}", "officer-1")]


async def test_a_wrong_code_runs_the_same_statements_as_the_stop_word_and_changes_nothing(
    connection: AsyncConnection, store: Referrals, referral: Referral, deferred: Deferred
) -> None:
    before = len(deferred.jobs)
    nobody = "00000000-0000-4000-8000-000000000000"
    await store.contacts.stop(nobody, AT)
    assert [name for name, _ in deferred.jobs[before:]] == ["alert"]
    held = await store.by_reference(referral.reference)
    assert held is not None
    assert not held.do_not_contact
    query = select(referral_events.c.id).where(referral_events.c.referral == nobody)
    assert (await connection.execute(query)).first() is None


async def test_who_withdraws_what_is_in_hand_is_told_to_the_office(
    store: Referrals, referral: Referral, deferred: Deferred
) -> None:
    await store.move(referral, Event(AT, Action.WITHDRAW, State.WITHDRAWN))
    assert deferred.named("alert")[-1] == {"referral": referral.id, "step": "withdrawn"}
    assert deferred.named("news") == []


@pytest.fixture
async def engine_store(talk: Talk, deferred: Deferred) -> tuple[JobStore, Referral, Talk]:
    request = a_request(Contact.HERE)
    made = a_referral(request)
    async with talk.engine.begin() as connection:
        await given_key(connection)
        store = Referrals(connection, talk.sealer, deferred)
        assert await store.insert(made, request, None, [DUTY_DESK])
    return JobStore(talk.engine, talk.sealer, talk.sealer), made, talk


async def test_a_stop_word_stands_before_the_office_each_time_it_is_typed(
    talk: Talk, engine_store: tuple[JobStore, Referral, Talk]
) -> None:
    jobs, referral, _ = engine_store
    mine = (alerts.c.referral == referral.id) & (alerts.c.step == "do-not-contact")
    for days in (1, 2):
        await jobs.alert(referral.id, "do-not-contact", AT + timedelta(days=days))
        await jobs.alert(referral.id, "do-not-contact", AT + timedelta(days=days, hours=1))
        async with talk.engine.begin() as connection:
            (row,) = (await connection.execute(select(alerts).where(mine))).all()
            assert (row.at, row.ticked) == (AT + timedelta(days=days), None)
            await connection.execute(update(alerts).where(mine).values(ticked=AT, ticked_by="one"))


async def _rows(talk: Talk, referral: Referral) -> int:
    async with talk.engine.connect() as connection:
        query = select(contacts.c.person).where(contacts.c.referral == referral.id)
        return len((await connection.execute(query)).all())


async def test_the_last_check_knows_a_line_by_its_contact_alone(
    talk: Talk, engine_store: tuple[JobStore, Referral, Talk]
) -> None:
    _, referral, _ = engine_store
    async with talk.engine.begin() as connection:
        store = Contacts(connection, talk.sealer, Deferred())
        person = await person_of(connection, referral)
        await store.spend(referral.id, person, 2**40, AT)
    outbox = Outbox(talk.engine, talk.sealer)
    delivery = await talk.says()
    assert await outbox.goes_at(delivery, AT) is None
    line = Delivery(2**40, delivery.reply, person, "telegram", "555", unasked=True)
    assert await outbox.goes_at(line, AT) == AT
    assert await outbox.goes_at(line, AT + timedelta(days=15)) is None


async def test_the_console_can_say_when_a_line_will_go(
    store: Referrals, referral: Referral
) -> None:
    allowed = await store.contacts.allowed(referral)
    assert allowed is not None
    assert goes_at(allowed, AT) == AT


# --- drafts --------------------------------------------------------------------------------------


class Days:
    """A clock that a test moves, and the draft keys of its days."""

    def __init__(self, folder: Path) -> None:
        self.now = AT
        self.drafts = DraftSealer(folder, lambda: self.now)

    async def says(self, talk: Talk, key: str) -> Delivery:
        """Take a turn whose draft is sealed under the key of the day."""
        dispatcher = talk.dispatcher()
        units = turn_units(
            talk.engine, self.drafts, talk.sealer, Deferred(), frozenset({"telegram"})
        )
        object.__setattr__(dispatcher._parts, "units", units)
        return await dispatcher.handle(talk.turn(key, at=self.now))


def lose(folder: Path) -> None:
    """Remove the keys, as two days do."""
    for path in folder.glob("*.key"):
        path.unlink()


async def test_a_chat_whose_key_is_gone_is_a_new_chat_and_no_error(
    talk: Talk, tmp_path: Path
) -> None:
    days = Days(tmp_path)
    assert shown(await days.says(talk, "1")) == "Turn 1."
    assert shown(await days.says(talk, "2")) == "Turn 2."
    lose(tmp_path)
    fresh = Days(tmp_path)
    assert shown(await fresh.says(talk, "3")) == "Turn 1."
    again = await fresh.says(talk, "2")
    assert "Turn 2." not in shown(again)


async def test_neither_a_chat_nor_a_reply_is_sealed_by_the_hosts_key(
    talk: Talk, tmp_path: Path
) -> None:
    days = Days(tmp_path)
    await days.says(talk, "1")
    async with talk.engine.connect() as connection:
        state = select(chats.c.state_sealed).where(chats.c.person == talk.person)
        body = select(replies.c.body_sealed, replies.c.address_sealed).where(
            replies.c.person == talk.person
        )
        blobs = [(await connection.execute(state)).scalar_one()]
        blobs += list((await connection.execute(body)).one())
    host = b"\x01" + bytes.fromhex(talk.sealer.keys.key_id)
    assert all(not bytes(one).startswith(host) for one in blobs)
