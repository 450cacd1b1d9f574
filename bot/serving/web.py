"""The web server: chat, console, webhook and health on one port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from errno import EADDRINUSE
from functools import partial

from aiohttp import web

from bot.errors import Unavailable
from bot.limits import Valve, is_ours
from bot.privacy import Log
from bot.serving.metrics import Metrics
from bot.serving.patience import Patience
from bot.serving.protection import Line, headers_for, protect

log = Log(__name__)

STOP_SECONDS = 1.5
BACKLOG = 128
LARGEST = 1024 * 1024
KEEP_ALIVE_SECONDS = 75.0
"""Longer than the proxies in front of it keep a line, which would else send into a closed one."""
LINGER_SECONDS = 2.0
PAGES_AT_ONCE = 8
ALIVE = "/healthz"
BY_ANY_NAME = frozenset({ALIVE, "/readyz", "/metrics", "/hooks/telegram"})
"""What machines ask for, by a number or a name of their own: it says nothing of anybody, or the
caller proves by a secret who it is."""
PATIENCE: web.AppKey[Patience] = web.AppKey("patience", Patience)
CARRIED: web.AppKey[Mapping[str, str]] = web.AppKey("carried", Mapping)
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(Unavailable):
    """The port is in use or may not be used."""


def application(
    routes: list[web.RouteDef], metrics: Metrics, public_url: str | None = None
) -> web.Application:
    """Return the application; an error nobody named is logged by its class and answered 500.

    With `public_url`, what comes under another name or from another page is refused (403).
    """
    patience, pages = Patience(), Valve(PAGES_AT_ONCE)

    @web.middleware
    async def guarded(request: web.Request, handler: Respond) -> web.StreamResponse:
        try:
            if not _may_call(request, public_url):
                raise web.HTTPForbidden(text="")
            with patience.reading(request):
                async with _in_line(pages, request):
                    response = await handler(request)
        except web.HTTPException as refusal:
            metrics.responses.labels(str(refusal.status)).inc()
            raise
        except Exception as error:  # noqa: BLE001 - one of the three places; logs the class alone
            log.error("request-failed", error, method=request.method)
            response = web.json_response({"error": "internal"}, status=500)
        metrics.responses.labels(str(response.status)).inc()
        return response

    app = web.Application(middlewares=[guarded], client_max_size=LARGEST)
    headers = headers_for(public_url or "")
    app.on_response_prepare.append(protect(headers))
    app.add_routes(routes)
    app[PATIENCE], app[CARRIED] = patience, headers
    return app


def _in_line(pages: Valve, request: web.Request) -> AbstractAsyncContextManager[None]:
    """Let pages come some at a time: hundreds at once would hold up the turns between them.

    Only what has no body, whose end nobody could delay; the chat has a valve of its own.
    """
    if request.method != "GET" or request.path == ALIVE or request.path.startswith("/chat"):
        return nullcontext()
    return pages.passing(urgent=False, bounded=False)


def _may_call(request: web.Request, public_url: str | None) -> bool:
    if public_url is None:
        return True
    origin = request.headers.get("Origin")
    if request.path in BY_ANY_NAME and origin is None:
        return True
    return is_ours(request.headers.get("Host", ""), origin, public_url)


def bound(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one.

    Raises:
        PortTaken: it is in use or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # At once: of two programs that start together only one may listen, though both may bind.
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        reason = "is in use" if error.errno == EADDRINUSE else f"cannot be used: {error.strerror}"
        raise PortTaken(f"port {port} on {host} {reason}; set WAYPOINT_PORT") from None
    return listening


@asynccontextmanager
async def serving(app: web.Application, listening: socket.socket) -> AsyncIterator[None]:
    """Serve while the block runs; at the end requests under way get a few seconds."""
    runner = web.AppRunner(app, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    loop = asyncio.get_running_loop()
    open_line = partial(_line, runner, app[CARRIED], loop)
    listener = await loop.create_server(open_line, sock=listening, backlog=BACKLOG)
    try:
        async with app[PATIENCE].sweeping(runner):
            yield
    finally:
        listener.close()
        await runner.cleanup()


def _line(
    runner: web.AppRunner, headers: Mapping[str, str], loop: asyncio.AbstractEventLoop
) -> Line:
    assert runner.server is not None  # noqa: S101 - set up before it listens
    return Line(
        runner.server,
        headers,
        loop=loop,
        access_log=None,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        lingering_time=LINGER_SECONDS,
    )
