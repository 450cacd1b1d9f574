"""Alive, ready, and counts for operators: nothing about anyone, to nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import Core, Vetted
from bot.clock import system_clock
from bot.config import Settings
from bot.conversation import Knowledge
from bot.serving.health import Health
from bot.serving.metrics import Metrics
from bot.serving.web import PortTaken, application, bound
from bot.store.engine import open_engine

NOWHERE = "postgresql://waypoint_app@/waypoint?host=/nonexistent"


@dataclass
class Probe:
    """What an operator's tools see."""

    client: ClientSession
    server: TestServer

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return status and body."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.get(self.server.make_url(path), headers=sent) as answer:
            return answer.status, await answer.text()


@dataclass(frozen=True)
class Parts:
    """The parts of the core that are asked."""

    settings: Settings
    engine: AsyncEngine
    vetted: Vetted
    clock: Any = system_clock


@pytest.fixture
def parts(engine: AsyncEngine, knowledge: Knowledge) -> Parts:
    return Parts(Settings(), engine, Vetted(lambda: knowledge))


@asynccontextmanager
async def probed(parts: Parts) -> AsyncIterator[Probe]:
    """Serve health alone while the block runs."""
    metrics = Metrics()
    routes = Health(cast("Core", parts), metrics).routes()
    server = TestServer(application(routes, metrics), host="127.0.0.1")
    async with server, ClientSession() as client:
        yield Probe(client, server)


@pytest.fixture
async def asked(parts: Parts) -> AsyncIterator[Probe]:
    async with probed(parts) as one:
        yield one


@pytest.fixture
async def alone(parts: Parts) -> AsyncIterator[Probe]:
    """Give a program whose database is away."""
    away = open_engine(NOWHERE)
    async with probed(replace(parts, engine=away)) as one:
        yield one
    await away.dispose()


async def test_a_program_with_database_and_content_is_ready(asked: Probe) -> None:
    assert await asked.get("/healthz") == (200, '{"status": "alive"}')
    assert await asked.get("/readyz") == (200, '{"status": "ready"}')


async def test_a_program_without_its_database_is_alive_but_not_ready(alone: Probe) -> None:
    assert (await alone.get("/healthz"))[0] == 200
    assert await alone.get("/readyz") == (503, '{"status": "no-database"}')


async def test_counts_are_shown_without_the_database_too(alone: Probe) -> None:
    await alone.get("/healthz")
    status, body = await alone.get("/metrics")
    assert status == 200
    assert 'waypoint_http_responses_total{status="200"}' in body
    assert "waypoint_database_up 0.0" in body


async def test_counts_say_how_much_waits(asked: Probe) -> None:
    status, body = await asked.get("/metrics")
    assert status == 200
    assert "waypoint_database_up 1.0" in body
    for name in ("replies_unsent", "requests_overdue", "retention_refused"):
        assert f"\nwaypoint_{name} " in body
    assert 'waypoint_requests_open{state="waiting"}' in body


async def test_counts_are_for_this_machine_alone_where_no_token_is_set(asked: Probe) -> None:
    assert (await asked.get("/metrics"))[0] == 200
    for name in ("X_Forwarded_For", "X_Real_IP", "Forwarded", "Via", "X_Forwarded_Host"):
        assert (await asked.get("/metrics", **{name: "192.0.2.1"}))[0] == 403
    for host in ("chat.example.org", "evil.example:8080", "10.0.0.7:8080", "a b", ""):
        assert (await asked.get("/metrics", Host=host))[0] == 403
    for host in ("localhost:8080", "127.0.0.1", "[::1]:1"):
        assert (await asked.get("/metrics", Host=host))[0] == 200


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer", "right", "Bearer rightly"])
async def test_counts_need_the_token_where_one_is_set(parts: Parts, given: str) -> None:
    async with probed(replace(parts, settings=Settings(metrics_token=SecretStr("right")))) as one:
        assert (await one.get("/metrics", Authorization=given))[0] == 403
        assert (await one.get("/metrics", Authorization="Bearer right"))[0] == 200


def test_of_two_programs_on_one_port_the_second_is_refused_at_once() -> None:
    first = bound("127.0.0.1", 0)
    with pytest.raises(PortTaken, match="is in use; set WAYPOINT_PORT"):
        bound("127.0.0.1", first.getsockname()[1])
    first.close()


def test_an_address_that_is_not_this_machines_is_refused() -> None:
    with pytest.raises(PortTaken, match="cannot be used"):
        bound("192.0.2.1", 0)
    with pytest.raises(PortTaken, match="cannot be used"):
        bound("no.such.host.invalid", 0)
