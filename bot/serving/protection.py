"""What every answer of the server carries, whoever made it: a page, a refusal, an error.

Chat and console name their own policies; what names none gets one that allows nothing at all.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"
"""A year (RFC 6797), for this name alone: what else stands under it is not ours to decide."""

Prepare = Callable[[web.Request, web.StreamResponse], Awaitable[None]]


def headers_for(public_url: str) -> Mapping[str, str]:
    """Return what every answer carries under this address."""
    more = {"Strict-Transport-Security": HSTS} if urlsplit(public_url).scheme == "https" else {}
    return {**HEADERS, **more, "Server": "Waypoint"}


def protect(headers: Mapping[str, str]) -> Prepare:
    """Return what adds the headers that an answer does not have, just before it goes."""

    async def prepare(_request: web.Request, response: web.StreamResponse) -> None:
        _add(headers, response)

    return prepare


class Line(RequestHandler):
    """A line to somebody; what is no HTTP, or too long for it, meets no application.

    The answer to that is made here, carries the same headers and repeats nothing of what came.
    """

    __slots__ = ("_headers",)

    def __init__(self, server: web.Server, headers: Mapping[str, str], **options: Any) -> None:
        super().__init__(server, **options)
        self._headers = headers

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the answer to what could not be read or handled."""
        del message
        response = super().handle_error(request, status, exc, HTTPStatus(status).phrase)
        _add(self._headers, response)
        return response


def _add(headers: Mapping[str, str], response: web.StreamResponse) -> None:
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = headers["Server"]
