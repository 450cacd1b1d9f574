"""What every answer of the server carries, whoever made it: a page, a refusal, an error.

Chat and console name their own policies; what names none gets one that allows nothing at all.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from aiohttp import web

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


def protect(public_url: str) -> Prepare:
    """Return what adds the headers that an answer does not have, just before it goes."""
    more = {"Strict-Transport-Security": HSTS} if urlsplit(public_url).scheme == "https" else {}

    async def prepare(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in {**HEADERS, **more}.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = "Waypoint"

    return prepare
