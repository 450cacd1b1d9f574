"""`waypoint run`: serve until told to stop."""

import asyncio
import os
from typing import Annotated

import typer

from bot.config import read_settings
from bot.privacy import set_up_logs


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    role: Annotated[
        list[str] | None, typer.Option(help="all, web, telegram or worker; may be repeated.")
    ] = None,
) -> None:
    """Serve the web chat, the console, Telegram (with a token) and the jobs."""
    from bot.serving import Role, serve

    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    try:
        roles = [Role(one) for one in role or ["all"]]
    except ValueError:
        raise typer.BadParameter("a role is all, web, telegram or worker") from None
    asyncio.run(serve(settings, roles, lambda line: print(line, flush=True)))
