"""`waypoint recovery …`: the recovery key, and what is left where a key was lost.

The shares of `init` are shown once and kept nowhere.
"""

import asyncio
from typing import Annotated

import typer

from bot.cli.core import opened
from bot.cli.officer import door_of
from bot.cli.output import print_json
from bot.console import give_up_set_up, init_recovery, replace_lost
from bot.staff import RecoveryMade, TextsLost
from bot.store.setup import begin_set_up

group = typer.Typer(help="The recovery key.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="recovery")


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


@group.command("lost-setup-key")
def lost_setup_key(
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Go on though texts stay shut for ever.")
    ] = False,
) -> None:
    """Go on where the file setup.key is lost before the duty desk has an officer; 1 if unsure."""
    try:
        lost = asyncio.run(_lost_setup_key(confirmed=confirm))
    except TextsLost as error:
        typer.echo(
            f"{error.count} texts are sealed to a set-up key that is not in this data folder. Look "
            "for the file setup.key first. With --confirm nobody ever reads them.",
            err=True,
        )
        raise typer.Exit(1) from None
    print(f"The set-up goes on with a new key. Texts that nobody can read any more: {lost}.")


@group.command("new-key")
def new_key(office: Annotated[str, typer.Option(help="The office whose key is lost.")]) -> None:
    """Give an office a new key where no officer and no recovery key opens its own."""
    held = asyncio.run(_new_key(office))
    print(f"The office has a new key; officers who hold it: {held}.")
    print("What was sealed to the lost one stays shut for this office.")


async def _init() -> list[str]:
    async with opened() as core:
        return list(await init_recovery(door_of(core)))


async def _lost_setup_key(*, confirmed: bool) -> int:
    async with opened() as core:
        lost = await give_up_set_up(door_of(core), core.set_up, confirmed=confirmed)
        await begin_set_up(core.engine, core.set_up, core.clock())
        return lost


async def _new_key(office: str) -> int:
    async with opened() as core:
        return await replace_lost(door_of(core), office)
