"""How long the server waits for somebody who sends slowly, on purpose or on a bad line.

A line that brings no whole request in time is shut, and a body that does not end is given up:
else a few hundred lines that say nothing would take all the places there are (Slowloris).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from aiohttp import web
from aiohttp.web_protocol import RequestHandler


class Patience:
    """Shuts lines without a first request, and ends bodies that take too long."""

    def __init__(
        self, *, head_seconds: float = 20.0, body_seconds: float = 20.0, every: float = 5.0
    ) -> None:
        self.head_seconds = head_seconds
        self.body_seconds = body_seconds
        self.every = every
        self._heard: set[RequestHandler] = set()
        self._since: dict[RequestHandler, float] = {}

    @contextmanager
    def reading(self, request: web.Request) -> Iterator[None]:
        """Answer 408 inside the block where the body is still read after its time."""
        if isinstance(request.protocol, RequestHandler):
            self._heard.add(request.protocol)
        if not request.body_exists:
            yield
            return
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self.body_seconds, _give_up, request)
        try:
            yield
        finally:
            timer.cancel()

    @asynccontextmanager
    async def sweeping(self, runner: web.AppRunner) -> AsyncIterator[None]:
        """Look at the open lines now and then while the block runs."""
        task = asyncio.create_task(self._sweep_always(runner))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _sweep_always(self, runner: web.AppRunner) -> None:
        while True:
            await asyncio.sleep(self.every)
            self.sweep(runner)

    def sweep(self, runner: web.AppRunner) -> int:
        """Shut the lines that have been silent for too long, and return how many."""
        now = asyncio.get_running_loop().time()
        open_now = set(runner.server.connections if runner.server else ())
        self._heard &= open_now
        self._since = {line: self._since.get(line, now) for line in open_now - self._heard}
        late = [line for line, since in self._since.items() if now - since >= self.head_seconds]
        for line in late:
            line.force_close()
            del self._since[line]
        return len(late)


def _give_up(request: web.Request) -> None:
    if not request.content.is_eof():
        request.content.set_exception(web.HTTPRequestTimeout())
