"""The web server: chat, console, webhook and health on one port."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from errno import EADDRINUSE

from aiohttp import web

from bot.errors import Unavailable
from bot.privacy import Log
from bot.serving.metrics import Metrics

log = Log(__name__)

STOP_SECONDS = 1.5
BACKLOG = 128
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(Unavailable):
    """The port is in use or may not be used."""


def application(routes: list[web.RouteDef], metrics: Metrics) -> web.Application:
    """Return the application; an error nobody named is logged by its class and answered 500."""

    @web.middleware
    async def guarded(request: web.Request, handler: Respond) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as refusal:
            metrics.responses.labels(str(refusal.status)).inc()
            raise
        except Exception as error:  # noqa: BLE001 - one of the three places; logs the class alone
            log.error("request-failed", error, method=request.method)
            response = web.json_response({"error": "internal"}, status=500)
        metrics.responses.labels(str(response.status)).inc()
        return response

    app = web.Application(middlewares=[guarded], client_max_size=1024 * 1024)
    app.add_routes(routes)
    return app


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
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    await web.SockSite(runner, listening, shutdown_timeout=STOP_SECONDS).start()
    try:
        yield
    finally:
        await runner.cleanup()
