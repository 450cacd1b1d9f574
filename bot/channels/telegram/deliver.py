"""The channel itself: shows committed replies in a chat, one after the other.

A reply is shown in pieces.  What has been shown of it is remembered in this process, so that a
second try goes on where the first one stopped and a sweep that comes too early shows nothing
twice.  Leaving overtakes: deleting begins at once, and replies that wait behind it are not shown.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.channels.telegram.client import Client
from bot.channels.telegram.inbound import CHANNEL
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.render import Piece, Placing, pieces_of, place
from bot.channels.telegram.retry import BadToken, Gone, Rejected, Unchanged
from bot.channels.telegram.screens import Screens
from bot.clock import Clock
from bot.conversation import Capabilities, Delivery, MessageIds, NotNow, NotReached, Shown
from bot.errors import BotError, Refused
from bot.privacy import Log

log = Log(__name__)

AT_ONCE = 30
"""Telegram takes about so many messages a second."""
SECONDS = 15.0
"""Less than the lease of a reply, after which the sweep takes it over."""
WIPE_SECONDS = 6.0
"""How long a quick exit deletes before it shows what is harmless; a job does the rest."""
SECRET_SECONDS = 60.0
"""How long a secret code stands in the chat."""
PROMPT_SECONDS = 30.0
"""A reply that waited here for longer finds nobody who waits for it."""
NO_TOKEN_SECONDS = 60.0
"""When to try again after the token was revoked: the operator may have a new one by then."""
CHUNK = 100
"""Most messages that one call deletes."""
REMEMBERED = 2_000
CAPABILITIES = Capabilities(pushes=True, edits=True, deletes=True)


@dataclass
class _Progress:
    """Where one reply goes and how many pieces are shown; none of its words are kept."""

    placing: Placing | None = None
    shown: int = 0
    wiped: bool = False
    under_way: bool = False
    done: bool = False


async def _untold(_delivery: Delivery) -> None:
    """Tell nobody that a code was shown."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """Telegram as a channel (`bot.conversation.Channel`).

    `code_shown` is called as soon as Telegram has taken the message that holds a code.
    """

    client: Client
    ids: MessageIds
    clock: Clock
    code_shown: Callable[[Delivery], Awaitable[None]] = _untold
    secret_seconds: float = SECRET_SECONDS
    name: str = CHANNEL
    capabilities: Capabilities = CAPABILITIES
    screens: Screens = field(init=False)
    _lanes: Lanes = field(default_factory=lambda: Lanes(AT_ONCE))
    _progress: OrderedDict[int, _Progress] = field(default_factory=OrderedDict)
    _left: OrderedDict[str, int] = field(default_factory=OrderedDict)
    """The reply with which each person left last."""
    _vanishing: dict[tuple[int, int], asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "screens", Screens(self.ids))

    async def deliver(self, delivery: Delivery) -> None:
        """Send a committed reply; doing so twice may show it twice.

        Raises:
            NotReached: it can never be delivered.
            NotNow: it may be delivered later.
        """
        if delivery.address is None:
            raise NotReached("the reply has no address")
        progress = self._started(delivery.id)
        if progress.under_way:
            raise NotNow(SECONDS)
        progress.under_way = True
        try:
            await self._in_turn(delivery, int(delivery.address), progress)
        except TimeoutError:
            raise NotNow from None
        except BadToken:
            raise NotNow(NO_TOKEN_SECONDS) from None
        finally:
            progress.under_way = False

    async def _in_turn(self, delivery: Delivery, chat: int, progress: _Progress) -> None:
        """Show a reply after those before it; what leaves deletes first and waits for none."""
        began = asyncio.get_running_loop().time()
        if delivery.reply.wipe and not progress.done:
            self._note_left(delivery)
            progress.wiped = await self._wipe_soon(delivery, chat)
        async with self._lanes.turn(delivery.person, delivery.id), asyncio.timeout(SECONDS):
            if progress.done or self._is_over(delivery):
                return
            waited = asyncio.get_running_loop().time() - began
            await self._show(
                delivery.late() if waited > PROMPT_SECONDS else delivery, chat, progress
            )
            progress.done = True

    def _note_left(self, delivery: Delivery) -> None:
        self._left[delivery.person] = max(delivery.id, self._left.pop(delivery.person, 0))
        while len(self._left) > REMEMBERED:
            self._left.popitem(last=False)

    def _is_over(self, delivery: Delivery) -> bool:
        """Tell whether the chat was left after the turn that this reply answers."""
        return not delivery.unasked and delivery.id < self._left.get(delivery.person, 0)

    async def clear(self, address: str, messages: Sequence[int]) -> tuple[int, ...]:
        """Delete messages of both sides and return those that are gone.

        Raises:
            NotReached: none of them can ever be deleted.
            NotNow: they may be deleted later.
        """
        gone: list[int] = []
        try:
            for start in range(0, len(messages), CHUNK):
                gone += await self._delete(int(address), messages[start : start + CHUNK])
        except BadToken:
            raise NotNow(NO_TOKEN_SECONDS) from None
        except NotNow:
            if not gone:
                raise
        return tuple(gone)

    async def answer(self, query: str) -> None:
        """End the little clock on a pressed button; that it was too late changes nothing."""
        with contextlib.suppress(Refused, NotNow):
            await self.client.answer(query)

    async def close(self) -> None:
        """End what waits to delete secret codes; they stay where they are."""
        tasks = list(self._vanishing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _started(self, number: int) -> _Progress:
        progress = self._progress.setdefault(number, _Progress())
        while len(self._progress) > REMEMBERED:
            self._progress.popitem(last=False)
        return progress

    async def _show(self, delivery: Delivery, chat: int, progress: _Progress) -> None:
        if progress.wiped and progress.shown == 0:
            # What was under way when the chat was left has come meanwhile.
            await self._wipe_soon(replace(delivery, pressed=None), chat)
        placing = progress.placing = progress.placing or await self._placing(delivery)
        pieces = pieces_of(delivery.reply)
        for piece in pieces[progress.shown :]:
            edit = placing.edit if progress.shown == 0 else None
            await self._show_piece(delivery, chat, piece, edit)
            progress.shown += 1
            if piece.protect and not any(one.protect for one in pieces[progress.shown :]):
                await self.code_shown(delivery)
        await self._strip(delivery.person, chat, placing.strip)

    async def _placing(self, delivery: Delivery) -> Placing:
        screen = await self.screens.of(delivery.person, self.clock())
        return place(delivery.reply, delivery.pressed, screen, late=delivery.repeat)

    async def _show_piece(
        self, delivery: Delivery, chat: int, piece: Piece, edit: int | None
    ) -> None:
        person = delivery.person
        edited = edit is not None and await self._edit(person, chat, piece, edit)
        number = edit if edit is not None and edited else await self.client.send(chat, piece)
        if number is None:
            return
        shown = Shown(delivery.id, bool(piece.keyboard), piece.protect)
        await self.screens.keep(person, (number,), self.clock(), shown)
        if piece.protect:
            self._let_vanish(person, chat, number)

    async def _edit(self, person: str, chat: int, piece: Piece, message: int) -> bool:
        """Return whether the message now shows the piece; a code in its place is gone with that."""
        held_code = self._keep_from_vanishing(chat, message)
        try:
            await self.client.edit(chat, message, piece)
        except Unchanged:
            return True
        except Gone:
            return False
        except NotNow:
            if held_code:
                self._let_vanish(person, chat, message)
            raise
        return True

    async def _strip(self, person: str, chat: int, messages: Sequence[int]) -> None:
        """Take old keyboards away; one that cannot be taken is an annoyance, no more."""
        for message in messages:
            with contextlib.suppress(Refused):
                await self.client.strip(chat, message)
        if messages:
            await self.screens.unmark(person, messages)

    async def _wipe_soon(self, delivery: Delivery, chat: int) -> bool:
        """Delete what there is; where that takes long, what is harmless must not wait for it.

        A job goes on with what is left.  Returns whether Telegram answered.
        """
        try:
            async with asyncio.timeout(WIPE_SECONDS):
                await self._wipe(delivery, chat)
        except (TimeoutError, NotNow) as error:
            log.warning("not-deleted-yet", error, channel=CHANNEL)
            return False
        return True

    async def _wipe(self, delivery: Delivery, chat: int) -> None:
        """Delete what Telegram lets delete, of both sides, before anything else is shown."""
        known = await self.ids.known(delivery.person, self.clock())
        pressed = {int(delivery.pressed)} if delivery.pressed else set()
        numbers = sorted({*known, *pressed})
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            for message in chunk:
                self._keep_from_vanishing(chat, message)
            gone = await self._delete(chat, chunk)
            await self.screens.drop(delivery.person, gone)

    async def _delete(self, chat: int, chunk: Sequence[int]) -> tuple[int, ...]:
        """Delete a chunk, one by one where Telegram refuses it as a whole; return what is gone.

        What it refuses once more is left to the job that tries for 48 hours.
        """
        with contextlib.suppress(Gone, Rejected):
            await self.client.delete(chat, chunk)
            return tuple(chunk)
        gone = []
        for message in chunk:
            try:
                await self.client.delete(chat, (message,))
            except Gone:
                gone.append(message)
            except Rejected:
                continue
            else:
                gone.append(message)
        return tuple(gone)

    async def _vanish(self, person: str, chat: int, message: int) -> None:
        try:
            await asyncio.sleep(self.secret_seconds)
            await self.client.delete(chat, (message,))
            await self.screens.drop(person, (message,))
        except BotError as error:
            log.warning("code-not-deleted", error, channel=CHANNEL)
        if self._vanishing.get((chat, message)) is asyncio.current_task():
            del self._vanishing[chat, message]

    def _let_vanish(self, person: str, chat: int, message: int) -> None:
        task = asyncio.create_task(self._vanish(person, chat, message))
        self._vanishing[chat, message] = task

    def _keep_from_vanishing(self, chat: int, message: int) -> bool:
        """Return whether the message was to vanish, which it now will not."""
        task = self._vanishing.pop((chat, message), None)
        return task is not None and task.cancel()
