"""What is counted of answers is counted with them, once, and names nobody."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy.retention import DAY, Run
from bot.referrals import (
    DUTY_DESK,
    LOOKED_AT,
    MINUTES,
    Action,
    Consent,
    Contact,
    Declined,
    Event,
    Judgement,
    Lack,
    Outcome,
    Pace,
    Referral,
    Rung,
    Stand,
    State,
    after,
)
from bot.store.leftovers import tidied
from bot.store.referrals import Referrals
from bot.store.tables import answer_counts, judgement_counts, offices
from tests.sealing import given_key
from tests.store.making import AT, Deferred, a_referral, a_request
from tests.store.office import SFAX

MINUTE = timedelta(minutes=1)
COUNTS: dict[str, tuple[Table, dict[str, object]]] = {
    "answers": (answer_counts, {"office": SFAX, "pace": "day", "minutes": 60, "count": 1}),
    "judgements": (
        judgement_counts,
        {"office": SFAX, "category": "labour", "answer": "yes", "count": 1},
    ),
}


@pytest.fixture(autouse=True)
async def _keys_and_no_counts(store: Referrals) -> None:
    for office in (SFAX, DUTY_DESK):
        await given_key(store.connection, office)
    await store.connection.execute(delete(answer_counts))
    await store.connection.execute(delete(judgement_counts))


async def kept(store: Referrals, contact: Contact = Contact.CODE) -> Referral:
    """Return a request that may be passed to a partner."""
    known = insert(offices).values(id=SFAX, created=AT).on_conflict_do_nothing()
    await store.connection.execute(known)
    request = a_request(contact, consent=Consent(office=True, partner=True, contact=contact))
    referral = a_referral(request, office=SFAX, first_office=SFAX)
    assert await store.insert(referral, request, None, (SFAX, DUTY_DESK))
    return referral


async def moved(
    store: Referrals, referral: Referral, *actions: Action, at: datetime = AT, **more: Any
) -> Referral:
    for one in actions:
        event = Event(at, one, after(referral.state, one), "officer-1", **more)
        found = await store.move(referral, event)
        assert found is not None
        referral = found
    return referral


async def closed(store: Referrals) -> Referral:
    claimed = await moved(store, await kept(store), Action.CLAIM)
    return await moved(store, claimed, Action.CLOSE, outcome=Outcome.HELPED)


async def rows(connection: AsyncConnection, table: Table) -> list[dict[str, Any]]:
    return [dict(one) for one in (await connection.execute(select(table))).mappings()]


async def test_the_first_answer_is_counted_by_office_pace_day_and_class_of_time(
    store: Referrals,
) -> None:
    at = AT + 50 * MINUTE
    await moved(store, await kept(store), Action.CLAIM, Action.ANSWER, at=at)
    assert await rows(store.connection, answer_counts) == [
        {"office": SFAX, "pace": "day", "day": at.date(), "minutes": 60, "count": 1}
    ]


async def test_only_the_first_answer_is_counted(store: Referrals) -> None:
    answered = await moved(store, await kept(store), Action.CLAIM, Action.ANSWER, Action.ANSWER)
    await moved(store, answered, Action.RELEASE, Action.CLAIM, Action.ANSWER)
    assert [one["count"] for one in await rows(store.connection, answer_counts)] == [1]


async def test_two_requests_in_the_same_class_raise_one_counter(store: Referrals) -> None:
    for _ in range(2):
        await moved(store, await kept(store), Action.CLAIM, Action.ANSWER)
    assert [one["count"] for one in await rows(store.connection, answer_counts)] == [2]


async def test_what_others_answered_counts_for_the_office_that_was_asked(
    store: Referrals,
) -> None:
    stand = Stand(Rung.DUTY, DUTY_DESK, AT, AT + DAY)
    climbed = Event(AT, Action.CLIMB, State.WAITING)
    referral = await store.move(await kept(store), climbed, stand)
    assert referral is not None
    await moved(store, referral, Action.CLAIM, Action.ANSWER)
    assert await store.answering.answered(SFAX, Pace.DAY, AT.date()) == {5: 1}
    assert await store.answering.answered(DUTY_DESK, Pace.DAY, AT.date()) == {}


async def climbed(store: Referrals, referral: Referral, *, at: datetime = AT) -> Referral:
    """Let the clock bring a request past the office that was asked."""
    stand = Stand(Rung.DUTY, DUTY_DESK, at, at + DAY)
    found = await store.move(referral, Event(at, Action.CLIMB, State.WAITING), stand)
    assert found is not None
    return found


async def figure(store: Referrals) -> dict[int, int]:
    return dict(await store.answering.answered(SFAX, Pace.DAY, (AT - LOOKED_AT).date()))


async def test_what_climbs_past_its_office_counts_as_not_answered_until_somebody_does(
    store: Referrals,
) -> None:
    referral = await climbed(store, await kept(store))
    assert await figure(store) == {MINUTES[-1]: 1}
    claimed = await moved(store, referral, Action.CLAIM)
    assert await figure(store) == {MINUTES[-1]: 1}
    await moved(store, claimed, Action.ANSWER, Action.ANSWER, at=AT + 50 * MINUTE)
    assert await figure(store) == {60: 1}


async def test_what_goes_to_the_supervisor_has_not_left_its_office(store: Referrals) -> None:
    stand = Stand(Rung.SUPERVISOR, SFAX, AT, AT + DAY)
    higher = await store.move(await kept(store), Event(AT, Action.CLIMB, State.WAITING), stand)
    assert higher is not None
    assert await figure(store) == {}
    await climbed(store, higher)
    assert await figure(store) == {MINUTES[-1]: 1}


async def test_what_climbed_and_was_never_answered_stays_so_when_it_is_closed(
    store: Referrals,
) -> None:
    referral = await moved(store, await climbed(store, await kept(store)), Action.CLAIM)
    await moved(store, referral, Action.CLOSE, outcome=Outcome.NOT_REACHED)
    assert await figure(store) == {MINUTES[-1]: 1}


async def test_an_answer_takes_back_no_more_than_its_own_silence(store: Referrals) -> None:
    silent = await climbed(store, await kept(store), at=AT + DAY)
    other = await climbed(store, await kept(store))
    await moved(store, other, Action.CLAIM, Action.ANSWER)
    assert await figure(store) == {5: 1, MINUTES[-1]: 1}
    await moved(store, silent, Action.CLAIM, Action.ANSWER, at=AT + 2 * DAY)
    assert await figure(store) == {5: 1, 2880: 1}


async def test_what_was_answered_and_climbs_later_counts_once(store: Referrals) -> None:
    answered = await moved(store, await kept(store), Action.CLAIM, Action.ANSWER)
    await climbed(store, await moved(store, answered, Action.RELEASE))
    assert await figure(store) == {5: 1}


@pytest.mark.parametrize("outcome", Outcome)
async def test_closing_is_an_answer_only_where_somebody_spoke_with_the_person(
    store: Referrals, outcome: Outcome
) -> None:
    claimed = await moved(store, await kept(store), Action.CLAIM)
    await moved(store, claimed, Action.CLOSE, at=AT + 50 * MINUTE, outcome=outcome)
    heard = outcome in (Outcome.HELPED, Outcome.REFERRED_ON)
    assert await figure(store) == ({60: 1} if heard else {})


async def test_closing_what_was_answered_counts_no_second_time(store: Referrals) -> None:
    answered = await moved(store, await kept(store), Action.CLAIM, Action.ANSWER)
    await moved(store, answered, Action.CLOSE, at=AT + DAY, outcome=Outcome.HELPED)
    assert await figure(store) == {5: 1}


async def test_an_answer_that_is_rolled_back_is_not_counted(store: Referrals) -> None:
    claimed = await moved(store, await kept(store), Action.CLAIM)
    inner = await store.connection.begin_nested()
    await moved(store, claimed, Action.ANSWER)
    assert await rows(store.connection, answer_counts)
    await inner.rollback()
    assert await rows(store.connection, answer_counts) == []


async def test_the_figure_outlives_the_request(store: Referrals) -> None:
    answered = await moved(store, await kept(store), Action.CLAIM, Action.ANSWER)
    await store.erase(answered)
    assert await store.by_reference(answered.reference) is None
    assert await store.answering.answered(SFAX, Pace.DAY, AT.date()) == {5: 1}


async def test_the_figure_is_of_the_last_thirty_days_and_of_this_kind(store: Referrals) -> None:
    row = {"office": SFAX, "count": 1}
    for day, pace, minutes in (
        (AT.date(), "hour", 15),
        ((AT - 10 * DAY).date(), "hour", 15),
        ((AT - LOOKED_AT).date(), "hour", 30),
        ((AT - LOOKED_AT - DAY).date(), "hour", 10080),
        (AT.date(), "day", 10080),
    ):
        await store.connection.execute(
            insert(answer_counts).values(**row, day=day, pace=pace, minutes=minutes)
        )
    since = (AT - LOOKED_AT).date()
    assert await store.answering.answered(SFAX, Pace.HOUR, since) == {15: 2, 30: 1}


def test_no_counter_has_a_column_that_could_name_anybody() -> None:
    counted = {column.name for table, _ in COUNTS.values() for column in table.columns}
    assert counted == {"office", "pace", "category", "day", "minutes", "answer", "count"}


async def test_a_request_is_judged_once_and_only_the_count_knows_how(store: Referrals) -> None:
    referral, day = await closed(store), AT.date()
    assert not await store.answering.lacked(referral, Lack.WORSE, day)
    assert await store.answering.judge(referral, Judgement.PARTLY, day)
    assert not await store.answering.judge(referral, Judgement.NO, day)
    assert await store.answering.lacked(referral, Lack.TOO_LATE, day)
    assert not await store.answering.lacked(referral, Lack.WORSE, day)
    row = {"office": SFAX, "category": "labour", "day": day, "count": 1}
    assert sorted(
        await rows(store.connection, judgement_counts), key=lambda one: str(one["answer"])
    ) == [row | {"answer": "partly"}, row | {"answer": "too-late"}]
    now = await store.by_reference(referral.reference)
    assert now is not None
    assert now.judged


async def test_who_was_helped_is_not_asked_what_was_missing(store: Referrals) -> None:
    referral, day = await closed(store), AT.date()
    assert await store.answering.judge(referral, Judgement.YES, day)
    assert not await store.answering.lacked(referral, Lack.WORSE, day)


async def test_a_reason_that_is_skipped_is_counted_nowhere_and_not_asked_again(
    store: Referrals,
) -> None:
    referral, day = await closed(store), AT.date()
    assert await store.answering.judge(referral, Judgement.NO, day)
    assert await store.answering.lacked(referral, None, day)
    assert not await store.answering.lacked(referral, Lack.WORSE, day)
    assert [one["answer"] for one in await rows(store.connection, judgement_counts)] == ["no"]


async def test_what_is_not_closed_cannot_be_judged(store: Referrals) -> None:
    referral = await kept(store)
    assert not await store.answering.judge(referral, Judgement.YES, AT.date())
    assert await rows(store.connection, judgement_counts) == []


@pytest.mark.parametrize("kind", COUNTS)
async def test_a_counter_goes_after_24_months(store: Referrals, kind: str) -> None:
    table, row = COUNTS[kind]
    days = [(AT - age * DAY).date() for age in (729, 731)]
    for day in days:
        await store.connection.execute(insert(table).values(**row, day=day))
    ran = await tidied(store.connection, store.sealer, Run(AT, AT))
    assert ran["counts"] == 1
    assert [one["day"] for one in await rows(store.connection, table)] == days[:1]


async def test_an_event_keeps_why_a_partner_declined_and_until_when_it_is_full(
    store: Referrals,
) -> None:
    offered = await moved(store, await kept(store), Action.CLAIM, Action.OFFER)
    until = (AT + 9 * DAY).date()
    waiting = await moved(store, offered, Action.FULL, why=Declined.NO_ROOM, until=until)
    *_, last = await store.events(waiting)
    assert (last.why, last.until, last.state) == (Declined.NO_ROOM, until, State.WAITING)


@pytest.mark.parametrize(
    ("before", "action", "told"),
    [
        ((), Action.CLAIM, False),
        ((Action.CLAIM,), Action.RELEASE, False),
        ((Action.CLAIM,), Action.LAPSE, False),
        ((Action.CLAIM,), Action.ANSWER, True),
        ((Action.CLAIM,), Action.OFFER, False),
        ((Action.CLAIM, Action.OFFER), Action.EXPIRE, False),
        ((Action.CLAIM, Action.OFFER), Action.ACCEPT, True),
        ((Action.CLAIM, Action.OFFER), Action.DECLINE, True),
        ((Action.CLAIM, Action.OFFER), Action.FULL, True),
        ((Action.CLAIM,), Action.CLOSE, True),
    ],
)
async def test_a_line_goes_for_what_somebody_decided_and_for_nothing_else(
    store: Referrals, deferred: Deferred, before: tuple[Action, ...], action: Action, told: bool
) -> None:
    referral = await kept(store, Contact.HERE)
    prepared = await moved(store, referral, *before)
    deferred.jobs.clear()
    await moved(store, prepared, action)
    assert bool(deferred.named("news")) is told
