"""A chat that is pushed to: its pace is told in words, and what is urgent is held, not dropped."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import system_clock
from bot.conversation import Delivery, Dispatcher, Door, Knowledge, Parts, Turn, Unreadable, listed
from bot.errors import Unavailable
from bot.limits import Buckets, Rate, Watch
from bot.privacy import Keys, Sealer
from bot.serving.counted import FAST, PUSHED, Counted
from bot.serving.metrics import Metrics
from bot.store.unit import turn_units
from handlers import HANDLERS

START = system_clock()


class Phone:
    """A person on a channel that sends by itself, whose turns all come at one moment."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted
        self.person = f"pace-{secrets.token_hex(8)}"
        self.turns = 0
        self.later = timedelta()

    async def does(self, **said: Any) -> Delivery:
        self.turns += 1
        turn = Turn(
            key=f"{self.turns}",
            channel="telegram",
            person=self.person,
            at=START + self.later,
            address="1",
            **said,
        )
        return await self.counted.handle(turn)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def phone(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge, slept: list[float]
) -> Phone:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    units = turn_units(engine, sealer, sealer, _defer, frozenset({"telegram"}))
    parts = Parts(units, listed(HANDLERS), lambda: knowledge, keys, system_clock)
    pace = Buckets(Rate(3, 1.0))
    return Phone(Counted(Dispatcher(parts), Metrics(), pace=pace, sleep=sleep))


async def _defer(*_: object, **__: object) -> None:
    """Take a job and do nothing."""


def test_a_person_in_panic_may_press_thirty_times_at_once() -> None:
    buckets = Buckets(PUSHED)
    assert not any(buckets.wait("a", 0.0) for _ in range(30))


async def test_over_the_pace_it_is_said_once_with_the_open_question_and_then_let_go(
    phone: Phone, knowledge: Knowledge
) -> None:
    asked = (await phone.does(choice="lang:en")).reply
    for _ in range(2):
        asked = (await phone.does(choice="start")).reply
    told = await phone.does(choice="start")
    assert told.reply.messages[0].text == knowledge.catalogs.render(FAST, "en")
    assert told.reply.messages[-1].text == asked.messages[-1].text
    assert not told.sent
    for _ in range(10):
        assert (await phone.does(choice="start")).sent
    held = phone.counted.metrics.held.labels("too-fast")
    assert held._value.get() == 11


async def test_after_a_moment_the_chat_goes_on(phone: Phone, knowledge: Knowledge) -> None:
    for _ in range(6):
        await phone.does(choice="lang:en")
    phone.later = timedelta(seconds=1)
    reply = (await phone.does(choice="start")).reply
    assert reply.messages[0].text != knowledge.catalogs.render(FAST, "en")


@pytest.mark.parametrize(
    "said",
    [
        {"choice": "refer"},
        {"choice": "danger:yes"},
        {"choice": "erase:yes"},
        {"choice": "leave"},
        {"text": "0"},
        {"text": "he has a knife and he wants to kill me"},
        {"unreadable": Unreadable.BLOCKED},
    ],
)
async def test_what_is_urgent_is_held_and_then_handled(
    phone: Phone, slept: list[float], said: dict[str, Any], knowledge: Knowledge
) -> None:
    for _ in range(4):
        await phone.does(choice="lang:en")
    delivery = await phone.does(**said)
    assert slept == [1.0]
    assert FAST.template not in " ".join(one.text for one in delivery.reply.messages)
    assert not delivery.sent


async def test_what_is_typed_inside_a_request_is_urgent_too(
    phone: Phone, slept: list[float]
) -> None:
    await phone.does(choice="lang:en")
    await phone.does(choice="refer")
    await phone.does(choice="refer:safe:yes")
    await phone.does(text="1")
    assert slept == [1.0]


async def test_wrong_codes_are_looked_at_and_a_database_that_is_away_breaks_nothing(
    phone: Phone,
) -> None:
    asked: list[object] = []

    async def away(at: object) -> int:
        asked.append(at)
        raise Unavailable("the database does not answer")

    counted = Counted(phone.counted.dispatcher, Metrics(), watch=Watch(away))
    other = Phone(counted)
    assert (await other.does(text="1234 5678 123 456 789 012")).reply.messages
    await other.does(text="hello")
    assert len(asked) == 1


# --- the door -------------------------------------------------------------------------------------


def turn(**said: Any) -> Turn:
    return Turn("k", "web", "somebody", START, **said)


@pytest.mark.parametrize("text", ["0", "00", " 0 ", "٠", "۰", "/clear", " /CLEAR now"])
def test_leaving_is_known_in_every_script(knowledge: Knowledge, text: str) -> None:
    assert Door(lambda: knowledge.catalogs).leaves(turn(text=text))


@pytest.mark.parametrize("text", ["", "10", "000", "I cannot exit the house", "clear", "/start"])
def test_other_words_do_not_leave(knowledge: Knowledge, text: str) -> None:
    assert not Door(lambda: knowledge.catalogs).leaves(turn(text=text))


@pytest.mark.parametrize("choice", ["start", "near", "receipt", "referral", "dangerous", "lang:en"])
async def test_what_can_wait_is_not_urgent(knowledge: Knowledge, choice: str) -> None:
    assert not await Door(lambda: knowledge.catalogs).urgent(turn(choice=choice))


async def test_every_exit_word_of_every_language_leaves(knowledge: Knowledge) -> None:
    door = Door(lambda: knowledge.catalogs)
    for language in knowledge.catalogs.languages.values():
        for word in language.exit_words:
            assert await door.cannot_wait(turn(text=word.upper()))
