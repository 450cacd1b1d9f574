"""From a turn to a reply, in one transaction.

The order is the rule: quick exit before everything, then a choice, then the open step, then free
text.  So no question traps anyone.  The turn, its effects and its reply are committed together;
only then may a channel say 'received', and only then does the reply go out.
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Protocol

from bot.clock import Clock
from bot.conversation.door import Door
from bot.conversation.pick import Handlers, understood
from bot.conversation.ports import Chat, Delivery, Unit, Units
from bot.conversation.rendered import Rendered
from bot.conversation.reply import Reply, again
from bot.conversation.session import Session
from bot.conversation.tools import Knowledge, Outside, Slow, Tools
from bot.conversation.translate import rendered, shown_before
from bot.conversation.turn import Turn
from bot.errors import Absent
from bot.i18n import Line, say
from bot.limits import TooBusy, Valve
from bot.privacy import Keys
from bot.referrals import Referrals

SLOW_AT_ONCE, SLOW_WAITING = 2, 128
"""Slow work takes a processor and 20 MB each; 128 that wait are about three seconds."""
BEHIND = 5
"""How far slow work stands back (nice, 0 to 19): on two processors it would slow every chat."""
BUSY = say("Many people are writing just now. Please wait a minute, then send that again.")


class ChatOver(Absent):
    """The chat of this turn was left before the turn could be handled."""


class KnowledgeSource(Protocol):
    """Gives the knowledge as it is now; a reload replaces it as a whole."""

    def __call__(self) -> Knowledge:
        """Return the current knowledge."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a dispatcher is made of."""

    units: Units
    handlers: Handlers
    knowledge: KnowledgeSource
    keys: Keys
    clock: Clock


class Dispatcher:
    """Handles turns: those of one person one after the other, those of others side by side.

    No more transactions at once than its `door` has room for; slow work stands outside of it.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._slow = Valve(SLOW_AT_ONCE, most=SLOW_WAITING)
        self.door = Door(lambda: parts.knowledge().catalogs)

    async def handle(self, turn: Turn) -> Delivery:
        """Return the committed reply to a turn; the same key gives the same reply again.

        Raises:
            ChatOver: the turn belongs to a chat that is left; it begins no new one.
            TooBusy: too many wait, and the channel is one that asks again by itself.
        """
        outside = Outside()
        knowledge = self._parts.knowledge()
        while True:
            try:
                async with self.door.passing(turn), self._parts.units() as unit:
                    chat, seen = await unit.recall(turn)
                    if seen is not None:
                        return _repeated(seen, turn, knowledge)
                    chat = chat or _new_chat(turn, knowledge)
                    meant, handler = understood(turn, chat, knowledge, self._parts.handlers)
                    tools = self._tools(unit, outside, knowledge, turn.at)
                    reply = await handler.handle(meant, chat.session, tools)
                    shown = rendered(reply, chat, knowledge.catalogs)
                    self.door.answered(turn, shown)
                    return await unit.keep(turn, _after(chat, reply, shown), shown)
            except Slow as slow:
                urgent = (meant.choice or "").startswith("refer")
                try:
                    async with self._slow.passing(urgent=urgent):
                        loop = asyncio.get_running_loop()
                        done = await loop.run_in_executor(_slow_threads(), slow.work)
                    outside.done[slow.name] = done
                except TooBusy:
                    if turn.address is None:
                        raise
                    return await self.put_off(turn, BUSY)

    async def put_off(self, turn: Turn, line: Line) -> Delivery:
        """Commit a line in place of an answer; the open question stays open."""
        knowledge = self._parts.knowledge()
        async with self.door.passing(turn), self._parts.units() as unit:
            chat, seen = await unit.recall(turn)
            if seen is not None:
                return seen
            chat = chat or _new_chat(turn, knowledge)
            reply = again(chat.session, line)
            shown = rendered(reply, chat, knowledge.catalogs)
            return await unit.keep(turn, _after(chat, reply, shown), shown)

    def _tools(self, unit: Unit, outside: Outside, knowledge: Knowledge, now: datetime) -> Tools:
        referrals = Referrals(unit.referrals, knowledge.directory, now)
        return Tools(now, knowledge, referrals, unit, outside, self._parts.keys)


@cache
def _slow_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SLOW_AT_ONCE, "slow", initializer=_step_back)


def _step_back() -> None:
    """Let everybody else's turns have the processors first, where the system can do so."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)


def _new_chat(turn: Turn, knowledge: Knowledge) -> Chat:
    """Return a new chat, which speaks what the channel hints at until the person chooses.

    Raises:
        ChatOver: the turn belongs to one that was left.
    """
    if turn.begun:
        raise ChatOver("the chat was left")
    return Chat(Session(language=knowledge.catalogs.pick(turn.hint)))


def _repeated(seen: Delivery, turn: Turn, knowledge: Knowledge) -> Delivery:
    """Return the stored answer; where it is emptied, and the person waits for it, a kind line."""
    if seen.sent or seen.reply.messages or turn.unasked:
        return seen
    return replace(seen, reply=shown_before(turn.hint, knowledge.catalogs))


def _after(chat: Chat, reply: Reply, shown: Rendered) -> Chat | None:
    """Return the chat after the reply; a message with a code is never among what is remembered."""
    if reply.forget:
        return None
    if reply.beside:
        return replace(chat, session=reply.session, buttons=chat.buttons + shown.buttons)
    kept = tuple(one for one in shown.messages if one.code is None)
    last = replace(shown, messages=kept, wipe=False) if kept else None
    return Chat(reply.session, shown.buttons or chat.buttons, last)
