"""The page of the queue again whenever it changes, as server-sent events (WHATWG HTML, 9.2).

Each event is the whole page as it would be now; the script in it takes over the parts that differ.
An open page is no use of a sign-in: whoever leaves theirs open is signed out as if it were closed.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from bot.console import cookies
from bot.console.access import categories_of
from bot.console.gate import Desk, Visit, WebHandler, known_visit
from bot.console.headers import SECURITY
from bot.console.queue import PAGE, seen
from bot.errors import Unavailable
from bot.staff import SignedOut

HEADERS = {
    **SECURITY,
    "Content-Type": "text/event-stream; charset=utf-8",
    "X-Accel-Buffering": "no",  # else a proxy may keep what comes until there is more
}
WRITE_SECONDS = 30.0
PING = ": \n\n"
ENDED = "event: ended\ndata:\n\n"
"""Tells the page that nobody is signed in any more; it does not ask again."""


def stream(desk: Desk) -> WebHandler:
    """Return the handler that sends the page to an officer until they leave it."""

    async def answer(request: web.Request) -> web.StreamResponse:
        token = cookies.read(request, cookies.SIGN_IN, secure=desk.deps.secure)
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        with suppress(ConnectionResetError, TimeoutError, Unavailable):
            async for part in pages(Visit(request, desk, token, {})):
                async with asyncio.timeout(WRITE_SECONDS):
                    await response.write(part.encode())
        return response

    return answer


async def pages(visit: Visit) -> AsyncIterator[str]:
    """Yield the page as it changes, a comment where it did not, until sign-in or server end."""
    try:
        visit, officer = await known_visit(visit, counts_as_use=False)
    except SignedOut:
        yield ENDED
        return
    live, last = visit.deps.live, ""
    async with live.news(officer.office) as woken:
        while not live.closing.is_set():
            woken.clear()
            page = await _page(visit)
            if page is None:
                yield ENDED
                return
            yield f"data: {json.dumps(page)}\n\n" if page != last else PING
            last = page
            await asyncio.sleep(live.gap)
            with suppress(TimeoutError):
                async with asyncio.timeout(live.every):
                    await woken.wait()


async def _page(visit: Visit) -> str | None:
    """Return the page as of now; None for who is signed out, or whose role lost the queue."""
    try:
        visit, officer = await known_visit(visit, counts_as_use=False)
    except SignedOut:
        return None
    if not categories_of(officer):
        return None
    return visit.desk.pages.text(PAGE, visit.viewer, **await seen(visit, officer))
