"""What a turn means where the chat stands: which handler gets it, and as which choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Protocol, cast

from bot.conversation.leaving import LONGEST_BUTTON, command_of, exit_words, says_exit
from bot.conversation.ports import Chat
from bot.conversation.rendered import LEAVE
from bot.conversation.reply import Reply
from bot.conversation.session import Session
from bot.conversation.tools import Knowledge, Tools
from bot.conversation.turn import Turn
from bot.referrals import CODE_DIGITS, REFERENCE_DIGITS
from bot.understanding import danger, digits


class Handler(Protocol):
    """A module of `handlers/`: what it listens to, and how it answers."""

    async def handle(self, turn: Turn, session: Session, tools: Tools) -> Reply:
        """Answer a turn."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """Which handler listens to which choice, step and command; the rest goes to three of them."""

    choices: Mapping[str, Handler]
    commands: Mapping[str, str]
    search: Handler
    danger: Handler
    fallback: Handler

    def of(self, carried: str) -> Handler | None:
        """Return the handler of a choice or step, by what stands before its first colon."""
        return self.choices.get(carried.partition(":")[0])


def listed(modules: Sequence[ModuleType]) -> Handlers:
    """Return the table of the handlers, each of which names its CHOICES, STEPS and COMMANDS."""
    choices: dict[str, Handler] = {}
    commands: dict[str, str] = {}
    named: dict[str, Handler] = {}
    for module in modules:
        handler = cast("Handler", module)
        named[module.__name__.rpartition(".")[2]] = handler
        for one in (*module.CHOICES, *module.STEPS):
            if choices.setdefault(one.partition(":")[0], handler) is not handler:
                raise ValueError(f"two handlers listen to {one}")
        commands |= module.COMMANDS
    return Handlers(choices, commands, named["search"], named["danger"], named["fallback"])


def understood(
    turn: Turn, chat: Chat, knowledge: Knowledge, handlers: Handlers
) -> tuple[Turn, Handler]:
    """Return the turn as it is meant here, and who answers it."""
    if turn.unreadable is not None:
        return turn, handlers.fallback
    if turn.choice is None and (choice := _typed_choice(turn, chat, knowledge, handlers)):
        turn = replace(turn, choice=choice, text=_rest(turn.text, choice))
    if turn.choice is not None:
        return turn, handlers.of(turn.choice) or handlers.fallback
    if chat.session.step and (handler := handlers.of(chat.session.step)):
        return turn, handler
    return turn, _for_free_text(turn, chat, handlers)


def _typed_choice(turn: Turn, chat: Chat, knowledge: Knowledge, handlers: Handlers) -> str | None:
    """Return the choice that a command, an exit word or a number of one or two digits presses."""
    if turn.text is None:
        return None
    text = turn.text.strip()
    if text.startswith("/"):
        return handlers.commands.get(command_of(text), "unknown")
    if says_exit(text, exit_words(knowledge.catalogs)):
        return LEAVE
    pressed = digits(text)
    if pressed is None or not 0 < len(pressed) <= LONGEST_BUTTON:
        return None
    position = int(pressed)
    return chat.buttons[position - 1] if position <= len(chat.buttons) else None


def _rest(text: str | None, choice: str) -> str | None:
    """Return what stands behind a command; a pressed number leaves nothing."""
    if text is None or not text.lstrip().startswith("/") or choice == LEAVE:
        return None
    return text.strip().partition(" ")[2].strip() or None


def _for_free_text(turn: Turn, chat: Chat, handlers: Handlers) -> Handler:
    if turn.point is not None:
        return handlers.choices["near"]
    typed = digits(turn.text or "")
    if typed and len(typed) in (REFERENCE_DIGITS, REFERENCE_DIGITS + CODE_DIGITS):
        return handlers.choices["receipt"]
    if danger(turn.text or "", chat.session.language):
        return handlers.danger
    return handlers.search
