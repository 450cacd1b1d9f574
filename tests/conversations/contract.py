"""What a person allowed, followed a second time in plain words, around the real program.

A world is one person with one request, an officer and a phone that checks every line it shows.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.conversation import (
    Capabilities,
    Delivery,
    NotNow,
    NotReached,
    Rendered,
    Sender,
    Turn,
    Unreadable,
)
from bot.jobs import Jobs, news
from bot.jobs.later import NotYet
from bot.privacy import Keys
from bot.referrals import (
    DUTY_DESK,
    ENDED,
    Address,
    Category,
    Consent,
    Contact,
    Hours,
    Lifting,
    NewCode,
    Outcome,
    Particulars,
    Referral,
    Request,
    State,
    Urgency,
    made_code,
    stop_check,
)
from bot.referrals import Referrals as Rules
from bot.store.jobs import JobStore
from bot.store.outbox import Outbox
from bot.store.referrals import Referrals
from bot.store.tables import contacts
from tests.conversations.stage import Chat, Stage

MORNING = datetime.fromisoformat("2026-11-24T06:00:00+00:00")
STARTS = (
    MORNING,
    datetime.fromisoformat("2026-10-20T06:00:00+00:00"),
    datetime.fromisoformat("2027-03-10T06:00:00+00:00"),
)
"""Days after which clocks stay, go back (Berlin, then New York) and go forward."""
LINE = "There is something new for you."
FROM_TO = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 21), "any": (0, 24)}
ZONES = ("Africa/Tunis", "Asia/Kathmandu", "America/New_York", "Europe/Berlin", "UTC")
WORD = "sunflower"


@cache
def code_of(keys: Keys) -> NewCode:
    """Return the one code of all requests that have one: making it is slow."""
    return made_code(keys)


@cache
def word_of(keys: Keys) -> bytes:
    return stop_check(keys, WORD)


@dataclass
class Yes:
    """What a person allowed, as they would tell it."""

    hours: str
    zone: str
    at: datetime
    lines: int = 0
    holds: bool = True

    def fits(self, now: datetime) -> bool:
        """Tell whether a line may come now."""
        first, last = FROM_TO[self.hours]
        return self.lasts(now) and first <= now.astimezone(ZoneInfo(self.zone)).hour < last

    def lasts(self, now: datetime) -> bool:
        """Tell whether a line may come now or when their hours begin."""
        return self.holds and self.lines < 3 and now < self.at + timedelta(days=14)


@dataclass
class Phone:
    """A phone that shows, is away or is blocked, and what the person behind it allowed."""

    person: str
    clock: Stage
    yes: Yes | None = None
    away: bool = False
    blocked: bool = False
    lines: int = 0
    name: str = "telegram"
    capabilities: Capabilities = field(default=Capabilities(pushes=True, edits=True, deletes=True))

    async def deliver(self, delivery: Delivery) -> None:
        """Show it, if it is for this person; whatever answers no turn must fit the yes."""
        if delivery.person != self.person:
            return
        if self.blocked:
            raise NotReached("blocked")
        if self.away:
            raise NotNow(30)
        if not delivery.unasked:
            return
        assert [one.text for one in delivery.reply.messages] == [LINE]
        assert self.yes is not None, "a line came to somebody who allowed none"
        assert self.yes.fits(self.clock.now), f"a line came at {self.clock.now} against {self.yes}"
        self.yes.lines += 1
        self.yes.holds = False
        self.lines += 1


@dataclass
class World:
    """One person with one request, an officer, and the program between them."""

    stage: Stage
    chat: Chat
    phone: Phone
    reference: str = ""
    code: str = ""
    ended: datetime | None = None

    async def asks(self, hours: str, zone: str, *, coded: bool = False) -> None:
        """Send a request whose answers may come to the chat, with a code or without."""
        consent = Consent(office=True, partner=True, contact=Contact.HERE)
        chat, stage = self.chat, self.stage
        to = Address(chat.person, "telegram", chat.address, Hours(hours), zone)
        request = Request(
            Category.OTHER,
            Urgency.SOON,
            "en",
            consent,
            Particulars("words"),
            to,
            word_of(stage.keys),
        )
        code = code_of(stage.keys) if coded else None
        async with stage.engine.begin() as connection:
            store = Referrals(connection, stage.sealer, stage.defer)
            rules = Rules(store, stage.knowledge.directory, stage.now)
            receipt = await rules.open(request, DUTY_DESK, code)
            self.reference, self.code = receipt.reference, receipt.code or ""
        self.phone.yes = Yes(hours, zone, stage.now)

    async def turns(self, **what: object) -> Rendered:
        """Let the person do something."""
        chat = self.chat
        turn = Turn(uuid4().hex, "telegram", chat.person, self.stage.now, address=chat.address)
        delivery = await self.stage.dispatcher().handle(replace(turn, **what))  # type: ignore[arg-type]
        await self.sender().send(delivery)
        return delivery.reply

    async def acts(self, verb: str) -> None:
        """Let an officer do something, if it is possible now."""
        stage = self.stage
        async with stage.engine.begin() as connection:
            store = Referrals(connection, stage.sealer, stage.defer)
            rules = Rules(store, stage.knowledge.directory, stage.now)
            seen = await store.by_reference(self.reference)
            if seen is None or seen.state in ENDED:
                return
            if seen.state is State.WAITING:
                seen = await rules.claim(seen, "officer-1")
            await self._does(verb, rules, seen)

    async def _does(self, verb: str, rules: Rules, seen: Referral) -> None:
        match verb:
            case "answers":
                await rules.answer(seen, "officer-1", "words", self.stage.opens)
            case "closes":
                await rules.close(seen, "officer-1", Outcome.HELPED)
                self.ended = self.stage.now
            case "lifts":
                await rules.store.contacts.lift(seen, "officer-1", self.stage.now, Lifting.PROVED)
            case _:
                await rules.release(seen, "officer-1")

    async def holds(self) -> None:
        """Check that the address is kept only for a line that may still come."""
        yes, now = self.phone.yes, self.stage.now
        if yes is None or (self.ended is not None and (yes.fits(now) or not yes.lasts(now))):
            assert not await self.addressed()

    async def addressed(self) -> bool:
        """Tell whether the address of the chat is kept."""
        async with self.stage.engine.connect() as connection:
            found = await connection.execute(
                select(contacts.c.address_sealed).where(contacts.c.person == self.chat.person)
            )
            return any(found.scalars())

    def sender(self) -> Sender:
        """Return the real sender, which ends at the phone."""
        outbox = Outbox(self.stage.engine, self.stage.drafts, frozenset({"telegram"}))
        return Sender({"telegram": self.phone}, outbox, self.stage.clock)

    async def works(self) -> None:
        """Run the jobs that are due, and the sweep."""
        stage, store = self.stage, JobStore(self.stage.engine, self.stage.sealer, self.stage.drafts)
        run = news.task(Jobs(store, stage.dispatcher(), self.sender(), stage.clock))  # type: ignore[call-arg,unused-ignore]
        due = [(name, ids) for at, name, ids in stage.held if at <= stage.now]
        stage.held = [one for one in stage.held if one[0] > stage.now]
        due, stage.deferred = due + stage.deferred, []
        for name, ids in due:
            if name != "news":
                continue
            try:
                await run(int(ids["event"]))
            except NotYet as error:
                stage.held.append((error.at, name, ids))
        await self.sender().sweep()


async def step(world: World, what: tuple[str, str | int]) -> None:
    """Do one thing, and follow what the person now allows."""
    kind, value = what
    match kind:
        case "officer":
            await world.acts(str(value))
        case "later":
            world.stage.later(timedelta(hours=int(value)))
        case "phone":
            world.phone.away = value == "away"
        case "opens" | "hours" | "again":
            await opens(world, kind, str(value))
        case _:
            await ends(world, kind, str(value))


async def opens(world: World, kind: str, value: str) -> None:
    """Read what is new, or allow lines from now on, or one more."""
    phone, stage = world.phone, world.stage
    match kind:
        case "hours":
            reply = await world.turns(choice=f"receipt:contact:{value}")
            if "From now on" in reply.messages[0].text:
                phone.yes = Yes(str(value), "UTC", stage.now)
        case "again":
            reply = await world.turns(choice="receipt:contact:again")
            if phone.yes is not None and "One more" in reply.messages[0].text:
                phone.yes.holds = True
        case _:
            read = f"{world.reference} {world.code}" if world.code else "/number"
            await world.turns(text=read)


async def ends(world: World, kind: str, value: str) -> None:
    """Do something after which nothing may come unasked."""
    match kind:
        case "declines":
            reply = await world.turns(choice="receipt:contact:no")
            if "Nothing will be sent" in reply.messages[0].text:
                world.phone.yes = None
            return
        case "erases":
            await world.turns(choice="erase:yes")
        case "stops":
            await world.turns(choice="leave:stop")
        case "types":
            before = f"{world.reference} " if value == "in place of the code" else ""
            reply = await world.turns(text=before + WORD)
            if "does not match" not in reply.messages[0].text:
                return
        case _:
            await world.turns(unreadable=Unreadable.BLOCKED)
            world.phone.blocked = True
    world.phone.yes = None


async def begun(stage: Stage, hours: str, zone: str, *, coded: bool = False) -> World:
    """Return a world in which a request was just sent."""
    await stage.begin()
    chat = stage.chat("telegram")
    world = World(stage, chat, Phone(chat.person, stage))
    await world.asks(hours, zone, coded=coded)
    return world
