"""When a call to Telegram is tried again, how long after, and when it is given up.

A send is tried again also when its answer was lost: a message shown twice is an annoyance, a
message never shown may be somebody's only answer.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.channels.telegram.transport import TooManyRequests
from bot.conversation import NotNow, NotReached
from bot.errors import Invalid, Refused

T = TypeVar("T")


class BadToken(Invalid):
    """Telegram does not know the token of the bot, or knows it no longer."""


class PolledElsewhere(Refused):
    """Another process fetches this bot's updates, or a webhook is set."""


class Unchanged(Refused):
    """The message already shows what it was to show."""


class Gone(Refused):
    """The message is deleted, or can no longer be changed."""


class Rejected(NotReached):
    """Telegram finds fault with the request itself; the same one fails again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try: pauses in seconds, doubling from `first` up to `longest`."""

    tries: int = 7
    first: float = 0.25
    longest: float = 8.0
    flood: float = 10.0
    """The longest time Telegram may ask to wait before the call is left to a later sweep."""

    def pause(self, tried: int) -> float:
        """Return a random pause after so many tries, so that callers do not come back at once."""
        widest = min(self.first * 2 ** (tried - 1), self.longest)
        return random.uniform(widest / 2, widest)


ONCE = Patience(tries=1, longest=0.0)


async def patiently(call: Callable[[], Awaitable[T]], patience: Patience) -> T:
    """Return the result of the call, made again while that may help.

    Raises:
        BadToken, NotReached, Unchanged, Gone, PolledElsewhere: it will not help.
        NotNow: it did not help, or Telegram wants to be left alone for long.
    """
    for tried in range(1, patience.tries + 1):
        try:
            return await call()
        except TelegramError as error:
            wait = _wait_after(error, tried, patience)
        await asyncio.sleep(wait)
    raise NotNow(patience.longest)


def _wait_after(error: TelegramError, tried: int, patience: Patience) -> float:
    """Return how long to wait after this error, or raise what it means for good."""
    if isinstance(error, TooManyRequests):
        if error.seconds > patience.flood:
            raise NotNow(error.seconds) from None
        return error.seconds + random.uniform(0, patience.first)
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        if tried >= patience.tries:
            raise NotNow(patience.longest) from None
        return patience.pause(tried)
    raise meaning(error) from None


def meaning(error: TelegramError) -> Invalid | Refused:
    """Return what an error that stays says about the bot, the chat or the message."""
    if isinstance(error, InvalidToken):
        return BadToken("the token is not accepted")
    if isinstance(error, Conflict):
        return PolledElsewhere("another process fetches the updates")
    if isinstance(error, BadRequest):
        return _refusal(error.message.casefold())
    if isinstance(error, Forbidden | ChatMigrated):
        return NotReached("the chat takes no messages")
    return NotReached("refused")


def _refusal(reason: str) -> Refused:
    """Tell apart the three kinds of 400; Telegram gives them no codes, only these words."""
    if "is not modified" in reason:
        return Unchanged("the message shows this already")
    if "message to" in reason or "message can't be" in reason or "message_id_invalid" in reason:
        return Gone("the message cannot be changed")
    return Rejected("the request was refused")
