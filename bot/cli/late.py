"""`waypoint late`: carry the rules of the ladder out once, as of a given moment."""

import asyncio
import os
from datetime import datetime
from typing import Annotated

import typer

from bot.app import COUNTRIES, open_database, open_tables
from bot.cli.moment import moment
from bot.cli.output import print_json
from bot.clock import system_clock
from bot.config import read_settings
from bot.directory import load as load_places
from bot.jobs import Deferring, open_queue
from bot.privacy import Sealer, set_up_logs
from bot.referrals import Step
from bot.store.engine import conninfo
from bot.store.late import Late
from bot.store.setup import secret_of


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("late")(late)


def late(
    now: Annotated[
        str | None, typer.Option(help="As of this moment, in ISO 8601; UTC unless it says so.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Bring requests whose time is over up the ladder, and name them."""
    real = system_clock()
    done = asyncio.run(_run(moment(now) if now else real, real))
    if as_json:
        print_json([_told(one) for one in done])
        return
    for one in done:
        print(f"{one.reference}: {one.step}, {one.from_office} -> {one.to_office}")


def _told(step: Step) -> dict[str, str]:
    return {
        "reference": step.reference,
        "from": step.from_office,
        "to": step.to_office,
        "step": step.step,
    }


async def _run(at: datetime, real: datetime) -> tuple[Step, ...]:
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    async with open_database(settings) as database, open_tables(database) as engine:
        sealer = Sealer(await secret_of(engine, settings.secret_path))
        queue = open_queue(conninfo(database.app.get_secret_value()))
        directory = load_places(COUNTRIES)
        async with queue.open_async():
            late = Late(engine.begin, sealer, Deferring(queue), lambda: directory)
            return await late.scan(at, real)
