"""`waypoint officer add|invite`: let somebody into the console, at once or by a link."""

import asyncio
import sys
from typing import Annotated

import typer

from bot.app import Core
from bot.cli.core import opened
from bot.cli.output import print_json
from bot.config import Settings
from bot.console import add_officer
from bot.console import invite as invite_officer
from bot.serving import console_deps
from bot.staff import Door, NewOfficer, Place, role_of

group = typer.Typer(help="Officers of the console.", no_args_is_help=True)

MADE = "This officer made the key of the office, and admits the others."
PENDING = "This officer holds no key: a colleague with the key admits them in the console."

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
    password = _typed() if password_stdin else None
    made = asyncio.run(_add(email, office, role, password))
    if as_json:
        key = "made" if made.joined.made else "pending"
        values = {"id": made.id, "office": made.office, "role": made.role, "totp": made.totp}
        print_json({**values, "key": key})
        return
    print(f"Officer {made.id} of {made.office}. Secret of the one-time codes, shown once:")
    print(made.totp)
    print(MADE if made.joined.made else PENDING)


@group.command("invite")
def invite(email: Email, office: Office, role: RoleName) -> None:
    """Print a link that works once and for 24 hours."""
    print(asyncio.run(_invite(email, office, role)))


def _typed() -> str:
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise typer.BadParameter("the password on standard input is not UTF-8") from None


async def _add(email: str, office: str, role: str, password: str | None) -> NewOfficer:
    async with opened() as core:
        place = Place(email, office, role_of(role))
        return await add_officer(door_of(core), core.set_up, place, password)


async def _invite(email: str, office: str, role: str) -> str:
    async with opened() as core:
        address = _address(core.settings)
        return await invite_officer(door_of(core), address, email, office, role_of(role))


def door_of(core: Core) -> Door:
    """Return what making officers and keys needs."""
    return console_deps(core, _address(core.settings)).door()


def _address(settings: Settings) -> str:
    """Return the address that links name."""
    return settings.public_url or f"http://localhost:{settings.port}"
