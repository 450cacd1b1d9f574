"""Which pages may post to the console: our own.

A form that posts without saying where it stands is refused too: every browser that can sign in
names its origin, and what is not a browser has an interface of its own.
"""

from aiohttp import web

from bot.limits import comes_from


def from_own_page(request: web.Request, public_url: str) -> bool:
    """Tell whether one of our own pages, under our own name, sent this request."""
    return comes_from(
        request.headers.get("Host", ""), request.headers.get("Origin", ""), public_url
    )
