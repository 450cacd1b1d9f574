"""What each chat shows, remembered for a minute beside the store that remembers it for two days.

A person who presses through menus would otherwise cost four transactions for each press.  Another
process may have written to the chat in that minute; then a menu may be edited that is no longer
the last one, and nothing worse.  What is deleted at a quick exit is always read from the store.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.channels.telegram.render import Screen
from bot.conversation import OWN, MessageIds, Shown

FRESH = timedelta(minutes=1)
PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class Screens:
    """Message ids (`bot.conversation.MessageIds`) and the screens they make, lately read."""

    ids: MessageIds
    _seen: OrderedDict[str, tuple[datetime, Screen]] = field(default_factory=OrderedDict)

    async def of(self, person: str, now: datetime) -> Screen:
        """Return what a chat shows."""
        read, screen = self._seen.get(person, (now - 2 * FRESH, Screen()))
        if now - read <= FRESH:
            return screen
        known = await self.ids.known(person, now)
        screen = Screen(max(known, default=0), await self.ids.keyboards(person))
        self._seen[person] = (now, screen)
        while len(self._seen) > PEOPLE:
            self._seen.popitem(last=False)
        return screen

    async def keep(self, person: str, ids: Sequence[int], at: datetime, shown: Shown = OWN) -> None:
        """Remember ids; what is remembered so already costs no transaction."""
        screen = self._seen[person][1] if person in self._seen else Screen()
        if shown.keyboard and set(ids) <= set(screen.keyboards):
            return
        await self.ids.keep(person, ids, at, shown)
        for message in ids:
            self._note(person, message, keyboard=shown.keyboard)

    async def known(self, person: str, at: datetime) -> tuple[int, ...]:
        """Return the ids younger than 48 hours, oldest first, as the store has them."""
        return await self.ids.known(person, at)

    async def keyboards(self, person: str) -> tuple[int, ...]:
        """Return the ids of the messages that have buttons, as the store has them."""
        return await self.ids.keyboards(person)

    async def unmark(self, person: str, ids: Sequence[int]) -> None:
        """Note that these messages have no buttons any more."""
        await self.ids.unmark(person, ids)
        for message in ids:
            self._note(person, message)

    async def drop(self, person: str, ids: Sequence[int]) -> None:
        """Forget ids: the messages are gone."""
        self._seen.pop(person, None)
        await self.ids.drop(person, ids)

    def _note(self, person: str, message: int, *, keyboard: bool = False) -> None:
        """Bring what is remembered up to date; what is not remembered is read when it is needed."""
        if person not in self._seen:
            return
        read, screen = self._seen[person]
        others = tuple(one for one in screen.keyboards if one != message)
        screen = replace(
            screen,
            newest=max(screen.newest, message),
            keyboards=(*others, message) if keyboard else others,
        )
        self._seen[person] = (read, screen)
