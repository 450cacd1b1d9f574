"""`waypoint backup`: copy the database into a folder, while the program serves."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.app import open_database
from bot.config import Settings, read_settings
from bot.privacy import load_keys, set_up_logs
from bot.store.backup import Source
from bot.store.backup import backup as write_backup
from bot.store.erasurelog import NAME
from bot.store.manifest import Manifest

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is new or empty.")]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backup")(backup)


def backup(folder: Folder) -> None:
    """Write a consistent backup, without secret and key files."""
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    made = asyncio.run(_backup(settings, folder))
    rows = sum(one.rows for one in made.tables.values())
    print(f"Backup of {made.made:%Y-%m-%d %H:%M} UTC in {folder}: {rows} rows.")
    needed = ", ".join(made.key_files)
    print(f"A restore also needs, kept elsewhere: {needed} (key id {made.key_id}), {NAME}.")


async def _backup(settings: Settings, folder: Path) -> Manifest:
    keys = await asyncio.to_thread(load_keys, settings.secret_path, make=False)
    async with open_database(settings) as database:
        source = Source(database.owner.get_secret_value(), keys, key_files(settings))
        return await asyncio.to_thread(write_backup, source, folder)


def key_files(settings: Settings) -> tuple[str, ...]:
    """Return the names of the key files of this host, the secret file first."""
    secret = settings.secret_path
    others = sorted(one.name for one in settings.data_dir.glob("*.key") if one != secret)
    return (secret.name, *others)
