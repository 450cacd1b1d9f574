"""The web server before any page: what every answer carries, who may call, who is waited for."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import make_mocked_request
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import Core
from bot.channels import webchat
from bot.channels.webchat import WebChat
from bot.clock import system_clock
from bot.config import Settings
from bot.console import routes as console_routes
from bot.conversation import Dispatcher, Knowledge, Parts, listed
from bot.privacy import Keys, Sealer
from bot.serving.health import Health
from bot.serving.metrics import Metrics
from bot.serving.protection import HEADERS, HSTS
from bot.serving.proxies import client_of
from bot.serving.web import application, bound, serving
from bot.store.engine import conninfo
from bot.store.unit import turn_units
from bot.store.wakeups import Wakeups
from bot.store.webchats import WebChats
from handlers import HANDLERS
from tests.web.console.world import make_world

PUBLIC = "https://chat.example.org"
REQUIRED = tuple(HEADERS)


@dataclass(frozen=True, slots=True)
class Site:
    """Everything behind one port, as browsers reach it."""

    client: ClientSession
    port: int
    public_url: str

    async def call(
        self, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer, called under the public name."""
        host = self.public_url.removeprefix("https://").removeprefix("http://")
        named = {"Host": host, **(headers or {})}
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self.client.request(
            method, url, headers=named, allow_redirects=False, **sent
        ) as answer:
            return answer.status, dict(answer.headers), await answer.read()


async def fails(_request: web.Request) -> web.Response:
    raise ZeroDivisionError("secret words")


async def reads(request: web.Request) -> web.Response:
    return web.json_response({"bytes": len(await request.read())})


Parts_ = tuple[Any, AsyncEngine, Keys, Sealer, Knowledge]


@pytest.fixture
def parts(
    database: Any, engine: AsyncEngine, keys: Keys, sealer: Sealer, knowledge: Knowledge
) -> Parts_:
    return database, engine, keys, sealer, knowledge


@asynccontextmanager
async def open_site(parts: Parts_, public_url: str | None) -> AsyncIterator[Site]:
    """Serve chat, console, health and two routes of the test's own."""
    database, engine, _, sealer, knowledge = parts
    listening = bound("127.0.0.1", 0)
    port = listening.getsockname()[1]
    url = public_url or f"http://localhost:{port}"
    settings = Settings.model_validate({"public_url": url})
    core = SimpleNamespace(
        engine=engine, settings=settings, clock=system_clock, vetted=lambda: knowledge
    )
    metrics = Metrics()
    wakeups = Wakeups(conninfo(database.app_url))
    chat = chat_of(parts, wakeups, url)
    world = make_world(engine, sealer, knowledge.directory, database.data_dir)
    routes = [
        *Health(cast("Core", core), metrics).routes(),
        *webchat.routes(chat),
        *console_routes(world.deps),
        web.get("/fails", fails),
        web.post("/reads", reads),
    ]
    app = application(routes, metrics, url)
    async with wakeups.running(), serving(app, listening), ClientSession() as client:
        yield Site(client, port, url)
    world.deps.passwords.close()


def chat_of(parts: Parts_, wakeups: Wakeups, url: str) -> WebChat:
    _, engine, keys, sealer, knowledge = parts
    units = turn_units(engine, sealer, sealer, _defer, frozenset())
    core = Dispatcher(Parts(units, listed(HANDLERS), lambda: knowledge, keys, system_clock))
    return WebChat(
        dispatcher=core,
        chats=WebChats(engine, sealer),
        wakeups=wakeups,
        catalogs=lambda: knowledge.catalogs,
        keys=keys,
        clock=system_clock,
        public_url=lambda: url,
        exit_url="https://example.org/",
        door=core.door,
    )


async def _defer(*_: object, **__: object) -> None:
    """Take a job and do nothing."""


@pytest.fixture
async def site(parts: Parts_) -> AsyncIterator[Site]:
    async with open_site(parts, PUBLIC) as opened:
        yield opened


# --- what every answer carries --------------------------------------------------------------------

ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/chat.js", 200),
    ("GET", "/chat-proof.js", 200),
    ("GET", "/chat/shell/en", 200),
    ("GET", "/chat/shell/xx", 404),
    ("POST", "/chat", 200),
    ("GET", "/chat", 401),
    ("POST", "/chat/turns", 401),
    ("GET", "/chat/events", 401),
    ("DELETE", "/chat", 405),
    ("PUT", "/", 405),
    ("GET", "/console", 303),
    ("GET", "/console/sign-in", 200),
    ("GET", "/console/static/console.css", 200),
    ("GET", "/console/static/none.css", 404),
    ("GET", "/console/nothing", 404),
    ("POST", "/console/sign-in", 415),
    ("GET", "/console/requests/12345674", 303),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/metrics", 403),
    ("GET", "/nothing", 404),
    ("GET", "/%2e%2e/%00", 404),
    ("GET", "/fails", 500),
    ("TRACE", "/", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_answer_carries_the_protecting_headers(
    site: Site, method: str, path: str, status: int
) -> None:
    got, headers, body = await site.call(method, path)
    assert got == status
    assert [one for one in REQUIRED if one not in headers and one != "X-Frame-Options"] == []
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"] == HSTS
    assert "aiohttp" not in headers["Server"]
    assert b"secret words" not in body
    assert b"<script>" not in body
    assert b"onclick" not in body


@pytest.mark.parametrize("path", ["/chat", "/chat/turns", "/console/sign-in", "/reads"])
async def test_a_body_over_its_limit_of_unknown_length_is_refused(site: Site, path: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1100):
            yield b"a" * 1024

    kind = "application/x-www-form-urlencoded" if "console" in path else "application/json"
    token = {"Authorization": "Bearer " + "x" * 43, "Origin": PUBLIC, "Content-Type": kind}
    status, headers, _ = await site.call("POST", path, token, data=endless())
    assert status == 413
    assert "Content-Security-Policy" in headers


async def test_on_plain_http_no_browser_is_told_to_insist_on_https(parts: Parts_) -> None:
    async with open_site(parts, None) as site:
        status, headers, _ = await site.call("GET", "/")
    assert status == 200
    assert "Strict-Transport-Security" not in headers


# --- who may call ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/chat", "/console/sign-in", "/console/static/console.css", "/nothing", "/fails"]
)
@pytest.mark.parametrize(
    "wrong",
    [{"Host": "evil.example"}, {"Host": "127.0.0.1:1"}, {"Origin": "https://evil.example"}],
    ids=["host", "number", "origin"],
)
async def test_another_name_and_another_page_are_refused_everywhere(
    site: Site, path: str, wrong: dict[str, str]
) -> None:
    status, headers, body = await site.call("GET", path, wrong)
    assert status == 403
    assert "Content-Security-Policy" in headers
    assert b"evil" not in body


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_probe_by_number_is_answered_but_not_a_page(site: Site, path: str) -> None:
    assert (await site.call("GET", path, {"Host": "10.0.0.7:8080"}))[0] == 200
    rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert (await site.call("GET", path, rebound))[0] == 403


# --- behind proxies -------------------------------------------------------------------------------


def from_(remote: str, *forwarded: str) -> web.Request:
    """Return a request that came over this connection with these headers."""
    headers = [("X-Forwarded-For", one) for one in forwarded]
    request = make_mocked_request("GET", "/", headers=headers)
    return request.clone(remote=remote)


LISTED = ("10.0.0.0/8", "2001:db8::/32")


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.66, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.66", "198.51.100.1, 10.0.0.2"), "198.51.100.1"),
        ("10.0.0.1", ("198.51.100.1,",), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.3",), "10.0.0.3"),
        ("10.0.0.1", ("192.0.2.66, unknown",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1:4711",), "198.51.100.1"),
        ("10.0.0.1", ("[2001:470::5]:4711",), "2001:470::5"),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("2001:db8::1", ("2001:470::5",), "2001:470::5"),
        ("", ("198.51.100.1",), ""),
    ],
)
def test_a_forwarded_address_counts_from_listed_proxies_alone(
    remote: str, forwarded: tuple[str, ...], client: str
) -> None:
    assert client_of(LISTED)(from_(remote, *forwarded)) == client


def test_other_forwarding_headers_are_not_believed() -> None:
    headers = {"Forwarded": "for=192.0.2.66", "X-Real-IP": "192.0.2.66", "X-Client-IP": "::1"}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote="10.0.0.1")
    assert client_of(LISTED)(request) == "10.0.0.1"


# --- what is no request, or never ends ------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        b"<script>alert(1)</script>\r\n\r\n",
        b"GET /canary" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: canary" + b"a" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\ncanary alert(1)\r\n\r\n",
    ],
    ids=["no-http", "long-address", "long-header", "broken-header"],
)
async def test_what_is_no_http_is_answered_with_the_same_headers_and_none_of_its_words(
    site: Site, sent: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", site.port)):
        pass
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(sent)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    assert b" 400 " in answer.splitlines()[0]
    assert not [one for one in (b"text/html", b"alert", b"canary", b"aiohttp") if one in answer]
    for name in (*HEADERS, "Strict-Transport-Security"):
        assert f"\r\n{name}: ".encode() in answer


async def test_a_line_whose_second_request_never_ends_is_shut_when_its_time_is_over(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.web.KEEP_ALIVE_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nX: ")
    async with asyncio.timeout(10):
        assert b" 200 " in (await reader.read()).splitlines()[0]
    writer.close()


async def test_metrics_count_what_is_held_back_and_name_nobody(site: Site) -> None:
    _, _, body = await site.call("GET", "/metrics", {"Host": f"127.0.0.1:{site.port}"})
    assert b"waypoint_code_failures_day 0.0" in body
    assert b"waypoint_turns_held" in body
    assert json.dumps(PUBLIC).encode() not in body
