"""A dispatcher on the real database whose handler does what a test says."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import system_clock
from bot.conversation import (
    Chat,
    Delivery,
    Dispatcher,
    Handlers,
    Knowledge,
    Parts,
    Reply,
    Session,
    Tools,
    Turn,
    message,
    tell,
)
from bot.i18n import say
from bot.privacy import Keys, Sealer
from bot.store.unit import LOCK, turn_units

Answer = Callable[[Turn, Session, Tools], Awaitable[Reply]]


async def count(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Answer with how many turns there were, which only comes out right one after the other."""
    turns = int(session.slots.get("turns", "0")) + 1
    await asyncio.sleep(0)
    return tell(session.put(turns=str(turns)), say("Turn {count}.", count=str(turns)))


@dataclass(slots=True)
class Handler:
    """Listens to everything."""

    answer: Answer = count

    async def handle(self, turn: Turn, session: Session, tools: Tools) -> Reply:
        """Answer as the test says."""
        return await self.answer(turn, session, tools)


@dataclass(slots=True)
class Talk:
    """One person who talks to the dispatcher; on Telegram, or on the web."""

    engine: AsyncEngine
    sealer: Sealer
    keys: Keys
    knowledge: Knowledge
    channel: str = "telegram"
    person: str = field(default_factory=lambda: f"test.{secrets.token_hex(8)}")
    handler: Handler = field(default_factory=Handler)
    deferred: list[str] = field(default_factory=list)
    turns: int = 0

    def other(self) -> "Talk":
        """Return another person."""
        return Talk(self.engine, self.sealer, self.keys, self.knowledge, self.channel)

    def dispatcher(self) -> Dispatcher:
        """Return a dispatcher as a process has one."""
        units = turn_units(
            self.engine, self.sealer, self.sealer, self._defer, frozenset({"telegram"})
        )
        handler = self.handler
        handlers = Handlers({"start": handler}, {}, handler, handler, handler)
        return Dispatcher(Parts(units, handlers, lambda: self.knowledge, self.keys, system_clock))

    def turn(
        self, key: str | None = None, *, at: datetime | None = None, unasked: bool = False
    ) -> Turn:
        """Return a turn of this person; each has a key of its own unless one is given."""
        self.turns += 1
        return Turn(
            key=key or f"k{self.turns}",
            channel=self.channel,
            person=self.person,
            at=at or system_clock(),
            choice="start",
            address="555019999",
            unasked=unasked,
        )

    async def says(self, key: str | None = None, *, at: datetime | None = None) -> Delivery:
        """Take one turn."""
        return await self.dispatcher().handle(self.turn(key, at=at))

    async def chat(self) -> Chat | None:
        """Return what is remembered of the chat."""
        units = turn_units(self.engine, self.sealer, self.sealer, self._defer, frozenset())
        async with units() as unit:
            return (await unit.recall(self.turn(secrets.token_hex(4))))[0]

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the lock of this person, as another process does that is slow."""
        async with self.engine.begin() as connection:
            await connection.execute(LOCK, {"person": self.person})
            yield

    async def until_waiting(self, number: int = 1) -> None:
        """Wait until so many turns wait for a person's lock in the database."""
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
            " AND query LIKE '%hashtextextended%'"
        )
        async with asyncio.timeout(10), self.engine.connect() as connection:
            while (await connection.execute(waiting)).scalar_one() < number:
                await connection.rollback()

    async def _defer(
        self, connection: AsyncConnection, task: str, at: datetime | None = None, **ids: str | int
    ) -> None:
        self.deferred.append(task)


def shown(delivery: Delivery) -> str:
    """Return what a reply says."""
    return "\n".join(one.text for one in delivery.reply.messages)


async def with_code(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Answer with a reference and a code."""
    line = message(say("Your code: {code}", code="118 402 977 640"))
    told = replace(line, reference="48219035", code="118402977640")
    return Reply(session.at_rest(), (told, message(say("Menu"))))
