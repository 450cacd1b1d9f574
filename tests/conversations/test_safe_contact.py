"""Whatever people, officers, the clock and a failing channel do: no line leaves outside the rules.

The real handlers, rules, store, job and sender are driven by random sequences.  What a person has
allowed is followed here a second time, in plain words, and every line that is shown must fit it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import (
    Capabilities,
    Delivery,
    Knowledge,
    NotNow,
    NotReached,
    Rendered,
    Sender,
    Turn,
    Unreadable,
)
from bot.jobs import Jobs, news
from bot.jobs.later import NotYet
from bot.privacy import Keys, Sealer
from bot.referrals import (
    DUTY_DESK,
    ENDED,
    Address,
    Category,
    Consent,
    Contact,
    Hours,
    Outcome,
    Particulars,
    Referral,
    Request,
    State,
    Urgency,
    stop_check,
)
from bot.referrals import Referrals as Rules
from bot.store.jobs import JobStore
from bot.store.outbox import Outbox
from bot.store.referrals import Referrals
from tests.conversations.stage import Chat, Stage

MORNING = datetime.fromisoformat("2026-11-24T06:00:00+00:00")
LINE = "There is something new for you."
FROM_TO = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 21), "any": (0, 24)}
ZONES = ("Africa/Tunis", "Asia/Kathmandu", "America/New_York", "UTC")
WORD = "sunflower"


@dataclass
class Yes:
    """What a person allowed, as they would tell it."""

    hours: str
    zone: str
    at: datetime
    lines: int = 0
    holds: bool = True

    def fits(self, now: datetime) -> bool:
        first, last = FROM_TO[self.hours]
        hour = now.astimezone(ZoneInfo(self.zone)).hour
        fresh = self.holds and self.lines < 3 and now < self.at + timedelta(days=14)
        return fresh and first <= hour < last


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

    async def asks(self, hours: str, zone: str) -> None:
        """Send a request whose answers may come to the chat; without a code."""
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
            stop_check(stage.keys, WORD),
        )
        async with stage.engine.begin() as connection:
            store = Referrals(connection, stage.sealer, stage.defer)
            rules = Rules(store, stage.knowledge.directory, stage.now)
            self.reference = (await rules.open(request, DUTY_DESK, None)).reference
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
            case "lifts":
                await rules.store.contacts.lift(seen, "officer-1", self.stage.now)
            case _:
                await rules.release(seen, "officer-1")

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
            await ends(world, kind)


async def opens(world: World, kind: str, value: str) -> None:
    """Read what is new, or allow lines from now on, or one more."""
    phone, stage = world.phone, world.stage
    match kind:
        case "hours":
            reply = await world.turns(choice=f"receipt:contact:{value}")
            if phone.yes is not None and "From now on" in reply.messages[0].text:
                phone.yes = Yes(str(value), "UTC", stage.now)
        case "again":
            reply = await world.turns(choice="receipt:contact:again")
            if phone.yes is not None and "One more" in reply.messages[0].text:
                phone.yes.holds = True
        case _:
            await world.turns(choice="receipt")


async def ends(world: World, kind: str) -> None:
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
            reply = await world.turns(text=WORD)
            if "does not match" not in reply.messages[0].text:
                return
        case _:
            await world.turns(unreadable=Unreadable.BLOCKED)
            world.phone.blocked = True
    world.phone.yes = None


OFFICER = st.sampled_from(["answers", "answers", "closes", "lifts", "gives back"])
STEPS = st.one_of(
    st.tuples(st.just("officer"), OFFICER),
    st.tuples(st.just("officer"), st.just("answers")),
    st.tuples(st.just("later"), st.sampled_from([1, 5, 9, 24, 14 * 24])),
    st.tuples(st.just("later"), st.integers(1, 12)),
    st.tuples(st.just("phone"), st.sampled_from(["away", "here"])),
    st.tuples(st.just("opens"), st.just("")),
    st.tuples(st.just("again"), st.just("")),
    st.tuples(st.just("hours"), st.sampled_from(list(FROM_TO))),
    st.tuples(
        st.sampled_from(["declines", "erases", "stops", "types", "blocks"]),
        st.just(""),
    ),
)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    hours=st.sampled_from(list(FROM_TO)),
    zone=st.sampled_from(ZONES),
    steps=st.lists(STEPS, min_size=1, max_size=14),
)
@example(hours="any", zone="UTC", steps=[("later", 14 * 24), ("officer", "answers")])
@example(
    hours="morning",
    zone="UTC",
    steps=[
        ("later", 4),
        ("phone", "away"),
        ("officer", "answers"),
        ("later", 3),
        ("phone", "here"),
    ],
)
async def test_no_line_leaves_that_the_person_did_not_allow(
    engine: AsyncEngine,
    sealer: Sealer,
    keys: Keys,
    knowledge: Knowledge,
    hours: str,
    zone: str,
    steps: list[tuple[str, str | int]],
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), hours, zone)
    for what in steps:
        await step(world, what)
        await world.works()
        world.stage.later(timedelta(minutes=1))


async def begun(stage: Stage, hours: str, zone: str) -> World:
    """Return a world in which a request was just sent."""
    await stage.begin()
    chat = stage.chat("telegram")
    world = World(stage, chat, Phone(chat.person, stage))
    await world.asks(hours, zone)
    return world


async def test_lines_do_come_where_they_are_allowed(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "evening", "Africa/Tunis")
    steps: list[tuple[str, str | int]] = [("officer", "answers"), ("later", 9)]
    for what in (*steps, ("phone", "away"), ("later", 1), ("phone", "here"), ("later", 1)):
        await step(world, what)
        await world.works()
    assert world.phone.lines == 1
    for what in (("opens", ""), ("again", ""), ("officer", "answers"), ("later", 24)):
        await step(world, what)
        await world.works()
    assert world.phone.lines == 2


async def test_a_line_under_way_is_stopped_by_the_word_that_stops_everything(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "any", "UTC")
    world.phone.away = True
    await world.acts("answers")
    await world.works()
    await step(world, ("types", ""))
    world.phone.away = False
    world.stage.later(timedelta(minutes=1))
    await world.works()
    assert world.phone.lines == 0
    assert world.phone.yes is None


async def test_a_line_that_was_late_for_its_window_waits_for_the_next(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "morning", "UTC")
    world.stage.later(timedelta(hours=5))
    world.phone.away = True
    await world.acts("answers")
    await world.works()
    world.phone.away = False
    world.stage.later(timedelta(hours=2))
    await world.works()
    assert world.phone.lines == 0
    world.stage.later(timedelta(hours=19, minutes=1))
    await world.works()
    assert world.phone.lines == 1
