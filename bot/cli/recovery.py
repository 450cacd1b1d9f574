"""`waypoint recovery init`: the recovery key, whose shares are shown once and kept nowhere."""

import asyncio
from typing import Annotated

import typer

from bot.cli.core import opened
from bot.cli.officer import address
from bot.cli.output import print_json
from bot.console import init_recovery
from bot.serving import console_deps
from bot.staff import RecoveryMade

group = typer.Typer(help="The recovery key.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="recovery")


@group.callback()
def recovery() -> None:
    """Keep the group a group: with one command alone typer would drop its name."""


@group.command("init")
def init(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Make the recovery key and print its three shares once; 1 if it was made before."""
    try:
        shares = asyncio.run(_init())
    except RecoveryMade:
        typer.echo("The recovery key was made before; its shares are shown once.", err=True)
        raise typer.Exit(1) from None
    if as_json:
        print_json({"shares": shares})
        return
    print("Three shares of the recovery key, shown once. Two of them suffice; one opens nothing.")
    print("Give each to another person, on paper. Officers with a key have to sign in once more.")
    for number, share in enumerate(shares, start=1):
        print(f"\n{number}: {share}")


async def _init() -> list[str]:
    async with opened() as core:
        return list(await init_recovery(console_deps(core, address()).door()))
