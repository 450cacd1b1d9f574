"""What a claim costs: claims a second and their slowest twentieth, beside one plain statement.

Eight workers take requests that they see in the queues of 20 offices, each claim as the console
does it: compared, moved, noted, audited, its clock set, in one durable transaction on the embedded
server of a fresh data folder.  Beside it the same workers run the one UPDATE that a claim would be
without all that, through psycopg alone, and through asyncpg where somebody has installed it.  Then
they race, two for each request, until all are taken, and nobody may have got one that somebody
else had.

    python -m benchmarks.claims [--seconds 10] [--requests 60000] [--json]
"""

import argparse
import asyncio
import gc
import importlib.util
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import COUNTRIES
from bot.clock import system_clock
from bot.directory import load
from bot.jobs import Deferring, open_queue
from bot.privacy import Sealer, load_keys
from bot.referrals import MoveRefused, Referral, TakenByAnother
from bot.store.console import ConsoleParts, console_units
from bot.store.embedded import EmbeddedDatabase, Server
from bot.store.engine import APP_ROLE, conninfo, open_engine
from bot.store.migrate import migrate
from bot.store.rows import from_row
from bot.store.tables import referrals

WORKERS, OFFICES = 8, 20
LEAST_SHARE, MOST_MS = 0.25, 10.0
PLAIN = (
    "UPDATE referrals SET state = 'claimed', claimed_by = {}, changed = now()"
    " WHERE id = {} AND state = 'waiting' RETURNING *"
)
MADE = """
INSERT INTO offices SELECT 'office-' || n, now() FROM generate_series(0, %(offices)s - 1) AS n;
CREATE TEMPORARY TABLE made AS SELECT gen_random_uuid() AS id, n, 'office-' || n %% %(offices)s AS
    office FROM generate_series(1, %(rows)s) AS n;
INSERT INTO consents (referral, purpose, given, offices, fields, whose, young, notice, language, at)
SELECT id, 'office', true, ARRAY[office], '{}', 'own', false, '2026-11', 'en',
    date_trunc('hour', now(), 'UTC') FROM made;
INSERT INTO referrals (id, reference, office, first_office, category, urgency, language, state,
    consent_office, consent_partner, contact, notice, created, due, changed, pace, rung, since,
    wakes, counted, particulars_sealed)
SELECT id, lpad(n::text, 8, '0'), office, office, 'other', 'soon', 'en', 'waiting', true, false,
    'code', '2026-11', now(), now(), now(), 'day', 'office', now(), now() + interval '1 day', now(),
    decode(repeat('00', 1024), 'hex') FROM made;
"""
AGAIN = """
SELECT count(*) - count(DISTINCT referral), count(DISTINCT referral) FROM referral_events
WHERE action = 'claim'
"""

Act = Callable[[Referral, str], Awaitable[bool]]


def main() -> int:
    """Measure, print, and return 1 where a bound does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--requests", type=int, default=60_000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypoint-") as folder:
        Path(folder).chmod(0o755)
        embedded = EmbeddedDatabase(Path(folder) / "data")
        server = embedded.start()
        try:
            figures = asyncio.run(measured(server, Path(folder), wanted.seconds, wanted.requests))
        finally:
            embedded.stop()
    if wanted.json:
        print(json.dumps(figures))
    else:
        print(f"python {' '.join(sys.argv)}")
        print(f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}")
        for name, figure in figures.items():
            print(f"{name:36}{figure}")
    return 0 if holds(figures) else 1


def holds(figures: dict[str, float]) -> bool:
    """Tell whether a claim is quick enough and nobody got what another one had."""
    quick = figures["share of the plain statement"] >= LEAST_SHARE
    return quick and figures["claim p95 ms"] < MOST_MS and not figures["claimed twice"]


async def measured(server: Server, folder: Path, seconds: float, requests: int) -> dict[str, float]:
    """Return claims a second, their milliseconds, and how many were claimed twice."""
    migrate(server.owner_url)
    with psycopg.connect(server.owner_url, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(MADE, {"offices": OFFICES, "rows": 2 * requests})
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    engine = open_engine(server.app_url)
    async with engine.connect() as connection:
        found = await connection.execute(select(referrals).order_by(referrals.c.id))
        rows = [from_row(row) for row in found]
    # What the bench itself holds is not looked through again and again while a claim is timed.
    gc.freeze()
    taken, free = iter(rows[:requests]), iter(rows[requests:])
    figures = dict[str, float]()
    for driver, plain in PLAIN_DRIVERS.items():
        if importlib.util.find_spec(driver) is not None:
            acts = [await plain(conninfo(server.app_url)) for _ in range(WORKERS)]
            figures |= named(driver, await burst(acts, taken, seconds))
    queue = open_queue(conninfo(server.app_url))
    async with queue.open_async():
        claim = _claim(engine, Deferring(queue), folder)
        first = await burst([claim] * WORKERS, free, seconds)
        figures |= named("claim", first)
        plainest = max(figures.get(f"{driver} a second", 0) for driver in PLAIN_DRIVERS)
        figures["share of the plain statement"] = round(figures["claim a second"] / plainest, 2)
        lost = await race(claim, tuple(free))
    await engine.dispose()
    with psycopg.connect(server.owner_url) as connection:
        twice, once = connection.execute(AGAIN).fetchone() or (0, 0)
    return figures | {"claimed": once, "refused in the race": lost, "claimed twice": twice}


async def _psycopg(address: str) -> Act:
    connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
    statement = PLAIN.format("%s", "%s").encode()

    async def act(request: Referral, officer: str) -> bool:
        done = await connection.execute(statement, (officer, request.id))
        return done.rowcount == 1

    return act


async def _asyncpg(address: str) -> Act:
    to = conninfo_to_dict(address)
    known = {key: to.get(key) for key in ("host", "port", "user", "password")}
    asyncpg = importlib.import_module("asyncpg")
    connection = await asyncpg.connect(database=to["dbname"], **known)
    await connection.execute(f"SET ROLE {APP_ROLE}")
    statement = await connection.prepare(PLAIN.format("$1", "$2::uuid"))

    async def act(request: Referral, officer: str) -> bool:
        return await statement.fetchrow(officer, request.id) is not None

    return act


PLAIN_DRIVERS = {"asyncpg": _asyncpg, "psycopg": _psycopg}
"""What runs the plain statement: the quickest driver, where it is at hand, and ours."""


def _claim(engine: AsyncEngine, defer: Deferring, folder: Path) -> Act:
    sealer = Sealer(load_keys(folder / "secret.key"))
    directory = load(COUNTRIES)
    parts = ConsoleParts(engine, sealer, defer, directory, system_clock, frozenset())
    units = console_units(parts)

    async def act(request: Referral, officer: str) -> bool:
        try:
            async with units() as work:
                await work.referrals.claim(request, officer)
        except (MoveRefused, TakenByAnother):
            return False
        return True

    return act


async def burst(acts: Sequence[Act], rows: Iterator[Referral], seconds: float) -> list[float]:
    """Let each worker take requests of its own for some seconds; return milliseconds of each."""
    took = list[float]()

    async def worker(number: int, act: Act) -> None:
        while (began := time.perf_counter()) < ends and (request := next(rows, None)):
            assert await act(request, f"officer-{number}")
            took.append((time.perf_counter() - began) * 1000)

    ends = time.perf_counter() + seconds
    began = time.perf_counter()
    await asyncio.gather(*(worker(number, act) for number, act in enumerate(acts)))
    return [(time.perf_counter() - began) * 1000, *took]


async def race(claim: Act, rows: Sequence[Referral]) -> int:
    """Let two workers at a time want each of the requests; return how often one was refused."""
    lost = 0

    async def worker(number: int) -> None:
        nonlocal lost
        for request in rows[number // 2 :: WORKERS // 2]:
            lost += not await claim(request, f"officer-{number}")

    await asyncio.gather(*(worker(number) for number in range(WORKERS)))
    return lost


def named(name: str, burst: list[float]) -> dict[str, float]:
    """Return the figures of a burst."""
    whole, *took = burst
    cuts = statistics.quantiles(took, n=100)
    return {
        f"{name} a second": round(len(took) / whole * 1000),
        f"{name} p50 ms": round(cuts[49], 2),
        f"{name} p95 ms": round(cuts[94], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
