"""What a chat and a block of addresses may do, and when a little work is asked for first.

A block of addresses may be a camp, so past its limit nobody is refused: what is over the limit
brings a proof of work, and what waits until there is room brings none.  Whoever leaves or speaks
of danger brings none at any time.  Addresses stand here as keyed hashes, in memory alone.
"""

import asyncio
import math
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.webchat.errors import ProofNeeded, TooFast
from bot.channels.webchat.ports import WebChat
from bot.channels.webchat.streams import Place, Streams
from bot.conversation import Door, Turn, is_code
from bot.errors import Unavailable
from bot.limits import Blocks, Buckets, Passes, Puzzles, Tallies
from bot.privacy import Log

log = Log(__name__)

PROOF = "Proof"
PATIENCE = 5.0
"""Seconds for which an urgent turn that comes too fast is held, rather than sent away."""
GUESSING_SECONDS = 1
"""When to ask again with a code, while many are guessed, for who brings no proof."""


@dataclass(slots=True)
class Gate:
    """The counts of this process, and what is asked of those over them."""

    deps: WebChat
    door: Door = field(init=False)
    puzzles: Puzzles = field(init=False)
    _blocks: Blocks = field(init=False)
    _chats: Buckets = field(init=False)
    _turns: Buckets = field(init=False)
    _pace: Buckets = field(init=False)
    _codes: Tallies = field(init=False)
    _passes: Passes = field(init=False)
    _streams: Streams = field(init=False)

    def __post_init__(self) -> None:
        """Make the counts, empty."""
        limits, keys = self.deps.limits, self.deps.keys
        self.door = self.deps.door or Door(self.deps.catalogs)
        self.puzzles = Puzzles(keys.derive("proof-of-work"), limits.bits)
        self._blocks = Blocks(keys.derive("address-block"))
        self._chats = Buckets(limits.chats_of_block)
        self._turns = Buckets(limits.turns_of_block)
        self._pace = Buckets(limits.turns)
        self._codes = Tallies(limits.code_failures_of_block)
        self._passes = Passes(limits.turns_of_proof, limits.seconds_of_proof)
        self._streams = Streams(limits.streams, limits.streams_of_block)

    def opening(self, request: web.Request, person: str) -> None:
        """Let a new chat be opened.

        Raises:
            ProofNeeded: too many were opened from this block; a proof lets this one be.
        """
        block, now = self._block(request), self._now()
        if wait := self._chats.wait(block, now):
            self._prove(request, block, wait)
            self._passes.give(person, now)

    def calling(self, request: web.Request, person: str) -> None:
        """Let a page ask again or listen.

        Raises:
            ProofNeeded: too much comes from this block; a proof lets this chat go on.
        """
        if wait := self._turns.wait(self._block(request), self._now()):
            self._pass_or_prove(request, person, wait)

    async def turn(self, request: web.Request, turn: Turn) -> None:
        """Let a turn be taken, after a little waiting where an urgent one comes too fast.

        Raises:
            TooFast: this chat sends faster than a person can.
            ProofNeeded: too much comes from this block, or it guesses codes.
        """
        if self.door.leaves(turn):
            return
        block, now = self._block(request), self._now()
        wait = self._turns.wait(block, now)
        if not wait and is_code(turn) and await self._guessing(block, turn):
            wait = GUESSING_SECONDS
        if wait and not await self.door.cannot_wait(turn):
            self._pass_or_prove(request, turn.person, wait)
        await self._in_pace(turn, now)

    async def taken(self, request: web.Request, turn: Turn) -> None:
        """Count a code that was wrong; the turn is committed, so that it may not fail now."""
        if not is_code(turn) or self.deps.failures is None:
            return
        try:
            if await self.deps.failures.failed_at(turn.person, turn.at):
                self._codes.add(self._block(request), self._now())
        except Unavailable as error:
            log.warning("codes-not-counted", error)

    def listening(self, request: web.Request, person: str) -> AbstractContextManager[Place]:
        """Give a place for a stream; the oldest of a chat with too many ends.

        Raises:
            TooFast: too many are open in this block.
        """
        return self._streams.place(person, self._block(request))

    async def _guessing(self, block: str, turn: Turn) -> bool:
        attacked = await self.deps.watch.under_attack(turn.at)
        return attacked or self._codes.full(block, self._now())

    async def _in_pace(self, turn: Turn, now: float) -> None:
        wait = self._pace.wait(turn.person, now)
        if not wait:
            return
        if not await self.door.urgent(turn):
            raise TooFast(math.ceil(wait))
        wait = self._pace.wait(turn.person, now, PATIENCE)
        if wait > PATIENCE:
            raise TooFast(math.ceil(wait - PATIENCE))
        await asyncio.sleep(wait)

    def _pass_or_prove(self, request: web.Request, person: str, wait: float) -> None:
        if self._passes.take(person, self._now()):
            return
        self._prove(request, person, wait)
        self._passes.give(person, self._now())

    def _prove(self, request: web.Request, bound: str, wait: float) -> None:
        now = self._now()
        if self.puzzles.accept(request.headers.get(PROOF, ""), bound, now):
            return
        challenge = self.puzzles.challenge(bound, now)
        raise ProofNeeded(challenge, self.puzzles.bits, math.ceil(wait))

    def _block(self, request: web.Request) -> str:
        return self._blocks.name(self.deps.client(request))

    def _now(self) -> float:
        return self.deps.clock().timestamp()
