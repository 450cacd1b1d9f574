"""`waypoint migrate`: bring the schema up to date, or tell whether it is."""

import asyncio
import os
from typing import Annotated

import typer

from bot.app import open_database
from bot.config import read_settings
from bot.privacy import set_up_logs
from bot.store.migrate import is_current
from bot.store.migrate import migrate as bring_up


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; 1 if behind.")] = False,
) -> None:
    """Bring the schema up to date; with --check only tell whether it is."""
    if not asyncio.run(_migrate(check=check)):
        print("The schema is not up to date.")
        raise typer.Exit(1)
    print("The schema is up to date.")


async def _migrate(*, check: bool) -> bool:
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    async with open_database(settings) as database:
        owner, app = database.owner.get_secret_value(), database.app.get_secret_value()
        if check:
            return await asyncio.to_thread(is_current, owner)
        await asyncio.to_thread(bring_up, owner, one_login=owner == app)
    return True
