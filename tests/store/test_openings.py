"""Too many sealed texts opened by one officer: an alarm as durable as the openings themselves."""

import asyncio
import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.audit import OPENINGS, Act, By, Outcome
from bot.privacy import Sealer
from bot.referrals import DUTY_DESK, MANY_TEXTS, MOST_TEXTS, OfficeKeys, Referral
from bot.staff import Proofs, Role
from bot.store.audit import Audit
from bot.store.openings import alarm
from bot.store.referrals import Referrals
from bot.store.staff import Staff
from bot.store.tables import alerts, officers
from tests.sealing import given_key, no_keys
from tests.store.making import AT, Deferred, a_referral, a_request

ALMOST = MOST_TEXTS - 1
A_DAY = timedelta(hours=24)


@pytest.fixture
async def opens(connection: AsyncConnection) -> OfficeKeys:
    """Give the duty desk a key."""
    await no_keys(connection)
    return await given_key(connection)


@pytest.fixture
def store(
    connection: AsyncConnection, sealer: Sealer, deferred: Deferred, opens: OfficeKeys
) -> Referrals:
    return Referrals(connection, sealer, deferred)


@pytest.fixture
async def officer(connection: AsyncConnection, sealer: Sealer) -> str:
    return await made(connection, sealer)


async def made(connection: AsyncConnection, sealer: Sealer, name: str = "one") -> str:
    """Make an officer of the duty desk and return their id."""
    staff = Staff(connection, sealer, frozenset())
    proofs = Proofs("hash", "A" * 32)
    email = f"{name}-{uuid.uuid4()}@example.org"
    return (await staff.put_officer(email, DUTY_DESK, Role.OFFICER, proofs, AT)).id


async def kept(store: Referrals) -> Referral:
    request = a_request()
    referral = a_referral(request)
    assert await store.insert(referral, request, None, (DUTY_DESK,))
    return referral


async def opened(
    connection: AsyncConnection, officer: str, times: int, at: datetime = AT, action: str = "open"
) -> None:
    """Note that an officer opened so many requests, as their opening does."""
    for _ in range(times):
        act = Act(action, str(uuid.uuid4()), chain=DUTY_DESK)
        await Audit(connection).note(act, By(officer, at))


async def lines(connection: AsyncConnection, officer: str) -> list[tuple[str, datetime]]:
    """Return before which office an officer's openings stand, and since when."""
    mine = alerts.c.step == f"{MANY_TEXTS}@{officer}"
    found = await connection.execute(
        select(alerts.c.office, alerts.c.at).where(mine).order_by(alerts.c.id)
    )
    return [(row.office, row.at) for row in found]


async def test_the_fortieth_request_alarms_nobody_and_the_next_one_does(
    store: Referrals, opens: OfficeKeys, officer: str
) -> None:
    await opened(store.connection, officer, ALMOST)
    await store.particulars(await kept(store), opens, By(officer, AT))
    assert await lines(store.connection, officer) == []
    await store.particulars(await kept(store), opens, By(officer, AT))
    assert await lines(store.connection, officer) == [(DUTY_DESK, AT)]


async def test_messages_that_are_read_count_like_the_request_they_belong_to(
    store: Referrals, opens: OfficeKeys, officer: str
) -> None:
    await opened(store.connection, officer, ALMOST)
    first, second = await kept(store), await kept(store)
    for one in (first, second):
        await store.write(one, "canary", AT)
    await store.particulars(first, opens, By(officer, AT))
    await store.messages(first, opens, By(officer, AT))
    assert await lines(store.connection, officer) == []
    await store.messages(second, opens, By(officer, AT))
    assert await lines(store.connection, officer) == [(DUTY_DESK, AT)]


async def test_the_same_request_again_and_again_is_one(
    store: Referrals, opens: OfficeKeys, officer: str
) -> None:
    referral = await kept(store)
    for _ in range(MOST_TEXTS + 5):
        await store.particulars(referral, opens, By(officer, AT))
    assert await lines(store.connection, officer) == []


@pytest.mark.parametrize("action", sorted(OPENINGS))
async def test_every_way_to_read_what_is_sealed_counts(
    connection: AsyncConnection, officer: str, action: str
) -> None:
    await opened(connection, officer, MOST_TEXTS + 1, action=action)
    await alarm(connection, By(officer, AT))
    assert await lines(connection, officer) == [(DUTY_DESK, AT)]


async def test_what_was_refused_and_what_the_program_ranked_by_do_not_count(
    connection: AsyncConnection, officer: str
) -> None:
    await opened(connection, officer, MOST_TEXTS)
    await opened(connection, officer, 5, action="rank")
    refused = Act("open", str(uuid.uuid4()), Outcome.REFUSED, DUTY_DESK)
    await Audit(connection).note(refused, By(officer, AT))
    await alarm(connection, By(officer, AT))
    assert await lines(connection, officer) == []


async def test_of_one_officer_it_is_said_once_in_24_hours_and_then_again(
    connection: AsyncConnection, officer: str
) -> None:
    for hours in (0, 1, 23, 24, 25):
        at = AT + timedelta(hours=hours)
        await opened(connection, officer, MOST_TEXTS + 1, at)
        await alarm(connection, By(officer, at))
    assert await lines(connection, officer) == [(DUTY_DESK, AT), (DUTY_DESK, AT + A_DAY)]


async def test_what_is_older_than_a_day_does_not_count(
    connection: AsyncConnection, officer: str
) -> None:
    await opened(connection, officer, MOST_TEXTS, AT - A_DAY - timedelta(seconds=1))
    await opened(connection, officer, MOST_TEXTS)
    await alarm(connection, By(officer, AT))
    assert await lines(connection, officer) == []


async def test_two_officers_together_alarm_nobody_and_each_alone_does(
    connection: AsyncConnection, sealer: Sealer, officer: str
) -> None:
    other = await made(connection, sealer, "two")
    for one in (officer, other):
        await opened(connection, one, MOST_TEXTS)
        await alarm(connection, By(one, AT))
    assert await lines(connection, officer) == await lines(connection, other) == []
    for one in (officer, other):
        await opened(connection, one, 1)
        await alarm(connection, By(one, AT))
        assert await lines(connection, one) == [(DUTY_DESK, AT)]


async def test_what_the_program_opens_alarms_nobody(
    store: Referrals, opens: OfficeKeys, officer: str
) -> None:
    await store.particulars(await kept(store), opens)
    assert await lines(store.connection, officer) == []


async def test_at_once_one_line_comes_with_the_opening_and_goes_with_it(
    engine: AsyncEngine, sealer: Sealer, deferred: Deferred
) -> None:
    async with engine.begin() as connection:
        await no_keys(connection)
        opens = await given_key(connection)
        store = Referrals(connection, sealer, deferred)
        officer = await made(connection, sealer)
        held = [await kept(store) for _ in range(4)]
        await opened(connection, officer, MOST_TEXTS)

    async def opens_one(referral: Referral) -> None:
        async with engine.begin() as connection:
            store = Referrals(connection, sealer, deferred)
            await store.particulars(referral, opens, By(officer, AT))

    try:
        async with engine.connect() as gone:
            store = Referrals(gone, sealer, deferred)
            await store.particulars(held[0], opens, By(officer, AT))
            assert await lines(gone, officer) == [(DUTY_DESK, AT)]
            await gone.rollback()
            assert await lines(gone, officer) == []
        await asyncio.gather(*(opens_one(one) for one in held))
        async with engine.connect() as connection:
            assert await lines(connection, officer) == [(DUTY_DESK, AT)]
    finally:
        async with engine.begin() as connection:
            for one in held:
                await Referrals(connection, sealer, deferred).erase(one)
            mine = alerts.c.step == f"{MANY_TEXTS}@{officer}"
            await connection.execute(delete(alerts).where(mine))
            await connection.execute(delete(officers).where(officers.c.id == officer))
            await no_keys(connection)
