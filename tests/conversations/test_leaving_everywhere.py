"""Every state that can be reached by pressing and typing is left at once, in every language.

The states are not listed but found: from the first contact on every button is pressed and every
kind of text is typed, until nothing new comes.
"""

import secrets
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import EXIT_COMMANDS, Chat, Knowledge, Rendered, Turn
from bot.privacy import Keys, Sealer
from bot.referrals import new_reference
from bot.store.unit import turn_units
from handlers import leave
from handlers.refer import questions
from tests.conversations.stage import Chat as Person
from tests.conversations.stage import Stage

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TYPED = ("he locked me in", "San Jose", "my boss has my papers", new_reference())
MOST = 400
LANGUAGES = ("en", "fr", "es", "ar")
ZEROS = ("0", "٠", "۰", "०", " 0 ", "00")


@dataclass(frozen=True, slots=True)
class State:
    """Where a chat stands: the step, what kinds of things can be pressed, and what code follows."""

    step: str | None
    kinds: frozenset[str]
    code: str | None


def kind_of(button: str) -> str:
    """Return what a button has in common with those that lead to the same question."""
    if button in ("refer:about:trafficking", "refer:about:complaint"):
        return button  # each leads to a question of its own
    if button.startswith(("refer:place:", "refer:country:", "refer:about:", "refer:hours:")):
        return button.rpartition(":")[0]
    return button if button.startswith(("refer", "receipt", "erase")) else button.partition(":")[0]


def state_of(chat: Chat) -> State:
    """Return the state of a chat; articles and places of one kind are one state."""
    kinds = frozenset(map(kind_of, chat.buttons))
    return State(chat.session.step, kinds, chat.session.slots.get("refer.code"))


class Explorer:
    """Presses and types whatever there is."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.core = stage.dispatcher()
        pushing = frozenset({"telegram"})
        self.units = turn_units(stage.engine, stage.drafts, stage.sealer, stage.defer, pushing)

    def turn(self, person: Person, **said: str) -> Turn:
        """Return a turn of a person."""
        key = secrets.token_hex(8)
        return Turn(key, "telegram", person.person, NOON, address=person.address, **said)  # type: ignore[arg-type]

    async def remembered(self, person: Person) -> Chat | None:
        """Return what is remembered of a chat."""
        async with self.units() as unit:
            return (await unit.recall(self.turn(person)))[0]

    async def placed(self, chat: Chat) -> Person:
        """Return a new person whose chat stands there."""
        person = self.stage.chat("telegram")
        async with self.units() as unit:
            turn = self.turn(person)
            await unit.recall(turn)
            await unit.keep(turn, chat, Rendered((), "en", "ltr"))
        return person

    async def after(self, chat: Chat, **said: str) -> list[Chat]:
        """Return where a chat stands after something was done in it; a code is typed at once."""
        person = await self.placed(chat)
        reply = (await self.core.handle(self.turn(person, **said))).reply
        came = [await self.remembered(person)]
        for one in reply.messages:
            if one.code is not None:
                keys = self.turn(person, text=f"{one.reference} {one.code}")
                await self.core.handle(keys)
                came.append(await self.remembered(person))
        return [one for one in came if one is not None]

    async def explored(self) -> dict[State, Chat]:
        """Return every state with a chat that stands in it."""
        person = self.stage.chat("telegram")
        await self.core.handle(self.turn(person, choice="start"))
        begun = await self.remembered(person)
        assert begun is not None
        found, waiting = {state_of(begun): begun}, deque([begun])
        while waiting:
            chat = waiting.popleft()
            for said in tried_in(chat):
                for came in await self.after(chat, **said):
                    if state_of(came) not in found:
                        found[state_of(came)] = came
                        waiting.append(came)
            assert len(found) < MOST
        return found


def tried_in(chat: Chat) -> list[dict[str, str]]:
    """Return what is done in a state: a button of each kind, and texts where one is asked for."""
    first = {kind_of(one): one for one in sorted(chat.buttons, reverse=True)}
    typed = TYPED if chat.session.step else TYPED[:1]
    return [*({"choice": one} for one in first.values()), *({"text": one} for one in typed)]


@pytest.fixture(scope="module")
async def explorer(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> Explorer:
    stage = Stage(engine, sealer, keys, knowledge, NOON)
    await stage.begin()
    return Explorer(stage)


@pytest.fixture(scope="module")
async def states(explorer: Explorer) -> dict[State, Chat]:
    return await explorer.explored()


async def test_every_question_is_among_the_states(states: dict[State, Chat]) -> None:
    steps = {one.step for one in states}
    asked = {*questions.STEPS, *questions.HERE}
    assert {f"refer:{one}" for one in asked} <= steps
    assert {None, "country", "near", "receipt:number", "receipt:code", "receipt:words"} <= steps
    assert len(states) > 40


def ways(knowledge: Knowledge, language: str) -> list[dict[str, str]]:
    """Return every way to leave in a language."""
    words = sorted(knowledge.catalogs.language(language).exit_words)
    typed = (*ZEROS, *sorted(EXIT_COMMANDS), *words, *(f"{one.upper()} !" for one in words))
    return [{"choice": "leave"}, *({"text": one} for one in typed)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_state_is_left_in_every_way(
    explorer: Explorer, states: dict[State, Chat], knowledge: Knowledge, language: str
) -> None:
    harmless = {knowledge.catalogs.render(one, language) for one in leave.decoys()}
    before = len(await explorer.stage.requests())
    every = ways(knowledge, language)
    for number, chat in enumerate(states.values()):
        spoken = replace(chat, session=replace(chat.session, language=language))
        # Each state is left by the button and by two of the other ways, in turn.
        for said in (every[0], *(every[1 + (number * 2 + n) % (len(every) - 1)] for n in range(2))):
            person = await explorer.placed(spoken)
            left = (await explorer.core.handle(explorer.turn(person, **said))).reply
            where = (language, said, chat.session.step)
            assert left.wipe, where
            assert left.language == language, where
            assert {one.text for one in left.messages} <= harmless, where
            assert left.messages, where
            assert not left.buttons, where
            assert not await explorer.stage.remembers(person), where
    assert len(await explorer.stage.requests()) == before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_comes_back_sees_the_first_question_and_nothing_of_before(
    explorer: Explorer, states: dict[State, Chat], language: str
) -> None:
    told = next(one for one in states.values() if one.session.step == "refer:send")
    spoken = replace(told, session=replace(told.session, language=language))
    for said in ({"choice": "start"}, {"text": "/start"}, {"choice": "refer:send"}):
        person = await explorer.placed(spoken)
        await explorer.core.handle(explorer.turn(person, choice="leave"))
        back = (await explorer.core.handle(explorer.turn(person, **said))).reply
        kinds = {one.partition(":")[0] for one in back.buttons}
        assert kinds <= {"lang", "topic", "near", "refer", "receipt", "about", "start"}
        assert not any(one.startswith("refer:") for one in back.buttons)
    assert explorer.stage.opens


@pytest.mark.parametrize("end", ["refer:send", "refer:consent:no"])
async def test_after_the_end_of_a_request_no_answer_of_it_is_remembered(
    explorer: Explorer, states: dict[State, Chat], end: str
) -> None:
    step = "refer:send" if end == "refer:send" else "refer:consent"
    chat = next(one for one in states.values() if one.session.step == step)
    told = replace(chat, session=chat.session.put(place="Sfax", town="34.7,10.8", named="Sfax"))
    for after in await explorer.after(told, choice=end):
        assert not {"place", "town", "named"} & after.session.slots.keys()
        assert not [name for name in after.session.slots if name.startswith("refer.")]


def test_the_commands_that_leave_are_those_the_door_lets_pass() -> None:
    assert set(leave.COMMANDS) == EXIT_COMMANDS
