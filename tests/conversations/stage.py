"""Where dialogues are played: the real dispatcher, handlers, store and jobs, and a clock.

Each dialogue has people of its own.  Every reply is looked at as a person would, whatever the
dialogue says about it: a way out, a person to talk to, no label twice, no message too long for a
small screen, nothing on a button that a channel cannot carry.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.audit import By
from bot.channels.webchat import WebChannel
from bot.conversation import (
    Button,
    Capabilities,
    Delivery,
    Dispatcher,
    Knowledge,
    Parts,
    Rendered,
    Sender,
    Turn,
    listed,
)
from bot.jobs import Jobs, news
from bot.jobs.later import NotYet
from bot.privacy import DraftSealer, Keys, Sealer, new_pair, pseudonym
from bot.referrals import (
    DUTY_DESK,
    RECOVERY,
    SET_UP,
    Action,
    Danger,
    Declined,
    Lifting,
    OfficeKey,
    Outcome,
    Override,
    Pace,
    Particulars,
    Purpose,
    Referral,
    Wishes,
)
from bot.referrals import Referrals as Rules
from bot.store.jobs import JobStore
from bot.store.keys import OfficeKeyStore
from bot.store.notes import Notes
from bot.store.outbox import Outbox
from bot.store.referrals import Referrals
from bot.store.tables import (
    answer_counts,
    chats,
    contacts,
    offers,
    office_key_wraps,
    office_keys,
    officers,
    offices,
    referrals,
    replies,
)
from bot.store.unit import turn_units
from bot.store.webchats import WebChats
from handlers import HANDLERS
from tests.conversations.dialogue import Mismatch

CHANNELS = ("telegram", "web")
CARRIES = 64
"""Bytes a button can carry on Telegram."""
LONGEST = 1200
"""Signs of a message; more does not fit two screens of a small phone."""
OFFICER = "officer-1"
NOTE = "CANARY-NOTE calls only after six"
"""What an officer notes with each answer; neither note nor officer may show in any dialogue."""
NEWS = ("receipt",)
"""The one button of the line that comes unasked; it stands beside a question that has the rest."""


@dataclass(slots=True)
class Screen:
    """A channel that shows what it is given at once."""

    name: str
    capabilities: Capabilities = field(default=Capabilities(pushes=True, edits=True, deletes=True))
    shown: list[Delivery] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> None:
        self.shown.append(delivery)


@dataclass(slots=True)
class Chat:
    """A person on a channel, and all that was shown to them."""

    channel: str
    address: str
    person: str
    replies: list[Rendered] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    read: int = 0


@dataclass(slots=True)
class Stage:
    """The program as far as a dialogue needs it."""

    engine: AsyncEngine
    sealer: Sealer
    keys: Keys
    knowledge: Knowledge
    now: datetime
    deferred: list[tuple[str, Mapping[str, str | int]]] = field(default_factory=list)
    held: list[tuple[datetime, str, Mapping[str, str | int]]] = field(default_factory=list)
    """Jobs that wait, and until when."""
    known: set[str] = field(default_factory=set)
    """Ids of the requests that were there before."""
    opens: dict[tuple[str, int], bytes] = field(default_factory=dict)
    """What the offices of this dialogue can open."""
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="waypoint-drafts-")))
    drafts: DraftSealer = field(init=False)

    def __post_init__(self) -> None:
        self.drafts = DraftSealer(self.folder, self.clock)

    async def defer(
        self, connection: AsyncConnection, task: str, at: datetime | None = None, **ids: str | int
    ) -> None:
        """Note a job instead of queueing it."""
        self.deferred.append((task, ids))

    def chat(self, channel: str) -> Chat:
        """Return a chat that nobody had before."""
        address = str(secrets.randbelow(10**12))
        return Chat(channel, address, pseudonym(self.keys, channel, address))

    def dispatcher(self) -> Dispatcher:
        """Return the real dispatcher with the handlers that are shipped."""
        pushing = frozenset({"telegram"})
        units = turn_units(self.engine, self.drafts, self.sealer, self.defer, pushing)
        clock = lambda: self.now  # noqa: E731 - the clock is the stage's
        parts = Parts(units, listed(HANDLERS), lambda: self.knowledge, self.keys, clock)
        return Dispatcher(parts)

    async def handle(self, chat: Chat, turn: Turn) -> Rendered:
        """Let a person do something, and look at what they get."""
        delivery = await self.dispatcher().handle(turn)
        chat.turns.append(turn)
        chat.replies.append(delivery.reply)
        look_at(delivery.reply)
        return delivery.reply

    async def begin(self) -> None:
        """Note what is there already, and let nobody be on duty."""
        async with self.engine.begin() as connection:
            self.known = set((await connection.execute(select(referrals.c.id))).scalars())
            # What other dialogues left unsent was sealed under keys that are gone.
            await connection.execute(delete(replies))
            await connection.execute(delete(officers))
            await connection.execute(delete(answer_counts))
            await connection.execute(delete(office_keys))
            await connection.execute(delete(office_key_wraps))
            await self._give_key(connection, DUTY_DESK)
            await self._give_key(connection, RECOVERY)

    async def unfinish(self) -> None:
        """Go back to before the set-up was finished."""
        async with self.engine.begin() as connection:
            await connection.execute(delete(office_keys))
            await self._give_key(connection, SET_UP)

    async def _give_key(self, connection: AsyncConnection, office: str) -> None:
        pair, store = new_pair(), OfficeKeyStore(connection)
        version = await store.next_version(office)
        await store.add(OfficeKey(office, version, pair.public), self.now)
        self.opens[office, version] = pair.private

    async def onboard(self, office: str, *, woman: bool = False) -> None:
        """Let an office have an officer who holds its key."""
        row = {
            "id": secrets.token_hex(8),
            "email_hash": secrets.token_bytes(32),
            "email_sealed": b"",
            "office": office,
            "role": "officer",
            "password_hash": "set",
            "created": self.now,
            "woman": woman,
        }
        async with self.engine.begin() as connection:
            known = insert(offices).values(id=office, created=self.now).on_conflict_do_nothing()
            await connection.execute(known)
            await connection.execute(insert(officers).values(row))
            if not await OfficeKeyStore(connection).newest((office,)):
                await self._give_key(connection, office)
            held = {"office": office, "version": 1, "holder": row["id"], "blob": b""}
            await connection.execute(insert(office_key_wraps).values(held))

    async def requests(self) -> list[Referral]:
        """Return the requests of this dialogue, oldest first."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(referrals.c.reference)
                .where(referrals.c.id.not_in(self.known))
                .order_by(referrals.c.created)
            )
            store = Referrals(connection, self.sealer, self.defer)
            made = [await store.by_reference(one) for one in found.scalars()]
        return [one for one in made if one is not None]

    async def particulars(self, referral: Referral) -> Particulars:
        """Return what the office would read."""
        async with self.engine.connect() as connection:
            store = Referrals(connection, self.sealer, self.defer)
            return await store.particulars(referral, self.opens)

    async def wishes(self, referral: Referral) -> Wishes:
        """Return what the person wishes about who reads it."""
        async with self.engine.connect() as connection:
            return await Referrals(connection, self.sealer, self.defer).wishes(referral)

    async def remembers(self, chat: Chat) -> bool:
        """Tell whether anything of the chat is held."""
        async with self.engine.connect() as connection:
            found = await connection.execute(
                select(func.count()).where(chats.c.person == chat.person)
            )
            return bool(found.scalar_one())

    async def kept(self, chat: Chat) -> list[str]:
        """Return what is held of a chat beside the turn log: draft, words, address."""
        async with self.engine.connect() as connection:
            words = replies.c.body_sealed.is_not(None) | replies.c.address_sealed.is_not(None)
            found = {
                "draft": chats.c.person == chat.person,
                "words": (replies.c.person == chat.person) & words,
                "address": contacts.c.person == chat.person,
            }
            return [
                name
                for name, mine in found.items()
                if (await connection.execute(select(func.count()).where(mine))).scalar_one()
            ]

    async def officer(self, reference: str, verb: str, said: str) -> None:
        """Let an officer of the office that has it do something."""
        async with self.engine.begin() as connection:
            store = Referrals(connection, self.sealer, self.defer)
            rules = Rules(store, self.knowledge.directory, self.now)
            held = await store.by_reference(reference)
            if held is None:
                raise Mismatch("there is no such request")
            seen = await rules.visible_to(frozenset({held.office, DUTY_DESK}), reference)
            match verb:
                case "claims":
                    await rules.claim(seen, OFFICER)
                case "gives":
                    await rules.release(seen, OFFICER)
                case "answers":
                    await Notes(connection).add(seen, NOTE, self.opens, By(OFFICER, self.now))
                    await rules.answer(seen, OFFICER, said, self.opens)
                case "offers":
                    await self._in_danger(connection, store, seen, said)
                    await rules.move(seen, Action.OFFER, By(OFFICER, self.now))
                case "lifts":
                    await store.contacts.lift(seen, OFFICER, self.now, Lifting.PROVED)
                case "closes":
                    await rules.close(seen, OFFICER, Outcome(said))
                case _:
                    raise Mismatch(f"an officer cannot do this: {verb}")

    async def _in_danger(
        self, connection: AsyncConnection, store: Referrals, seen: Referral, said: str
    ) -> None:
        """Let two officers decide, if said so, that a life is in danger, for one partner."""
        if not said:
            return
        to = Override(
            0, "tn-1", Danger.HEALTH, "officer-1", self.now, purpose=Purpose.PARTNER
        )  # fmt: skip
        await store.consents.ask(seen, to)
        (asked,) = (await store.consents.record(seen)).overrides
        assert await store.consents.confirm(seen, asked.id, "officer-2", self.now)
        made = {"id": str(uuid4()), "referral": seen.id, "office": seen.office, "partner": "tn-1"}
        await connection.execute(insert(offers).values(**made, made=self.now, expires=self.now))

    async def partner(self, reference: str, verb: str, said: str | None) -> None:
        """Let a partner organisation do something with a request that it was offered."""
        actions = {
            "accepts": Action.ACCEPT,
            "declines": Action.DECLINE,
            "gives": Action.HAND_BACK,
            "is": Action.FULL,
        }
        async with self.engine.begin() as connection:
            store = Referrals(connection, self.sealer, self.defer)
            rules = Rules(store, self.knowledge.directory, self.now)
            held = await store.by_reference(reference)
            if held is None:
                raise Mismatch("there is no such request")
            until = date.fromisoformat(said) if verb == "is" and said else None
            why = Declined(said) if verb == "declines" and said else None
            await rules.move(held, actions[verb], By(None, self.now), why, until)

    async def answered(self, office: str, count: int, minutes: int) -> None:
        """Let an office have answered requests of every kind today, each in so many minutes."""
        known = {"office": office, "day": self.now.date(), "minutes": minutes, "count": count}
        async with self.engine.begin() as connection:
            for pace in Pace:
                await connection.execute(insert(answer_counts).values(**known, pace=pace))

    async def tell(self, everybody: list[Chat]) -> None:
        """Run the jobs that tell people, and let their screens show what came."""
        screen = Screen("telegram")
        sender = Sender(
            {"telegram": screen, "web": WebChannel()}, Outbox(self.engine, self.drafts), self.clock
        )
        store = JobStore(self.engine, self.sealer, self.drafts)
        run = news.task(Jobs(store, self.dispatcher(), sender, self.clock))
        self.deferred += [(task, ids) for at, task, ids in self.held if at <= self.now]
        self.held = [one for one in self.held if one[0] > self.now]
        while self.deferred:
            task, ids = self.deferred.pop(0)
            if task != "news":
                continue
            try:
                await run(int(ids["event"]))
            except NotYet as error:
                self.held.append((error.at, task, ids))
        for chat in everybody:
            pushed = [one.reply for one in screen.shown if one.person == chat.person]
            for reply in (*pushed, *await self._fetched(chat)):
                look_at(reply)
                chat.replies.append(reply)

    async def _fetched(self, chat: Chat) -> list[Rendered]:
        """Return what a web page would get over its event stream."""
        if chat.channel != "web":
            return []
        found = await WebChats(self.engine, self.drafts).news(chat.person, chat.read)
        chat.read = max((one.id for one in found), default=chat.read)
        return [one.reply for one in found]

    def clock(self) -> datetime:
        """Return the time on this stage."""
        return self.now

    def later(self, length: timedelta) -> None:
        """Move the clock."""
        self.now += length


def look_at(reply: Rendered) -> None:
    """Check what every reply owes a person."""
    buttons = [button for one in reply.messages for row in one.choices for button in row]
    labels = [one.label for one in buttons]
    for one in buttons:
        _holds(len(one.id.encode()) <= CARRIES, f"a button carries over {CARRIES} bytes: {one.id}")
    seen = repr(reply.messages)
    for secret in (OFFICER, "CANARY-NOTE"):
        _holds(secret not in seen, f"shown to a person: {secret}")
    twice = sorted({one for one in labels if labels.count(one) > 1})
    _holds(not twice, f"two buttons say the same: {twice}")
    for message in reply.messages:
        _holds(len(message.text) <= LONGEST, f"a message of {len(message.text)} signs is too long")
    ids = tuple(one.id for one in buttons)
    if not (reply.wipe or not reply.messages or ids == NEWS):
        _look_for_ways_out(frozenset(ids))
        for one in buttons:
            _look_at_number(one, reply)


def _look_at_number(button: Button, reply: Rendered) -> None:
    """Check that a button is pressed by the number it shows; leaving is always 0."""
    number = int(button.label.split()[0])
    presses = reply.buttons[number - 1] if number else "leave"
    _holds(presses == button.id, f"the number of [{button.label}] presses {presses}")


def _look_for_ways_out(ids: frozenset[str]) -> None:
    asking = any(one.startswith(("refer:", "lang:")) for one in ids)
    _holds("leave" in ids, "there is no way out on this screen")
    _holds(asking or "refer" in ids, "there is no way to a person on this screen")


def _holds(true: bool, otherwise: str) -> None:
    if not true:
        raise Mismatch(otherwise)
