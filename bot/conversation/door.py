"""Who is let in first when more turns come than can be handled at once.

Somebody in danger, somebody who leaves and somebody asking for help pass before those who read or
search.  Nothing is looked at closely before it has to be: as long as there is room, all go in.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from bot.conversation.leaving import CHOICES, exit_words, is_exit_command, says_exit
from bot.conversation.rendered import Rendered
from bot.conversation.turn import Turn, Unreadable
from bot.i18n import Catalogs
from bot.limits import Valve
from bot.understanding import danger

AT_ONCE, KEPT, WAITING = 12, 4, 400
"""Transactions at once: more only make each other slow, for they share two dozen connections."""
CODES_AT_ONCE, CODES_WAITING = 3, 128
"""Number and code together are rare; many at once are somebody who guesses."""
FEWEST_DIGITS = 12
URGENT = ("refer", "erase")
DANGER = ("danger",)
LOOKED_AT = 500
"""Signs of a text that are searched for danger here, a millisecond's work; the handler reads all
of them."""
INSIDE_SECONDS = 600.0
REMEMBERED = 10_000


class Door:
    """Tells which turns are urgent, and lets so many in at once through a valve."""

    def __init__(self, catalogs: Callable[[], Catalogs], valve: Valve | None = None) -> None:
        self.valve = valve or Valve(AT_ONCE, kept=KEPT, most=WAITING)
        self._codes = Valve(CODES_AT_ONCE, most=CODES_WAITING)
        self._catalogs = catalogs
        self._inside: OrderedDict[str, float] = OrderedDict()
        self._reading = asyncio.Lock()

    @asynccontextmanager
    async def passing(self, turn: Turn) -> AsyncIterator[None]:
        """Wait for room for a transaction, and hold it inside the block.

        Who asks again by themselves (a page) may be sent away; what is pushed to waits.

        Raises:
            TooBusy: the line is too long, and the turn is not urgent.
        """
        urgent = not self.valve.at_ease and await self.urgent(turn)
        asks_again = turn.address is None and not turn.unasked
        async with AsyncExitStack() as stack:
            for valve in (self._codes, self.valve) if is_code(turn) else (self.valve,):
                await stack.enter_async_context(valve.passing(urgent=urgent, bounded=asks_again))
            yield

    async def urgent(self, turn: Turn) -> bool:
        """Tell whether a turn belongs to a request for help, or can wait for nothing at all."""
        if _begins(turn.choice, URGENT) or self._is_inside(turn):
            return True
        return await self.cannot_wait(turn)

    async def cannot_wait(self, turn: Turn) -> bool:
        """Tell whether somebody leaves or is in danger."""
        if self.leaves(turn) or _begins(turn.choice, DANGER):
            return True
        return turn.choice is None and turn.text is not None and await self._in_danger(turn.text)

    def leaves(self, turn: Turn) -> bool:
        """Tell whether somebody leaves: by button, `0`, command or exit word, or by blocking us."""
        if turn.unreadable is not None:
            return turn.unreadable is Unreadable.BLOCKED
        if turn.choice is not None or turn.text is None:
            return turn.choice in CHOICES
        words = exit_words(self._catalogs())
        return is_exit_command(turn.text) or says_exit(turn.text, words)

    def answered(self, turn: Turn, reply: Rendered) -> None:
        """Remember who stands inside a request, so that what they type next is urgent too."""
        self._inside.pop(turn.person, None)
        if any(one.startswith("refer:") for one in reply.buttons):
            self._inside[turn.person] = turn.at.timestamp() + INSIDE_SECONDS
            if len(self._inside) > REMEMBERED:
                self._inside.popitem(last=False)

    def _is_inside(self, turn: Turn) -> bool:
        return self._inside.get(turn.person, 0.0) > turn.at.timestamp()

    async def _in_danger(self, text: str) -> bool:
        # One after the other, each in a round of its own: a flood of long texts must not keep
        # the loop from those who only press a button.
        async with self._reading:
            await asyncio.sleep(0)
            return danger(text[:LOOKED_AT]) is not None


def is_code(turn: Turn) -> bool:
    """Tell whether a text holds as many digits as a code, in any script."""
    return sum(map(str.isdigit, turn.text or "")) >= FEWEST_DIGITS


def _begins(choice: str | None, names: tuple[str, ...]) -> bool:
    return choice is not None and choice.partition(":")[0] in names
