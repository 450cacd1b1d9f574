"""`waypoint queue`: the requests that are open, with nothing about the person."""

import asyncio
from typing import Annotated

import typer

from bot.cli.core import connected
from bot.cli.output import print_json
from bot.store.counts import open_requests


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("queue")(show)


def show(
    office: Annotated[str | None, typer.Option(help="Only this office.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List what is open, most pressing first."""
    rows = asyncio.run(_rows(office))
    if as_json:
        print_json(rows)
        return
    for one in rows:
        print("  ".join(str(one[name]) for name in ("reference", "office", "category", "state")))


async def _rows(office: str | None) -> list[dict[str, object]]:
    async with connected() as engine:
        return await open_requests(engine, office)
