"""`waypoint officer add|invite`: let somebody into the console, at once or by a link."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from bot.cli.core import opened
from bot.cli.output import print_json
from bot.config import read_settings
from bot.console import add_officer
from bot.console import invite as invite_officer
from bot.serving import console_deps
from bot.staff import NewOfficer, role_of

group = typer.Typer(help="Officers of the console.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The officer's e-mail address.")]
Office = Annotated[str, typer.Option(help="An id that `waypoint nearest` gives, or duty-desk.")]
RoleName = Annotated[str, typer.Option("--role", help="As in contract.md section 6.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="officer")


@group.command("add")
def add(
    email: Email,
    office: Office,
    role: RoleName,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Make an officer; the secret of their one-time codes is printed once."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    made = asyncio.run(_add(email, office, role, password))
    if as_json:
        print_json({"id": made.id, "office": made.office, "role": made.role, "totp": made.totp})
        return
    print(f"Officer {made.id} of {made.office}. Secret of the one-time codes, shown once:")
    print(made.totp)


@group.command("invite")
def invite(email: Email, office: Office, role: RoleName) -> None:
    """Print a link that works once and for 24 hours."""
    print(asyncio.run(_invite(email, office, role)))


async def _add(email: str, office: str, role: str, password: str | None) -> NewOfficer:
    async with opened() as core:
        door = console_deps(core, _address()).door()
        return await add_officer(door, email, office, role_of(role), password)


async def _invite(email: str, office: str, role: str) -> str:
    async with opened() as core:
        door = console_deps(core, _address()).door()
        return await invite_officer(door, _address(), email, office, role_of(role))


def _address() -> str:
    settings = read_settings(os.environ)
    return settings.public_url or f"http://localhost:{settings.port}"
