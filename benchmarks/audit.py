"""What the audit costs: one chain for each office against one for all, beside no audit at all.

Eight workers claim requests of 20 offices for some seconds, each claim one statement and one
durable commit, as `bot/store/referrals.py` does it; the embedded server of a fresh data folder.
Afterwards every chain is computed again as `waypoint audit verify` does.

    python -m benchmarks.audit [--seconds 10] [--rounds 3] [--json]
"""

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import system_clock
from bot.store.audit import AuditHeads
from bot.store.embedded import EmbeddedDatabase, Server
from bot.store.engine import conninfo, open_engine
from bot.store.migrate import migrate

WORKERS, OFFICES, ROWS = 8, 20, 1000
CLAIM: LiteralString = (
    "UPDATE referrals SET claimed_by = %(officer)s, changed = now() WHERE id = %(id)s RETURNING *"
)
AUDITED: LiteralString = (
    "WITH done AS (" + CLAIM + ") SELECT done.*,"  # noqa: S608 - of this file
    " audit_append(%(chain)s, %(officer)s, 'claim', done.id::text, 'done', now()) FROM done"
)
MADE = """
INSERT INTO offices SELECT 'office-' || n, now() FROM generate_series(0, %(offices)s - 1) AS n;
CREATE TEMPORARY TABLE made AS
SELECT n, gen_random_uuid() AS id, 'office-' || n %% %(offices)s AS office
FROM generate_series(1, %(rows)s) AS n;
INSERT INTO consents (referral, purpose, given, offices, whose, young, notice, language, at)
SELECT id, 'office', true, ARRAY[office], 'own', false, '2026-11', 'en', date_trunc('hour', now())
FROM made;
INSERT INTO referrals (id, reference, office, first_office, category, urgency, language, state,
    consent_office, consent_partner, contact, notice, created, due, changed, particulars_sealed,
    pace, rung, since)
SELECT id, lpad(n::text, 8, '0'), office, office, 'other', 'soon', 'en', 'waiting', true, false,
    'code', '2026-11', now(), now(), now(), decode(repeat('00', 1024), 'hex'), 'day', 'office',
    now()
FROM made
"""


def main() -> None:
    """Measure and print the middle of the rounds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypoint-") as folder:
        Path(folder).chmod(0o755)
        embedded = EmbeddedDatabase(Path(folder) / "data")
        server = embedded.start()
        try:
            result = asyncio.run(measured(server, wanted.seconds, wanted.rounds))
        finally:
            embedded.stop()
    if wanted.json:
        print(json.dumps(result))
        return
    for name, figures in result.items():
        print(f"{name:24}" + "".join(f"{key} {value:<10}" for key, value in figures.items()))


async def measured(server: Server, seconds: float, rounds: int) -> dict[str, dict[str, float]]:
    """Return the figures of each way, the ways taking turns."""
    migrate(server.owner_url)
    rows = made(server.owner_url)
    ways: dict[str, tuple[LiteralString, Callable[[str], str]]] = {
        "no audit": (CLAIM, lambda office: office),
        "a chain for each office": (AUDITED, lambda office: office),
        "one chain for all": (AUDITED, lambda _office: "everything"),
    }
    found: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (statement, chain) in ways.items():
            found[name].append(await burst(server.app_url, rows, seconds, statement, chain))
    result = {
        name: {key: round(statistics.median(one[key] for one in each), 2) for key in each[0]}
        for name, each in found.items()
    }
    engine = open_engine(server.app_url)
    try:
        return result | {"verify": await verified(engine)}
    finally:
        await engine.dispose()


def made(address: str) -> list[tuple[str, str]]:
    """Make offices and requests; return id and office of each request."""
    with psycopg.connect(address, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(MADE, {"offices": OFFICES, "rows": ROWS})
        return connection.execute("SELECT id::text, office FROM referrals").fetchall()


async def burst(
    address: str,
    rows: list[tuple[str, str]],
    seconds: float,
    statement: LiteralString,
    chain: Callable[[str], str],
) -> dict[str, float]:
    """Let all workers claim for some seconds; return milliseconds a claim and claims a second."""
    took: list[float] = []

    async def worker(number: int) -> None:
        # Each worker has requests of its own: what is measured is the wait for the chain.
        mine = itertools.cycle(rows[number::WORKERS])
        connection = await psycopg.AsyncConnection.connect(conninfo(address), autocommit=True)
        async with connection:
            while time.perf_counter() < ends:
                request, office = next(mine)
                values = {"id": request, "officer": f"officer-{number}", "chain": chain(office)}
                began = time.perf_counter()
                await connection.execute(statement, values)
                took.append((time.perf_counter() - began) * 1000)

    ends = time.perf_counter() + seconds
    await asyncio.gather(*(worker(number) for number in range(WORKERS)))
    cuts = statistics.quantiles(took, n=100)
    return {
        "p50 ms": cuts[49],
        "p95 ms": cuts[94],
        "p99 ms": cuts[98],
        "a second": len(took) / seconds,
    }


async def verified(engine: AsyncEngine) -> dict[str, float]:
    """Compute every chain again and return how fast that goes."""
    began = time.perf_counter()
    check = await AuditHeads(engine).check()
    took = time.perf_counter() - began
    assert check.end(system_clock()) == ()
    return {"entries": check.entries, "a second": round(check.entries / took)}


if __name__ == "__main__":
    main()
