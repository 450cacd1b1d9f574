"""A Bot API server on loopback: the real program talks to it as to Telegram."""

import asyncio
import contextlib
import inspect
import itertools
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.telegram.bot_api.delivery import Delivery
from tests.telegram.bot_api.faults import Fault, Faults
from tests.telegram.bot_api.methods import METHODS
from tests.telegram.bot_api.parameters import Parameters, parameters_of
from tests.telegram.bot_api.refusals import Refusal, too_many_requests
from tests.telegram.bot_api.user import User
from tests.telegram.bot_api.world import Chat, World

TOKEN = "110201543:CANARY-token-of-the-fake-server-00000"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it arrived."""

    at: float
    """Seconds on the monotonic clock."""
    method: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's flood limits: messages a second in one chat and overall."""

    per_chat: int = 1
    overall: int = 30


class BotApi:
    """The server; use it as an async context manager, or `start` and `stop`."""

    def __init__(self, token: str = TOKEN, *, port: int = 0, limits: Limits | None = None) -> None:
        self.token = token
        self.world = World(token)
        self.delivery = Delivery(self.world)
        self.faults = Faults()
        self.calls: list[Call] = []
        self._port = port
        self._limits = limits
        self._sent: dict[int, deque[float]] = {}
        self._numbers = itertools.count(5_550_100)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "BotApi":
        await self.start()
        return self

    async def __aexit__(self, *_reason: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The base address, to which `/bot<token>/<method>` is added."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen on loopback; port 0 takes a free one and keeps it over a stop and start."""
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and delivering; the world stays as it is."""
        await self.delivery.stop()
        if self._runner:
            await self._runner.cleanup()

    def user(self, number: int | None = None, language_code: str | None = "en") -> User:
        """Return a person with an own chat."""
        return User(self.world, number or next(self._numbers), language_code)

    def group(self, number: int = -1_001_555_0100) -> Chat:
        """Return a group in which the bot is a member."""
        return self.world.chats.setdefault(number, Chat(number, kind="supergroup"))

    def called(self, method: str) -> list[Call]:
        """Return the calls of a method, oldest first."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    async def until(self, look: Callable[[], Any], within: float = 5.0) -> Any:
        """Wait until the look is true."""
        return await self.world.changes.until(look, within)

    async def until_called(self, method: str, times: int = 1, within: float = 5.0) -> list[Call]:
        """Wait until a method has been called so often."""
        await self.until(lambda: len(self.called(method)) >= times, within)
        return self.called(method)

    async def until_confirmed(self, number: int, within: float = 5.0) -> None:
        """Wait until so many updates have been acknowledged."""
        await self.until(lambda: len(self.world.confirmed) >= number, within)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = None
        try:
            given = await parameters_of(request)
            self._check_token(request.match_info["token"])
            self._note(method, given)
            fault = self.faults.take(method)
            if fault:
                _fail_early(request, fault)
            response = web.json_response({"ok": True, "result": await self._call(method, given)})
        except Refusal as refusal:
            response = web.json_response(refusal.body(), status=refusal.status)
        except _Proxy as proxy:
            response = web.Response(status=proxy.status, body=proxy.body, content_type="text/html")
        if fault:
            await _fail_late(request, fault)
        return response

    def _check_token(self, token: str) -> None:
        if ":" not in token:
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")

    def _note(self, method: str, given: Parameters) -> None:
        self.calls.append(Call(time.monotonic(), method, given.values))
        self.world.changes.happened()

    async def _call(self, method: str, given: Parameters) -> Any:
        handler = METHODS.get(method.lower()) or self.delivery.methods.get(method.lower())
        if handler is None:
            raise Refusal(404, "Not Found: method not found")
        if self._limits and method.lower().startswith(("send", "edit")):
            self._check_limits(self._limits, given.number("chat_id"))
        result = handler(self.world, given)
        return await result if inspect.isawaitable(result) else result

    def _check_limits(self, limits: Limits, chat_id: int) -> None:
        now = time.monotonic()
        for key, most in ((chat_id, limits.per_chat), (0, limits.overall)):
            times = self._sent.setdefault(key, deque())
            while times and now - times[0] >= 1.0:
                times.popleft()
            if len(times) >= most:
                raise too_many_requests(1)
        for key in (chat_id, 0):
            self._sent[key].append(now)


class _Proxy(Exception):
    """An answer that does not come from the API."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def _fail_early(request: web.Request, fault: Fault) -> None:
    if fault.reset_before:
        _break_connection(request)
    if fault.raw:
        raise _Proxy(*fault.raw)
    if fault.refusal:
        raise fault.refusal


async def _fail_late(request: web.Request, fault: Fault) -> None:
    if fault.reset_after:
        _break_connection(request)
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.gate:
        await fault.gate.wait()


def _break_connection(request: web.Request) -> None:
    """Reset the connection, as a router that has lost its table does."""
    if request.transport is not None:
        sock = request.transport.get_extra_info("socket")
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    raise asyncio.CancelledError
