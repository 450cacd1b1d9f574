"""The database against the state table: it refuses each move that the table does not have."""

from itertools import product

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.referrals import MOVES, Action, Consent, Contact, State
from bot.store.referrals import Referrals
from bot.store.tables import referral_events, referrals
from tests.sealing import given_key
from tests.store.making import AT, a_referral, a_request

PATHS: dict[State, tuple[State, ...]] = {
    State.WAITING: (),
    State.CLAIMED: (State.CLAIMED,),
    State.ANSWERED: (State.CLAIMED, State.ANSWERED),
    State.OFFERED: (State.CLAIMED, State.OFFERED),
    State.ACCEPTED: (State.CLAIMED, State.OFFERED, State.ACCEPTED),
    State.CLOSED: (State.CLAIMED, State.CLOSED),
    State.WITHDRAWN: (State.WITHDRAWN,),
}
STEPS = {(start, end) for (start, _), end in MOVES.items()} | {(one, one) for one in State}
ENDS = {(action, end) for (_, action), end in MOVES.items()}
STILL = {(action, state) for action in (Action.STOP, Action.LIFT) for state in State}


@pytest.fixture
async def waiting(store: Referrals, connection: AsyncConnection) -> str:
    """Give the id of a request that a partner may have, too."""
    await given_key(connection)
    request = a_request(consent=Consent(office=True, partner=True, contact=Contact.CODE))
    referral = a_referral(request)
    assert await store.insert(referral, request, None, (referral.office,))
    return referral.id


async def test_the_database_moves_a_request_only_where_the_table_leads(
    connection: AsyncConnection, waiting: str
) -> None:
    mine = update(referrals).where(referrals.c.id == waiting)
    allowed = set[tuple[State, State]]()
    for start, end in product(State, State):
        before = await connection.begin_nested()
        for one in PATHS[start]:
            await connection.execute(mine.values(state=one))
        try:
            await connection.execute(mine.values(state=end))
            allowed.add((start, end))
        except IntegrityError:
            pass
        await before.rollback()
    assert allowed == STEPS


async def test_the_database_keeps_only_events_that_lead_where_the_table_says(
    connection: AsyncConnection, waiting: str
) -> None:
    allowed = set[tuple[Action | None, State]]()
    for action, end in product((None, *Action), State):
        made = insert(referral_events).values(referral=waiting, at=AT, action=action, state=end)
        try:
            async with connection.begin_nested():
                await connection.execute(made)
            allowed.add((action, end))
        except IntegrityError:
            pass
    assert allowed == ENDS | STILL | {(None, State.WAITING)}


async def test_the_ordinary_role_cannot_take_the_guard_away(connection: AsyncConnection) -> None:
    with pytest.raises(ProgrammingError):
        await connection.execute(text("DROP TRIGGER referrals_moves ON referrals"))
