"""What an officer waits for: signing in, and the wraps that became due meanwhile.

An office with a real password has a thousand open requests when a recovery key is made and its own
key is renewed, so that every text lacks two wraps.  The embedded server of a fresh data folder.

    python -m benchmarks.unlock [--requests 1000] [--json]
"""

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections.abc import Awaitable
from datetime import datetime, timedelta
from pathlib import Path

import pyotp

from bot.app import Core, Vetted, load_knowledge, open_core, open_database
from bot.clock import system_clock
from bot.config import Settings
from bot.console import Deps, add_officer, init_recovery
from bot.console.unlock import tend
from bot.referrals import Category, Consent, Contact, Particulars, Request, Urgency
from bot.serving import console_deps
from bot.staff import DUTY_DESK, Attempt, Opened, Place, Role, sign_in

PASSWORD = "quiet harbour seven lanterns"  # noqa: S105 - invented
EMAIL = "first@example.org"
ASKED = Request(
    Category.LABOUR,
    Urgency.SOON,
    "en",
    Consent(office=True, partner=False, contact=Contact.CODE),
    Particulars("invented " * 60, country="TN"),
)


class Later:
    """A clock that is moved on, so that each sign-in has a code of its own."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        """Return the time as it is moved on."""
        return system_clock() + self.by


def main() -> None:
    """Measure and print milliseconds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="waypoint-") as folder:
        Path(folder).chmod(0o755)
        result = asyncio.run(measured(Settings(data_dir=Path(folder) / "var"), wanted.requests))
    if wanted.json:
        print(json.dumps(result))
        return
    for name, figure in result.items():
        print(f"{name:44}{figure:>10.1f}")


async def measured(settings: Settings, requests: int) -> dict[str, float]:
    """Return how long each step takes, in milliseconds, and the most memory, in MiB."""
    clock = Later()
    knowledge = load_knowledge()
    async with (
        open_database(settings) as database,
        open_core(settings, Vetted(lambda: knowledge), database, clock) as core,
    ):
        deps = console_deps(core, "http://localhost")
        secret = await made(core, deps, requests)
        idle, opened = await signed_in(deps, clock, secret)
        nothing = await took(tend(deps, opened.token, opened.officer))
        await init_recovery(deps.door())
        due = await took(tend(deps, opened.token, opened.officer))
        before = peak()
        eight = await took(together(deps, clock, secret))
        deps.passwords.close()
    return {
        "sign-in, ms": idle,
        "unlock with nothing due, ms": nothing,
        f"unlock with {requests} wraps due, ms": due,
        "eight sign-ins at once, ms": eight,
        "and the memory they added, MiB": peak() - before,
    }


async def made(core: Core, deps: Deps, requests: int) -> str:
    """Make the officer and the requests; return the secret of the one-time codes."""
    place = Place(EMAIL, DUTY_DESK, Role.SUPERVISOR)
    officer = await add_officer(deps.door(), core.set_up, place, PASSWORD)
    async with deps.open() as work:
        for _ in range(requests):
            await work.referrals.open(ASKED, DUTY_DESK, None)
    return officer.totp


async def signed_in(deps: Deps, clock: Later, secret: str) -> tuple[float, Opened]:
    """Sign in by password and code; return how long it took, and the sign-in."""
    clock.by += timedelta(seconds=30)
    code = pyotp.TOTP(secret).at(deps.clock())
    began = time.perf_counter()
    opened = await sign_in(Attempt(EMAIL, PASSWORD, code, "192.0.2.1"), deps.door())
    return (time.perf_counter() - began) * 1000, opened


async def together(deps: Deps, clock: Later, secret: str) -> None:
    """Sign in from eight addresses at once; one code lets one of them in."""
    clock.by += timedelta(seconds=30)
    code = pyotp.TOTP(secret).at(deps.clock())
    tries = (
        sign_in(Attempt(f"{n}@example.org", PASSWORD, code, f"192.0.2.{n}"), deps.door())
        for n in range(8)
    )
    await asyncio.gather(*tries, return_exceptions=True)


async def took(work: Awaitable[None]) -> float:
    """Return the milliseconds that something takes."""
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


def peak() -> float:
    """Return the most memory this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
