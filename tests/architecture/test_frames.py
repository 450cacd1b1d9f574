"""One turn, five frames at most: a newcomer can follow a request from the adapter to the row.

Counted on the real stack, at the moment the question reaches the search and the request reaches
the store: every frame of our own code from the adapter's call on, each helper included.
"""

import secrets
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.clock import system_clock
from bot.conversation import Delivery, Dispatcher, Knowledge, Parts, Turn, listed
from bot.privacy import Keys, Sealer
from bot.store.unit import turn_units
from bot.understanding import Hit, Index
from handlers import HANDLERS
from tests.architecture.sources import PROGRAM, ROOT
from tests.sealing import given_key

ADAPTER = "on_update"
REQUEST = (
    "refer", "refer:safe:yes", "refer:for:me", "refer:about:other", "refer:place:skip",
    "refer:urgent:soon", "refer:contact:code", "refer:words:skip", "refer:consent:yes",
    "refer:share:no", "refer:code:show", "refer:send",
)  # fmt: skip


def frames() -> list[str]:
    """Return our own frames above the caller of this, the adapter's first."""
    found: list[str] = []
    frame = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if code.co_name == ADAPTER:
            return [ADAPTER, *reversed(found)]
        if _ours(code.co_filename):
            found.append(code.co_qualname)
        if frame.f_back is None:
            break
        frame = frame.f_back
    raise AssertionError("the adapter is not on the stack")


def _ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in PROGRAM


class Watched(Index):
    """A search that notes who asked it."""

    def __init__(self) -> None:
        super().__init__({})
        self.path: list[str] = []

    def search(self, text: str, language: str | None = None, limit: int = 3) -> tuple[Hit, ...]:
        """Note the way to here, and find nothing."""
        self.path = frames()
        return ()


class Noted:
    """Queues nothing, and notes who deferred: the store does, beside the row it writes."""

    def __init__(self) -> None:
        self.path: list[str] = []

    async def __call__(
        self, connection: AsyncConnection, task: str, at: object = None, **ids: str | int
    ) -> None:
        """Note the way to here."""
        self.path = frames()


@pytest.fixture
def index() -> Watched:
    return Watched()


@pytest.fixture
def defer() -> Noted:
    return Noted()


@pytest.fixture
def dispatcher(
    engine: AsyncEngine,
    sealer: Sealer,
    keys: Keys,
    knowledge: Knowledge,
    index: Watched,
    defer: Noted,
) -> Dispatcher:
    """Give the real dispatcher over a search and a queue that look at the stack."""
    watched = replace(knowledge, index=index)
    units = turn_units(engine, sealer, sealer, defer, frozenset())
    return Dispatcher(Parts(units, listed(HANDLERS), lambda: watched, keys, system_clock))


async def on_update(dispatcher: Dispatcher, turn: Turn) -> Delivery:
    """Stand for an adapter: the first frame that is counted."""
    return await dispatcher.handle(turn)


def turns(*choices: str, text: str | None = None) -> Iterable[Turn]:
    """Yield turns of a new person."""
    person = f"frames-{secrets.token_hex(8)}"
    for number, choice in enumerate(choices or (None,)):
        yield Turn(f"{number}", "web", person, system_clock(), text=text, choice=choice)


async def test_three_frames_answer_a_question(dispatcher: Dispatcher, index: Watched) -> None:
    for turn in turns(text="they refused my asylum what now"):
        await on_update(dispatcher, turn)
    assert len(index.path) <= 3, index.path
    assert index.path[0] == ADAPTER


async def test_five_frames_open_a_request(
    dispatcher: Dispatcher, defer: Noted, engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        await given_key(connection)
    for turn in turns(*REQUEST):
        await on_update(dispatcher, turn)
    assert len(defer.path) <= 5, defer.path
    assert defer.path[-1] == "Referrals.insert"
