"""The ways to say that one leaves: one list for the door, for the dispatcher and for the page.

`0` in every script, a command, or an exit word of any offered language as the whole message.  Signs
around a word do not count: who leaves in a hurry does not look at what they type.
"""

import unicodedata
from functools import cache

from bot.conversation.rendered import LEAVE
from bot.i18n import Catalogs
from bot.understanding import digits, fold

CHOICES = frozenset({LEAVE, "leave:stop", "refer:safe:leave"})
COMMANDS = frozenset({"/clear", "/exit", "/quit", "/stop"})
LONGEST_BUTTON = 2
"""Digits of a number that presses a button; longer ones belong to the step."""
LOOKED_AT = 100
ENDS = " .,!?…¡¿،؟۔。"


def says_exit(text: str, words: frozenset[str]) -> bool:
    """Tell whether a whole message is `0` in any script or one of the folded exit words."""
    pressed = digits(text)
    if pressed is not None:
        return len(pressed) <= LONGEST_BUTTON and pressed.strip("0") == ""
    return len(text) < LOOKED_AT and fold(text).strip(ENDS) in words


def is_exit_command(text: str) -> bool:
    """Tell whether a message begins with a command that leaves."""
    return command_of(text) in COMMANDS


def command_of(text: str) -> str:
    """Return the first word of a message as commands are listed: small, without a bot's name."""
    first, *_ = text[:LOOKED_AT].split(maxsplit=1) or [""]
    return first.partition("@")[0].casefold()


def exit_words(catalogs: Catalogs) -> frozenset[str]:
    """Return the exit words of every offered language, folded: leaving works in all of them."""
    return _folded(frozenset().union(*(one.exit_words for one in catalogs.languages.values())))


def typed_exits(catalogs: Catalogs) -> list[str]:
    """Return all that can be typed to leave, for a page that must not wait for an answer."""
    return sorted({*exit_words(catalogs), *COMMANDS, *_zeros()})


@cache
def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


@cache
def _zeros() -> frozenset[str]:
    zeros = [char for char in map(chr, range(0x10000)) if unicodedata.decimal(char, None) == 0]
    return frozenset(zero * times for zero in zeros for times in (1, LONGEST_BUTTON))
