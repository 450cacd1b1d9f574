"""`erase` in every state of a request whose answers come to the chat: asked twice, then at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer
from bot.referrals import State
from bot.store.tables import case_messages, referrals
from tests.conversations.contract import MORNING, World, begun
from tests.conversations.stage import Stage

IN_HAND = (State.CLAIMED, State.ANSWERED, State.OFFERED, State.ACCEPTED)
ON_THE_WAY = {State.CLAIMED: (State.WAITING,), State.ACCEPTED: (State.OFFERED,)}
"""What a request that is answered goes through first; the database refuses a leap."""
TOLD = "The office is told that you withdrew."


@pytest.fixture
async def world(engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge) -> World:
    return await begun(Stage(engine, sealer, keys, knowledge, MORNING), "evening", "UTC")


async def stands(world: World, state: State) -> None:
    """Let the request stand in a state, with an answer that waits to be read."""
    if state is not State.WAITING:
        await world.acts("answers")
    async with world.stage.engine.begin() as connection:
        mine = referrals.c.reference == world.reference
        for step in (*ON_THE_WAY.get(state, ()), state):
            await connection.execute(update(referrals).where(mine).values(state=step))
    world.stage.deferred.clear()


async def row(world: World) -> tuple[str, bytes] | None:
    query = select(referrals.c.state, referrals.c.particulars_sealed)
    async with world.stage.engine.connect() as connection:
        found = await connection.execute(query.where(referrals.c.reference == world.reference))
        one = found.first()
    return (one.state, one.particulars_sealed) if one is not None else None


@pytest.mark.parametrize("state", list(State))
async def test_asked_once_nothing_changes(world: World, state: State) -> None:
    await stands(world, state)
    before = await row(world)
    reply = await world.turns(text="/erase")
    assert "Erase it all?" in reply.messages[0].text
    assert await row(world) == before
    assert await world.addressed()


@pytest.mark.parametrize("state", IN_HAND)
async def test_one_in_hand_is_withdrawn_and_its_words_stay_for_now(
    world: World, state: State
) -> None:
    await stands(world, state)
    await world.turns(text="/erase")
    reply = await world.turns(choice="erase:yes")
    assert TOLD in reply.messages[0].text
    left = await row(world)
    assert left is not None
    assert left[0] == State.WITHDRAWN
    assert left[1]
    assert not await world.addressed()
    told = [ids for task, ids in world.stage.deferred if task == "alert"]
    assert [one["step"] for one in told] == ["withdrawn"]
    async with world.stage.engine.connect() as connection:
        copies = select(case_messages.c.waiting_sealed).join(
            referrals, referrals.c.id == case_messages.c.referral
        )
        mine = referrals.c.reference == world.reference
        waiting = await connection.execute(copies.where(mine))
        assert not any(waiting.scalars())
    assert await world.stage.kept(world.chat) == []


@pytest.mark.parametrize("state", [State.WAITING, State.CLOSED])
async def test_one_that_nobody_has_is_erased_at_once(world: World, state: State) -> None:
    await stands(world, state)
    reply = await world.turns(choice="erase:yes")
    assert "It is erased." in reply.messages[0].text
    assert TOLD not in reply.messages[0].text
    assert await row(world) is None
    assert not await world.addressed()


async def test_one_that_was_taken_back_already_keeps_its_time(world: World) -> None:
    await stands(world, State.WITHDRAWN)
    before = await row(world)
    await world.turns(choice="erase:yes")
    assert await row(world) == before
    assert not await world.addressed()


async def test_nothing_comes_to_a_chat_that_was_erased(world: World) -> None:
    await stands(world, State.ANSWERED)
    await world.turns(choice="erase:yes")
    world.phone.yes = None
    for _ in range(3):
        world.stage.later(timedelta(hours=12))
        await world.works()
    assert world.phone.lines == 0
