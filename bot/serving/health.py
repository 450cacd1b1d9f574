"""Alive, ready, and the counts: `/healthz`, `/readyz`, `/metrics`."""

import hmac
from dataclasses import dataclass

from aiohttp import hdrs, web
from prometheus_client import generate_latest

from bot.app import Core
from bot.errors import Unavailable
from bot.limits import address_of, is_ours
from bot.referrals import State
from bot.serving.metrics import Metrics
from bot.store.counts import count, has_schema

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


@dataclass(frozen=True, slots=True)
class Health:
    """What the answers are made of."""

    core: Core
    metrics: Metrics

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/healthz", self.alive),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.counts),
        ]

    async def alive(self, _request: web.Request) -> web.Response:
        """Answer as long as the process does."""
        return web.json_response({"status": "alive"})

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer 200 while database, schema and content are there, else 503."""
        if not await has_schema(self.core.engine):
            return web.json_response({"status": "no-database"}, status=503)
        knowledge = self.core.vetted()
        if not (knowledge.library.ids() and knowledge.directory.places):
            return web.json_response({"status": "no-content"}, status=503)
        return web.json_response({"status": "ready"})

    async def counts(self, request: web.Request) -> web.Response:
        """Show the counts to who holds the token or, without one set, to this machine."""
        if not self._may_see(request):
            return web.Response(status=403)
        try:
            await self._measure()
        except Unavailable:
            self.metrics.database.set(0)
        body = generate_latest(self.metrics.registry)
        return web.Response(body=body, content_type="text/plain", charset="utf-8")

    def _may_see(self, request: web.Request) -> bool:
        token = self.core.settings.metrics_token.get_secret_value()
        if token:
            given = request.headers.get(hdrs.AUTHORIZATION, "").encode("utf-8", "surrogateescape")
            return hmac.compare_digest(given, f"Bearer {token}".encode())
        # A proxy on this machine calls from here as well, and a page that gave its name our number
        # (DNS rebinding) runs in a browser here: either shows another name, or says for whom it is.
        here = address_of(request.remote or "")
        forwarded = any(name in request.headers for name in FORWARDED)
        return here is not None and here.is_loopback and not forwarded and _called_here(request)

    async def _measure(self) -> None:
        counted = await count(self.core.engine, self.core.clock())
        self.metrics.database.set(1)
        self.metrics.unsent.set(counted.unsent)
        self.metrics.overdue.set(counted.overdue)
        self.metrics.retention.set(counted.refused)
        for state in State:
            self.metrics.open.labels(state).set(counted.open.get(state, 0))


def _called_here(request: web.Request) -> bool:
    """Tell whether a request names this machine, with whatever port."""
    host = request.headers.get(hdrs.HOST, "")
    return is_ours(host, None, f"http://localhost:{request.url.port}")
