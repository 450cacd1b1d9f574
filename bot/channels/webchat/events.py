"""What comes without being asked for, as server-sent events (WHATWG HTML, 9.2).

The page reads them with `fetch`, since an `EventSource` would need its token in the address.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from bot.channels.webchat.ports import News, WebChat
from bot.channels.webchat.render import to_message
from bot.channels.webchat.streams import Place

WRITE_SECONDS = 30.0
PING = ": \n\n"
LONGEST_ID = 18


def resumed_after(request: web.Request) -> int:
    """Return the id after which the page wants to go on, 0 for the beginning."""
    given = request.headers.get("Last-Event-ID", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= LONGEST_ID else 0


async def stream(deps: WebChat, person: str, after: int, place: Place) -> AsyncIterator[str]:
    """Yield events as they come and a comment in silence, until chat, server or place end."""
    async with deps.wakeups.of(person) as woken:
        place.wake = woken.set
        while not (deps.closing.is_set() or place.over):
            woken.clear()
            for news in await deps.chats.news(person, after):
                yield as_events(news)
                after = news.id
            with suppress(TimeoutError):
                async with asyncio.timeout(deps.ping_seconds):
                    await woken.wait()
                continue
            if await deps.chats.find(person, deps.clock()) is None:
                return
            yield PING


def as_events(news: News) -> str:
    """Return an event for each message; only the last has the id: no resume splits a reply."""
    data = [f"data: {json.dumps(to_message(one))}\n" for one in news.reply.messages]
    return "\n".join([*data[:-1], f"id: {news.id}\n{''.join(data[-1:])}\n"])


async def send(
    request: web.Request, response: web.StreamResponse, parts: AsyncIterator[str]
) -> None:
    """Write the events to a page until it goes away; one that takes nothing is let go."""
    await response.prepare(request)
    with suppress(ConnectionResetError, TimeoutError):
        async for part in parts:
            async with asyncio.timeout(WRITE_SECONDS):
                await response.write(part.encode())
