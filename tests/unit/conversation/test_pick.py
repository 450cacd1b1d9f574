"""What a turn means where the chat stands: leaving first, then a choice, a step, free text."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from bot.conversation import Chat, Knowledge, Session, Turn, Unreadable, listed
from bot.conversation.pick import understood
from bot.directory import Point
from handlers import HANDLERS, danger, fallback, leave, nearby, receipt, refer, search, start
from tests.unit.directory.making import TUESDAY_NOON

TURN = Turn("k", "web", "person", TUESDAY_NOON)
BUTTONS = ("start", "refer", "near", "receipt", "about", "lang", "topic", "erase", "a", "b", "c")
AT_REST = Chat(Session(language="en"), BUTTONS)
AT_WORDS = replace(AT_REST, session=Session(language="en", step="refer:words"))
TABLE = listed(HANDLERS)


def meant(knowledge: Knowledge, chat: Chat = AT_REST, **what: Any) -> tuple[str | None, object]:
    """Return the choice a turn is understood as, and who answers it."""
    turn, handler = understood(replace(TURN, **what), chat, knowledge, TABLE)
    return turn.choice, handler


@pytest.mark.parametrize("zero", ["0", "٠", "۰", "०", " 0 ", "00", "0."])
@pytest.mark.parametrize("chat", [AT_REST, AT_WORDS])
def test_zero_leaves_in_every_script_and_from_every_step(
    knowledge: Knowledge, zero: str, chat: Chat
) -> None:
    assert meant(knowledge, chat, text=zero) == ("leave", leave)


@pytest.mark.parametrize("word", ["exit", "EXIT", "quitter", "salir", "خروج"])
def test_an_exit_word_leaves_as_a_whole_message_only(knowledge: Knowledge, word: str) -> None:
    assert meant(knowledge, AT_WORDS, text=word) == ("leave", leave)
    assert meant(knowledge, AT_WORDS, text=f"I want {word} now") == (None, refer)


@pytest.mark.parametrize(("text", "choice"), [("2", "refer"), ("٢", "refer"), ("11", "c")])
def test_a_number_presses_the_button_in_its_place(
    knowledge: Knowledge, text: str, choice: str
) -> None:
    assert meant(knowledge, text=text)[0] == choice


def test_a_number_that_no_button_has_is_free_text(knowledge: Knowledge) -> None:
    assert meant(knowledge, text="12") == (None, search)


def test_longer_digits_belong_to_the_step(knowledge: Knowledge) -> None:
    assert meant(knowledge, AT_WORDS, text="123") == (None, refer)


def test_a_choice_wins_over_a_step(knowledge: Knowledge) -> None:
    assert meant(knowledge, AT_WORDS, choice="near:legal") == ("near:legal", nearby)


def test_a_step_wins_over_free_text(knowledge: Knowledge) -> None:
    assert meant(knowledge, AT_WORDS, text="he locked me in i cant get out") == (None, refer)
    assert meant(knowledge, text="he locked me in i cant get out") == (None, danger)


def test_a_command_keeps_what_stands_behind_it(knowledge: Knowledge) -> None:
    turn, handler = understood(
        replace(TURN, text="/number@some_bot 1234 5678"), AT_WORDS, knowledge, TABLE
    )
    assert (turn.choice, turn.text, handler) == ("receipt", "1234 5678", receipt)


def test_an_unknown_command_and_an_unknown_choice_fall_back(knowledge: Knowledge) -> None:
    assert meant(knowledge, text="/nonsense") == ("unknown", fallback)
    assert meant(knowledge, choice="no-such:thing") == ("no-such:thing", fallback)


def test_what_cannot_be_read_falls_back_whatever_is_open(knowledge: Knowledge) -> None:
    assert meant(knowledge, AT_WORDS, unreadable=Unreadable.MEDIA) == (None, fallback)


def test_a_location_at_rest_asks_for_what_is_near(knowledge: Knowledge) -> None:
    assert meant(knowledge, point=Point(34.7, 10.8)) == (None, nearby)


@pytest.mark.parametrize("text", ["4821 9035", "4821-9035 118402977640"])
def test_a_number_of_a_request_is_known_at_rest(knowledge: Knowledge, text: str) -> None:
    assert meant(knowledge, text=text) == (None, receipt)


def test_a_command_wins_over_a_number_in_it(knowledge: Knowledge) -> None:
    assert meant(knowledge, text="/start 2") == ("start", start)


def test_two_handlers_of_one_choice_stop_the_start() -> None:
    twin = ModuleType("twin")
    for name, value in (("CHOICES", ("start",)), ("STEPS", ()), ("COMMANDS", {})):
        setattr(twin, name, value)
    with pytest.raises(ValueError, match="start"):
        listed((*HANDLERS, twin))
