"""What may go wrong between a bot and Telegram, made to happen on demand."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.telegram.bot_api.refusals import Refusal, blocked, too_many_requests


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing going wrong with one call."""

    refusal: Refusal | None = None
    reset_before: bool = False
    """The connection breaks before anything was done."""
    reset_after: bool = False
    """It was done, but the answer is lost."""
    delay: float = 0.0
    """Seconds between the effect and the answer."""
    gate: asyncio.Event | None = None
    """The answer waits until this is set; the effect does not."""
    raw: tuple[int, bytes] | None = None
    """Status and body that are not the Bot API's, as from a proxy in between."""


def too_many(seconds: int) -> Fault:
    """Refuse with 429 and this retry_after."""
    return Fault(refusal=too_many_requests(seconds))


def server_error(status: int = 500) -> Fault:
    """Fail with a status and an answer in the form of the API."""
    return Fault(refusal=Refusal(status, "Internal Server Error"))


def proxy_error(status: int = 502) -> Fault:
    """Fail with a page that is not JSON."""
    return Fault(raw=(status, b"<html><body>Bad Gateway</body></html>"))


def reset() -> Fault:
    """Break the connection before anything is done."""
    return Fault(reset_before=True)


def lost_answer() -> Fault:
    """Do what was asked, then break the connection."""
    return Fault(reset_after=True)


def slow(seconds: float) -> Fault:
    """Do what was asked and answer late."""
    return Fault(delay=seconds)


def held(gate: asyncio.Event) -> Fault:
    """Do what was asked and answer when the gate opens."""
    return Fault(gate=gate)


def unauthorized() -> Fault:
    """Refuse the token."""
    return Fault(refusal=Refusal(401, "Unauthorized"))


def blocked_by_user() -> Fault:
    """Answer as if the person had blocked the bot."""
    return Fault(refusal=blocked())


@dataclass
class _Planned:
    fault: Fault
    times: int
    method: str | None


@dataclass
class Faults:
    """The faults still to come: planned ones first, then a random share of the rest."""

    _planned: list[_Planned] = field(default_factory=list)
    _random: list[tuple[float, Fault]] = field(default_factory=list)
    _methods: Callable[[str], bool] = lambda _method: True
    _dice: random.Random = field(default_factory=lambda: random.Random(1))

    def plan(self, fault: Fault, *, times: int = 1, method: str | None = None) -> None:
        """Let the next calls, of one method if it is named, go wrong in this way."""
        self._planned.append(_Planned(fault, times, method))

    def at_random(
        self, *shares: tuple[float, Fault], seed: int, methods: Callable[[str], bool] | None = None
    ) -> None:
        """Let a share (0 to 1) of the calls go wrong, the same ones for the same seed."""
        self._random = list(shares)
        self._dice = random.Random(seed)
        self._methods = methods or (lambda _method: True)

    def clear(self) -> None:
        """Let everything work again."""
        self._planned.clear()
        self._random.clear()

    def take(self, method: str) -> Fault | None:
        """Return what goes wrong with this call, if anything."""
        for planned in self._planned:
            if planned.times > 0 and planned.method in {None, method}:
                planned.times -= 1
                return planned.fault
        return self._by_chance(method)

    def _by_chance(self, method: str) -> Fault | None:
        if not self._random or not self._methods(method):
            return None
        number = self._dice.random()
        for share, fault in self._random:
            if number < share:
                return fault
            number -= share
        return None
