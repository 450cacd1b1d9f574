"""The web chat on the real core and the real database, served over real HTTP on a free port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.webchat import CHANNEL, Limits, WebChat, routes
from bot.channels.webchat.ports import Handles
from bot.clock import system_clock
from bot.conversation import Dispatcher, Knowledge, Parts, Turn, listed
from bot.limits import Watch
from bot.privacy import Keys, Sealer, pseudonym
from bot.staff import DUTY_DESK, SET_UP
from bot.store.engine import conninfo
from bot.store.keys import OfficeKeyStore
from bot.store.limits import CodeFailures
from bot.store.unit import turn_units
from bot.store.wakeups import Wakeups
from bot.store.webchats import WebChats
from handlers import HANDLERS
from tests.sealing import given_key

JSON = dict[str, Any]


@dataclass(slots=True)
class Time:
    """A clock that tests move forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the real time, moved."""
        return system_clock() + self.ahead


@dataclass(frozen=True, slots=True)
class Base:
    """What the store and the core need."""

    address: str
    engine: AsyncEngine
    keys: Keys
    sealer: Sealer
    knowledge: Knowledge


@dataclass(slots=True)
class Program:
    """A served web chat with one client."""

    deps: WebChat
    server: TestServer
    client: ClientSession
    time: Time
    token: str = ""
    turns: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://localhost:{self.server.port}{path}"

    @property
    def person(self) -> str:
        """The pseudonym of the client's token."""
        return pseudonym(self.deps.keys, CHANNEL, self.token)

    async def open(self, **hint: str) -> JSON:
        """Open a chat and keep its token."""
        async with self.client.post(self.url("/chat"), json=hint) as answer:
            assert answer.status == 200
            opened: JSON = await answer.json()
        self.token = opened["token"]
        self.headers = {"Authorization": f"Bearer {self.token}"}
        return opened

    async def turn(self, key: str | None = None, **said: Any) -> JSON:
        """Take one turn that is understood as one."""
        self.turns += 1
        sent = {"key": key or f"k{self.turns}", **said}
        async with self.client.post(
            self.url("/chat/turns"), json=sent, headers=self.headers
        ) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()  # type: ignore[no-any-return]

    async def news(self) -> None:
        """Let something come that answers no turn."""
        self.turns += 1
        turn = Turn(
            key=f"news:{self.turns}",
            channel=CHANNEL,
            person=self.person,
            at=self.time(),
            choice="news",
            unasked=True,
        )
        await self.deps.dispatcher.handle(turn)


@asynccontextmanager
async def served(
    base: Base,
    *,
    dispatcher: Handles | None = None,
    exit_url: str = "https://example.org/",
    limits: Limits | None = None,
    watch: Watch | None = None,
) -> AsyncIterator[Program]:
    """Serve the web chat while the block runs; low limits are an attack from the first turn on."""
    time = Time()
    await _somebody_to_seal_to(base.engine)
    units = turn_units(base.engine, base.sealer, base.sealer, _defer, frozenset())
    parts = Parts(units, listed(HANDLERS), lambda: base.knowledge, base.keys, time)
    wakeups = Wakeups(conninfo(base.address))
    core = Dispatcher(parts)
    deps = WebChat(
        dispatcher=dispatcher or core,
        chats=WebChats(base.engine, base.sealer),
        wakeups=wakeups,
        catalogs=lambda: base.knowledge.catalogs,
        keys=base.keys,
        clock=time,
        public_url=lambda: f"http://localhost:{server.port}",
        exit_url=exit_url,
        closing=asyncio.Event(),
        ping_seconds=0.2,
        client=lambda request: request.headers.get("X-Test-Address", "192.0.2.1"),
        failures=CodeFailures(base.engine),
        watch=watch or Watch(),
        door=core.door,
        limits=limits or Limits(),
    )
    app = web.Application()
    app.add_routes(routes(deps))
    server = TestServer(app, host="127.0.0.1")
    async with wakeups.running(), server, ClientSession() as client:
        try:
            yield Program(deps, server, client, time)
        finally:
            deps.closing.set()
            wakeups.wake_all()


async def _somebody_to_seal_to(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        if not await OfficeKeyStore(connection).newest((DUTY_DESK, SET_UP)):
            await given_key(connection)


async def _defer(*_: object, **__: object) -> None:
    """Take a job and do nothing: what jobs do is tested elsewhere."""


def choices(reply: JSON) -> list[str]:
    """Return the ids of all buttons of a reply."""
    return [one["id"] for message in reply["messages"] for row in message["choices"] for one in row]


def texts(reply: JSON) -> str:
    """Return all texts of a reply."""
    return "\n".join(message["text"] for message in reply["messages"])
