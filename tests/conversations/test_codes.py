"""Number and code under attack: what a look at the clock or at the database gives away is nothing.

The work of a check is counted, not timed: stretches (Argon2id) and statements to the database.
"""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from argon2.low_level import hash_secret_raw
from sqlalchemy import delete, event, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Delivery, Knowledge, Sender, Turn
from bot.directory import Point
from bot.privacy import Keys, Reason, Sealer, new_check
from bot.privacy.retention import Run
from bot.referrals import new_code, new_reference
from bot.store import tables
from bot.store.leftovers import tidied
from bot.store.outbox import Outbox
from bot.store.tables import chats, metadata, referrals, replies, stubs, wipes
from tests.architecture.test_frames import REQUEST
from tests.conversations.stage import Chat, Screen, Stage

NOON = datetime.fromisoformat("2026-11-24T12:00:00.654321+00:00")
STOP = "sunflower"
HERE = (
    "refer", "refer:safe:yes", "refer:for:me", "refer:about:other", "refer:place:skip",
    "refer:urgent:soon", "refer:contact:here", "refer:hours:any", "refer:word:skip",
)  # fmt: skip
THEN = ("refer:words:skip", "refer:consent:yes", "refer:share:no", "refer:code:show", "refer:send")
PIN = (34.7654321, 10.7123456)


@dataclass
class Line:
    """A stage on which people write through a channel that marks what it has shown."""

    stage: Stage

    def chat(self) -> Chat:
        """Return a chat that nobody had before."""
        return self.stage.chat("telegram")

    async def does(self, chat: Chat, **said: Any) -> Delivery:
        """Let a person do something, and let the channel show the answer."""
        stage, channel = self.stage, chat.channel
        turn = Turn(uuid4().hex, channel, chat.person, stage.now, address=chat.address, **said)
        delivery = await stage.dispatcher().handle(turn)
        stage.later(timedelta(milliseconds=200))
        outbox = Outbox(stage.engine, stage.drafts)
        await Sender({"telegram": Screen("telegram")}, outbox, stage.clock).send(delivery)
        stage.later(timedelta(seconds=1))
        return delivery

    async def asks_for_help(self, chat: Chat, choices: Sequence[str] = REQUEST) -> tuple[str, str]:
        """Return number and code of a new request; `STOP` is said where a word is asked for."""
        for one in choices:
            said = {"text": STOP} if one == STOP else {"choice": one}
            delivery = await self.does(chat, **said)
        shown = next(one for one in delivery.reply.messages if one.code)
        assert shown.reference is not None
        assert shown.code is not None
        return shown.reference, shown.code

    async def says(self, text: str) -> str:
        """Return what a new chat reads that sends a text."""
        return words(await self.does(self.chat(), text=text))


def words(delivery: Delivery) -> str:
    return "\n".join(one.text for one in delivery.reply.messages)


@pytest.fixture
async def line(engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge) -> Line:
    stage = Stage(engine, sealer, keys, knowledge, NOON)
    await stage.begin()
    return Line(stage)


@dataclass
class Work:
    """What a turn cost: stretches, and statements in their order."""

    stretches: int = 0
    statements: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """The statements by verb and table, as somebody sees them who watches the line."""
        return [" ".join(one.split()[:3]) for one in self.statements]


@contextmanager
def watched(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    work = Work()

    def stretch(*secret: Any, **how: Any) -> bytes:
        work.stretches += 1
        return hash_secret_raw(*secret, **how)

    def note(_: object, __: object, statement: str, *___: object) -> None:
        work.statements.append(statement)

    with monkeypatch.context() as patch:
        patch.setattr("bot.privacy.codes.hash_secret_raw", stretch)
        event.listen(engine.sync_engine, "before_cursor_execute", note)
        try:
            yield work
        finally:
            event.remove(engine.sync_engine, "before_cursor_execute", note)


# --- the same work, the same words ---------------------------------------------------------------


async def stub(engine: AsyncEngine, keys: Keys) -> tuple[str, str]:
    """Return number and code of a request that time erased."""
    reference, code = new_reference(), new_code()
    row = {"reference": reference, "code_check": new_check(keys, code)[0]}
    async with engine.begin() as connection:
        made = stubs.insert().values(**row, reason=Reason.CLOSED, erased=NOON.date())
        await connection.execute(made)
    return reference, code


async def test_whatever_does_not_open_gets_the_same_words_for_the_same_work(
    line: Line, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, more = line.stage.engine, (*REQUEST[:-1], "refer:more:yes", "refer:word:skip", STOP)
    coded, _ = await line.asks_for_help(line.chat())
    stopping, code = await line.asks_for_help(line.chat(), (*more, "refer:send"))
    without, _ = await line.asks_for_help(line.chat())
    gone, _ = await stub(engine, keys)
    async with engine.begin() as connection:
        mine = referrals.c.reference == without
        await connection.execute(update(referrals).where(mine).values(code_check=None))
    asked = {
        "wrong": f"{coded} {new_code()}",
        "unknown": f"{new_reference()} {new_code()}",
        "erased": f"{gone} {new_code()}",
        "without a code": f"{without} {new_code()}",
        "another word": f"{stopping} moonlight",
        "the stop word": f"{stopping} {STOP}",
        "the right code after it": f"{stopping} {code}",
        "the stop word again": f"{stopping} {STOP}",
    }
    said, costs = {}, {}
    for name, text in asked.items():
        with watched(engine, monkeypatch) as work:
            said[name] = await line.says(text)
        costs[name] = (work.stretches, tuple(work.kinds))
    assert len(set(said.values())) == 1, said
    assert "does not match" in said["wrong"]
    assert {name: cost[0] for name, cost in costs.items()} == dict.fromkeys(asked, 2)
    assert set(costs.values()) == {costs["wrong"]}


async def test_the_stop_word_alone_costs_the_stretches_of_a_code_alone(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, chat = line.stage.engine, line.chat()
    await line.asks_for_help(chat, (*HERE, STOP, *THEN))
    costs, said = [], []
    for who, text in ((line.chat(), new_code()), (chat, STOP)):
        with watched(engine, monkeypatch) as work:
            said.append(words(await line.does(who, text=text)))
        costs.append(work.stretches)
    assert costs == [2, 2]
    assert said[0] == said[1]


async def test_in_a_chat_that_is_paused_the_stop_word_is_heeded_and_not_betrayed(
    line: Line,
) -> None:
    chat = line.chat()
    reference, code = await line.asks_for_help(chat, (*HERE, STOP, *THEN))
    for _ in range(5):
        await line.does(chat, text=f"{reference} {new_code()}")
    paused = words(await line.does(chat, text=f"{reference} {code}"))
    assert "too many tries" in paused
    assert words(await line.does(chat, text=STOP)) == paused
    assert "does not match" in await line.says(f"{reference} {code}")


async def test_a_number_is_never_locked(line: Line) -> None:
    reference, code = await line.asks_for_help(line.chat())
    for _ in range(12):
        assert "does not match" in await line.says(f"{reference} {new_code()}")
    assert "Your request is waiting" in await line.says(f"{reference} {code}")


async def test_what_time_erased_answers_to_its_own_code_alone(line: Line, keys: Keys) -> None:
    reference, code = await stub(line.stage.engine, keys)
    told = await line.says(f"{reference} {code}")
    assert "Your request was closed, and erased some time later." in told
    assert "You can make a new request at any time." in told
    assert "does not match" in await line.says(f"{reference} {new_code()}")


GAPS = (
    "{n} {c}", "{n}{c}", "{n}-{c}", "{n}\u00a0{c}", "{n}\u2013{c}", "{n}\n{c}", "{n}.{c}",
    "\u200f{n}\u200e {c}\u200f", "{n}\u00ad{c}", "\ufeff{n} {c}", "{n}\t{c}  ", "{n} / {c}",
)  # fmt: skip
ZEROS = "0٠۰०০๐０𝟎߀၀"


async def test_number_and_code_are_read_in_any_script_and_with_any_gap(
    line: Line, keys: Keys
) -> None:
    reference, code = await stub(line.stage.engine, keys)
    for gap, zero in (*zip(GAPS, ZEROS, strict=False), *((one, "0") for one in GAPS[10:])):
        number, typed = (
            "\u200b".join(chr(ord(zero) + int(one)) for one in told) for told in (reference, code)
        )
        said = await line.says(gap.format(n=number, c=typed))
        assert "Your request was closed" in said, (gap, zero)


# --- what the database tells ---------------------------------------------------------------------


Rows = dict[str, list[dict[str, Any]]]
"""Rows by table, each by column."""


async def everything(engine: AsyncEngine) -> Rows:
    """Return every row of every table."""
    async with engine.connect() as connection:
        return {
            one.name: [dict(row._mapping) for row in await connection.execute(select(one))]
            for one in metadata.sorted_tables
        }


def holding(
    rows: dict[str, list[dict[str, Any]]], *values: Any
) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows that hold one of the values in some column, however it is spelt."""
    found = []
    for table, several in rows.items():
        for row in several:
            cells = [bytes(v).hex() if isinstance(v, bytes) else str(v) for v in row.values()]
            if any(str(value) in cell for value in values for cell in cells):
                found.append((table, row))
    return found


async def test_who_makes_and_opens_a_request_by_code_alone_is_linked_to_it_nowhere(
    line: Line,
) -> None:
    maker, reader, guesser = (line.chat() for _ in range(3))
    number, code = await line.asks_for_help(maker)
    for who, typed in ((reader, code), (guesser, new_code())):
        await line.does(who, text=f"{number} {typed}")
        await line.does(who, choice="receipt:write")
        await line.does(who, text="Is there news?")
        await line.does(who, choice="leave")
    await line.does(maker, choice="leave")
    async with line.stage.engine.begin() as connection:
        # The jobs that delete a code, or a chat that was left, are done within minutes.
        await connection.execute(delete(wipes))
    rows = await everything(line.stage.engine)
    (request,) = [row for _, row in holding(rows, number) if row.get("reference") == number]
    about = holding(rows, number, request["id"])
    by = holding(rows, *(one.person for one in (maker, reader, guesser)))
    assert {table for table, _ in about} >= {"referrals", "referral_events", "case_messages"}
    assert {table for table, _ in by} <= {"replies", "code_failures"}
    assert [row for row in about if row in by] == []
    for column in ("address_sealed", "body_sealed"):
        # The last reply, a harmless line, is on its way; nothing before it is kept.
        kept = [row for table, row in by if table == "replies" and row[column]]
        assert kept == []
    assert _times(about) & _times(by) == set()


def _times(rows: list[tuple[str, dict[str, Any]]]) -> set[datetime]:
    """Return the moments in rows, but for those that say only the day."""
    moments = {v for _, row in rows for v in row.values() if isinstance(v, datetime)}
    return {one for one in moments if one.time() != one.min.time()}


async def test_after_the_answer_is_shown_a_turn_says_only_its_day(line: Line) -> None:
    chat = line.chat()
    await line.asks_for_help(chat)
    line.stage.later(timedelta(minutes=11))
    async with line.stage.engine.begin() as connection:
        run = Run(line.stage.now, line.stage.now)
        await tidied(connection, line.stage.drafts, run)
        mine = select(replies.c.at, replies.c.sent).where(replies.c.person == chat.person)
        rows = (await connection.execute(mine)).all()
    midnight = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
    assert {(row.at, row.sent) for row in rows} == {(midnight, midnight)}


async def test_a_location_is_kept_as_a_town_wherever_it_is_shared(line: Line) -> None:
    chat = line.chat()
    await line.does(chat, point=Point(*PIN))
    for one in REQUEST[:4]:
        await line.does(chat, choice=one)
    await line.does(chat, point=Point(*PIN))
    async with line.stage.engine.connect() as connection:
        state = select(chats.c.state_sealed).where(chats.c.person == chat.person)
        sealed = (await connection.execute(state)).scalar_one()
    kept = line.stage.drafts.open_json(sealed, "chat", chat.person)
    slots = kept["session"]["slots"]
    assert (slots["town"], slots["place"]) == ("34.7,10.8", "Sfax")
    for coordinate in PIN:
        assert f"{coordinate:.2f}" not in str(kept)
    for one in REQUEST[5:]:
        await line.does(chat, choice=one)
    made = (await line.stage.requests())[-1]
    told = await line.stage.particulars(made)
    assert (told.place, told.town) == ("Sfax", Point(34.7, 10.8))


# --- the test can fail ---------------------------------------------------------------------------


async def test_a_link_that_were_kept_would_be_found(line: Line) -> None:
    chat = line.chat()
    await line.asks_for_help(chat, (*HERE, "refer:stop:skip", *THEN))
    rows = await everything(line.stage.engine)
    linked = [table for table, row in holding(rows, chat.person) if row.get("referral")]
    assert linked == ["contacts"]


def test_every_table_is_looked_into() -> None:
    named = {name for name, one in inspect.getmembers(tables) if hasattr(one, "primary_key")}
    assert named == set(metadata.tables)
