"""One turn, one transaction: nothing twice, nothing half, one after the other for each person."""

import asyncio
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from bot.clock import system_clock
from bot.conversation import Reply, Session, Tools, Turn, tell
from bot.errors import Unavailable
from bot.i18n import say
from bot.store.engine import TRUSTED_SECONDS, DatabaseUnreachable, open_engine
from bot.store.tables import chats, offices, replies
from bot.store.unit import IDLE
from tests.store.turns import Talk, shown, with_code

NOWHERE = "postgresql://waypoint_app@/waypoint?host=/nonexistent"


class HandlerFault(Exception):
    """A handler has a fault."""


async def rows(talk: Talk) -> int:
    """Return how many turns of the person are kept."""
    async with talk.engine.connect() as connection:
        query = select(func.count()).where(replies.c.person == talk.person)
        return int((await connection.execute(query)).scalar_one())


# --- once ----------------------------------------------------------------------------------------


async def test_a_key_seen_before_has_no_second_effect_and_the_same_reply(page: Talk) -> None:
    first = await page.says("same")
    again = await page.says("same")
    assert again.repeat
    assert (again.id, again.reply) == (first.id, first.reply)
    assert shown(await page.says()) == "Turn 2."


async def test_the_same_turn_in_ten_processes_at_once_has_one_effect(talk: Talk) -> None:
    turn = talk.turn("same")
    taken = await asyncio.gather(*(talk.dispatcher().handle(turn) for _ in range(10)))
    assert len({one.id for one in taken}) == 1
    assert [one.repeat for one in taken].count(False) == 1
    assert {shown(one) for one in taken} == {"Turn 1."}
    assert await rows(talk) == 1


async def test_two_people_may_use_the_same_key(talk: Talk) -> None:
    first, second = await talk.says("same"), await talk.other().says("same")
    assert first.id != second.id
    assert not second.repeat


# --- whole or not at all -------------------------------------------------------------------------


async def test_a_turn_whose_handler_fails_leaves_nothing_and_can_come_again(talk: Talk) -> None:
    async def fail(turn: Turn, session: Session, tools: Tools) -> Reply:
        await tools.unit.mark("asylum.appeal", "xx", talk.person, tools.now)
        raise HandlerFault

    await talk.says()
    talk.handler.answer, works = fail, talk.handler.answer
    with pytest.raises(HandlerFault):
        await talk.says("again")
    assert await rows(talk) == 1
    async with talk.engine.connect() as connection:
        marks = text("SELECT count(*) FROM article_marks WHERE mark = :mark")
        assert (await connection.execute(marks, {"mark": talk.person})).scalar_one() == 0
    talk.handler.answer = works
    assert shown(await talk.says("again")) == "Turn 2."


async def test_slow_work_holds_neither_the_person_nor_a_transaction(talk: Talk) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> str:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(10)
        return "done"

    async def slow(turn: Turn, session: Session, tools: Tools) -> Reply:
        if turn.key == "slow":
            tools.outside.result("work", work)
        return tell(session, say("Done."))

    talk.handler.answer = slow
    under_way = asyncio.create_task(talk.says("slow"))
    await talk.says("quick")
    assert not under_way.done()
    gate.set()
    assert shown(await under_way) == "Done."


# --- one after the other, and side by side -------------------------------------------------------


async def test_turns_of_a_person_run_one_after_the_other_in_every_process(talk: Talk) -> None:
    turns = [talk.turn() for _ in range(15)]
    taken = await asyncio.gather(*(talk.dispatcher().handle(one) for one in turns))
    expected = {f"Turn {number}." for number in range(1, 16)}
    assert {shown(one) for one in taken} == expected


async def test_a_person_who_is_held_up_holds_up_nobody_else(talk: Talk) -> None:
    async with talk.held():
        waiting = asyncio.create_task(talk.says())
        await talk.until_waiting()
        async with asyncio.timeout(5):
            for _ in range(20):
                await talk.other().says()
        assert not waiting.done()
    assert shown(await waiting) == "Turn 1."


async def test_a_turn_that_is_given_up_while_it_waits_leaves_nothing(talk: Talk) -> None:
    async with talk.held():
        waiting = asyncio.create_task(talk.says("late"))
        await talk.until_waiting()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert await rows(talk) == 0
    assert shown(await talk.says("late")) == "Turn 1."


# --- forgetting ----------------------------------------------------------------------------------


async def test_a_chat_idle_for_a_day_begins_anew(talk: Talk) -> None:
    await talk.says()
    later = system_clock() + IDLE + timedelta(seconds=1)
    assert shown(await talk.says(at=later)) == "Turn 1."


async def test_a_reply_that_forgets_leaves_no_chat(talk: Talk) -> None:
    async def forget(turn: Turn, session: Session, tools: Tools) -> Reply:
        return Reply(Session(), tell(session, say("Bye.")).messages, forget=True)

    await talk.says()
    assert await talk.chat() is not None
    talk.handler.answer = forget
    await talk.says()
    assert await talk.chat() is None


async def test_an_erased_chat_keeps_no_word_but_still_knows_its_turns(page: Talk) -> None:
    async def erase(turn: Turn, session: Session, tools: Tools) -> Reply:
        await tools.unit.erase_chat(turn.person)
        return Reply(Session(), tell(session, say("Erased.")).messages, forget=True)

    await page.says("first")
    page.handler.answer = erase
    await page.says()
    again = await page.says("first")
    assert again.repeat
    assert shown(again) == "This was shown already and is not kept. You can go on writing here."


# --- the code, once ------------------------------------------------------------------------------


async def test_a_code_is_shown_again_until_the_next_turn(page: Talk) -> None:
    page.handler.answer = with_code
    first = await page.says("send")
    assert (await page.says("send")).reply == first.reply
    await page.says()
    again = (await page.says("send")).reply
    assert [one.reference for one in again.messages] == ["48219035", None]
    assert [one.code for one in again.messages] == [None, None]
    hidden, why = again.messages[0].text.split("\n\n")
    assert hidden == "Your code: ••• ••• ••• •••"
    assert why == "The code was shown already and is not shown again."


async def test_a_code_is_shown_again_for_two_minutes(page: Talk) -> None:
    page.handler.answer = with_code
    at = system_clock()
    await page.says("send", at=at)
    soon = await page.says("send", at=at + timedelta(seconds=119))
    late = await page.says("send", at=at + timedelta(seconds=121))
    assert soon.reply.messages[0].code == "118402977640"
    assert late.reply.messages[0].code is None


async def test_news_do_not_take_the_code_away(page: Talk) -> None:
    page.handler.answer = with_code
    await page.says("send")
    await page.dispatcher().handle(page.turn("news", unasked=True))
    assert (await page.says("send")).reply.secret


# --- when the database is away -------------------------------------------------------------------


async def test_a_database_that_is_away_is_named_so(talk: Talk) -> None:
    talk.engine = open_engine(NOWHERE)
    with pytest.raises(DatabaseUnreachable):
        await talk.says()
    await talk.engine.dispose()


async def test_a_connection_cut_in_the_middle_of_a_turn_undoes_it(talk: Talk) -> None:
    cut = text("SELECT pg_terminate_backend(:pid)")

    async def fail(turn: Turn, session: Session, tools: Tools) -> Reply:
        connection = tools.unit.connection  # type: ignore[attr-defined]
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with talk.engine.connect() as other:
            await other.execute(cut, {"pid": pid})
        await tools.unit.confirmed()
        return tell(session, say("Never."))

    talk.handler.answer, works = fail, talk.handler.answer
    with pytest.raises(Unavailable) as caught:
        await talk.says("cut")
    assert type(caught.value) is DatabaseUnreachable
    talk.handler.answer = works
    assert shown(await talk.says("cut")) == "Turn 1."


@pytest.mark.parametrize(("rested", "lost"), [(TRUSTED_SECONDS, 0), (0.0, 1)])
async def test_connections_cut_while_they_rested_cost_one_turn_at_most(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, database: object, rested: float, lost: int
) -> None:
    now = time.monotonic()
    monkeypatch.setattr("bot.store.engine.time", SimpleNamespace(monotonic=lambda: now))
    outside, talk.engine = talk.engine, open_engine(database.app_url, size=2)  # type: ignore[attr-defined]
    async with talk.engine.connect() as one, talk.engine.connect() as other:
        pids = [await each.scalar(text("SELECT pg_backend_pid()")) for each in (one, other)]
    async with outside.connect() as connection:
        for pid in pids:
            await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    now += rested
    for _ in range(lost):
        with pytest.raises(DatabaseUnreachable):
            await talk.says("the same")
    assert shown(await talk.says("the same")) == "Turn 1."
    assert shown(await talk.says()) == "Turn 2."
    await talk.engine.dispose()


async def test_a_pool_that_is_used_up_is_named_like_a_database_that_is_away(
    talk: Talk, database: object
) -> None:
    engine = open_engine(database.app_url, size=1)  # type: ignore[attr-defined]
    engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    async with engine.connect(), engine.connect():
        with pytest.raises(DatabaseUnreachable):
            async with engine.connect():
                pass
    await engine.dispose()


async def test_a_rule_of_the_database_that_is_broken_is_no_outage(talk: Talk) -> None:
    row = {"id": talk.person, "created": system_clock()}
    async with talk.engine.connect() as connection:
        await connection.execute(offices.insert().values(row))
        with pytest.raises(IntegrityError):
            await connection.execute(offices.insert().values(row))


async def test_nothing_of_a_turn_stands_in_clear(talk: Talk) -> None:
    await talk.says()
    async with talk.engine.connect() as connection:
        found = await connection.execute(
            select(replies.c.body_sealed, replies.c.address_sealed, chats.c.state_sealed)
            .join(chats, chats.c.person == replies.c.person)
            .where(replies.c.person == talk.person)
        )
        stored = b"".join(bytes(one) for one in found.one())
    assert b"Turn 1" not in stored
    assert b"555019999" not in stored
