"""`waypoint retention`: erase once what is past its time, as of a given moment."""

import asyncio
import os
from typing import Annotated

import typer

from bot.app import DRAFT_FOLDER, open_database, open_tables
from bot.cli.moment import moment
from bot.cli.output import print_json
from bot.clock import system_clock
from bot.config import read_settings
from bot.privacy import DraftSealer, Sealer, set_up_logs
from bot.privacy.retention import RULES, Refusal, Run
from bot.store.retention import Ran, Retention
from bot.store.scrub import Scrubber
from bot.store.setup import secret_of

WHY = {
    Refusal.AHEAD: "That is more than a day ahead; with --confirm it is done nevertheless.",
    Refusal.CLOCK: (
        "The clock is more than a week away from the last run. "
        "If it is right, run `waypoint retention --confirm`."
    ),
    Refusal.TOO_MANY: (
        "More requests are due than one run may erase. "
        "Look at them, then run `waypoint retention --confirm`."
    ),
}

COUNTED = (*(one for one in RULES if one != "erasures"), "alarms", "handed-over")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("retention")(retention)


def retention(
    now: Annotated[
        str | None, typer.Option(help="As of this moment, in ISO 8601; UTC unless it says so.")
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="The clock is right; do it.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Erase what is past its time; 1 if that was refused."""
    real = system_clock()
    ran = asyncio.run(_run(Run(moment(now) if now else real, real, confirm)))
    counts = dict.fromkeys(COUNTED, 0) | ran.counts
    if as_json:
        print_json({**counts, "due": ran.due, "limit": ran.limit, "refused": ran.refused})
    else:
        for rule, count in counts.items():
            print(f"{rule}: {count}")
        if ran.refused is not None:
            print(f"Refused: {ran.due} due, {ran.limit} allowed. {WHY[ran.refused]}")
    if ran.refused is not None:
        raise typer.Exit(1)


async def _run(run: Run) -> Ran:
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    drafts = DraftSealer(settings.data_dir / DRAFT_FOLDER, system_clock)
    async with open_database(settings) as database, open_tables(database) as engine:
        sealer = Sealer(await secret_of(engine, settings.secret_path))
        ran = await Retention(engine, sealer, drafts, settings.data_dir).run(run)
        await asyncio.to_thread(Scrubber(database.owner.get_secret_value()).scrub)
        return ran
