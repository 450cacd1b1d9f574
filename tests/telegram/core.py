"""The inside of the program as far as the channel sees it, kept in memory.

Turns are answered by a function of the test; everything else keeps the promises of
`bot.conversation.ports`, so that what is shown here about the channel holds with the real store.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.channels.telegram import Client, Hook, Intake, Manners, Patience, Poller, Telegram, intake
from bot.clock import system_clock
from bot.conversation import (
    OWN,
    Button,
    Delivery,
    Rendered,
    RenderedMessage,
    Sender,
    Shown,
    Turn,
)
from bot.i18n import load_catalogs
from bot.privacy import Keys
from tests.telegram.bot_api import BotApi
from tests.telegram.bot_api.changes import Changes

KEYS = Keys(bytes(range(32)), "test")
HASTE = Patience(tries=7, first=0.005, longest=0.02, flood=1.5)
LOCALES = Path(__file__).parents[2] / "locales"


def say(
    text: str, *rows: Sequence[tuple[str, str]], code: str | None = None, number: int = 1
) -> RenderedMessage:
    """Return one message with rows of (data, label)."""
    choices = tuple(tuple(Button(*one) for one in row) for row in rows)
    return RenderedMessage(f"m{number}", text, choices, code=code)


def reply(*messages: RenderedMessage, wipe: bool = False) -> Rendered:
    """Return a whole reply."""
    return Rendered(messages, "en", "ltr", wipe)


def echo(turn: Turn) -> Rendered:
    """Answer with what was understood, and two buttons."""
    said = turn.text or turn.choice or turn.unreadable or (turn.point and str(turn.point.lat))
    return reply(say(f"You: {said}", (("one", "1 One"), ("two", "2 Two"))))


@dataclass
class Core:
    """Dispatcher, outbox and the stores, in memory."""

    answer: Callable[[Turn], Rendered] = echo
    turns: list[Turn] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    """The number of every turn that came in, repeats among them."""
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    marked: set[int] = field(default_factory=set)
    codes: list[int] = field(default_factory=list)
    """Replies whose code the channel has taken."""
    waiting: dict[int, datetime] = field(default_factory=dict)
    messages: dict[tuple[str, int], tuple[datetime, bool]] = field(default_factory=dict)
    aside: list[bytes] = field(default_factory=list)
    failing: list[BaseException] = field(default_factory=list)
    """Raised by the next turns instead of an answer."""
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    """A turn with such a text waits for its gate before it is committed."""

    changes: Changes = field(default_factory=Changes)
    """Wakes the tests that wait; `wired` puts the server's here."""

    async def handle(self, turn: Turn) -> Delivery:
        """Answer and keep a turn; the same key gets the same reply again."""
        self.asked.append(turn.number)
        if gate := self.gates.get(turn.text or ""):
            await gate.wait()
        if self.failing:
            raise self.failing.pop(0)
        if seen := self.deliveries.get(turn.key):
            return replace(seen, repeat=True, sent=seen.id in self.marked)
        self.turns.append(turn)
        number = len(self.deliveries) + 1
        delivery = Delivery(
            number, self.answer(turn), turn.person, turn.channel, turn.address, turn.pressed
        )
        self.deliveries[turn.key] = delivery
        self.waiting[number] = turn.at + timedelta(seconds=20)
        return delivery

    async def sent(self, delivery: Delivery, at: datetime) -> None:
        """Mark a reply as sent."""
        self.marked.add(delivery.id)
        self.waiting.pop(delivery.id, None)
        self.changes.happened()

    async def code_shown(self, delivery: Delivery) -> None:
        """Note that a code was taken."""
        self.codes.append(delivery.id)

    async def goes_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        """Let every line go at once."""
        return at

    async def later(self, delivery: Delivery, at: datetime) -> None:
        """Let it be tried again from then on."""
        self.waiting[delivery.id] = at
        self.changes.happened()

    async def due(self, at: datetime, limit: int = 50) -> tuple[Delivery, ...]:
        """Return what nobody is sending."""
        numbers = {number for number, when in self.waiting.items() if when <= at}
        found = [one for one in self.deliveries.values() if one.id in numbers]
        return tuple(replace(one, repeat=True) for one in found[:limit])

    async def keep(self, person: str, ids: Sequence[int], at: datetime, shown: Shown = OWN) -> None:
        """Remember message numbers."""
        for one in ids:
            self.messages[person, one] = (at, shown.keyboard)

    async def known(self, person: str, at: datetime) -> tuple[int, ...]:
        """Return the numbers younger than 48 hours."""
        young = at - timedelta(hours=48)
        return tuple(
            sorted(
                n for (who, n), (when, _) in self.messages.items() if who == person and when > young
            )
        )

    async def keyboards(self, person: str) -> tuple[int, ...]:
        """Return the numbers of messages with buttons."""
        return tuple(
            sorted(n for (who, n), (_, has) in self.messages.items() if who == person and has)
        )

    async def unmark(self, person: str, ids: Sequence[int]) -> None:
        """Note that these have no buttons any more."""
        for one in ids:
            if known := self.messages.get((person, one)):
                self.messages[person, one] = (known[0], False)

    async def drop(self, person: str, ids: Sequence[int]) -> None:
        """Forget numbers."""
        for one in ids:
            self.messages.pop((person, one), None)

    async def put(self, channel: str, raw: bytes, at: datetime) -> None:
        """Keep what nobody could read."""
        self.aside.append(raw)


@dataclass
class Program:
    """The channel, wired as `bot/app.py` wires it."""

    client: Client
    channel: Telegram
    sender: Sender
    intake: Intake
    manners: Manners
    poller: Poller
    hook: Hook


def wired(server: BotApi, core: Core, *, token: str = "", secret_seconds: float = 60.0) -> Program:
    """Return the channel between a server and an inside."""
    core.changes = server.world.changes
    client = Client(token or server.token, server.url, HASTE)
    channel = Telegram(client, core, system_clock, core.code_shown, secret_seconds)
    sender = Sender({channel.name: channel}, core, system_clock)
    manners = Manners(client, load_catalogs(LOCALES))
    taking = intake(channel, manners, core.handle, sender.send, core, KEYS)
    poller, hook = Poller(client, taking), Hook(client, taking, KEYS)
    return Program(client, channel, sender, taking, manners, poller, hook)


@asynccontextmanager
async def polling(server: BotApi, core: Core) -> AsyncIterator[Program]:
    """Run the channel by polling inside the block, and stop it as the program does."""
    program = wired(server, core)
    await program.client.open()
    running = asyncio.create_task(program.poller.run())
    try:
        yield program
    finally:
        program.poller.stop()
        await running
        await stopped(program)


async def stopped(program: Program) -> None:
    """Let replies go out and close everything."""
    await program.intake.drain(5)
    await program.channel.close()
    await program.client.close()
