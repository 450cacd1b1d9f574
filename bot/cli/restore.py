"""`waypoint restore`: put a backup into an empty database, with the key files kept elsewhere."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.app import DRAFT_FOLDER, open_database
from bot.cli.retention import WHY
from bot.clock import system_clock
from bot.config import Settings, read_settings
from bot.errors import Refused
from bot.privacy import DraftSealer, Sealer, load_keys, set_up_logs
from bot.privacy.retention import RULES, Run, spoken
from bot.store.engine import open_engine
from bot.store.erasurelog import NAME
from bot.store.manifest import Manifest
from bot.store.manifest import read as read_manifest
from bot.store.restore import Restored, Target
from bot.store.restore import restore as read_backup
from bot.store.retention import Ran, Retention

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a backup.")]


class SecretMissing(Refused):
    """The secret file of the backup is not in place; names what is needed and where."""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("restore")(restore)


def restore(folder: Folder) -> None:
    """Restore into an empty database, then erase what was erased or fell due since."""
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    manifest = read_manifest(folder)
    _check_files(settings, manifest)
    done, ran = asyncio.run(_restore(settings, folder))
    rows = sum(one.rows for one in manifest.tables.values())
    print(f"Restored the backup of {manifest.made:%Y-%m-%d %H:%M} UTC: {rows} rows.")
    print(f"Erased again, as people had asked or time had come: {done.erased_again}.")
    if system_clock() - manifest.made > RULES["erasures"].lives:
        sys.stderr.write(
            f"waypoint: the backup is older than {spoken(RULES['erasures'])}, which is how long "
            f"{NAME} goes back: what people erased soon after it was made may be back\n"
        )
    if not done.had_list:
        sys.stderr.write(
            f"waypoint: there was no {NAME} in {settings.data_dir}: what was erased after the "
            "backup was made is back\n"
        )
    if ran.refused is not None:
        sys.stderr.write(f"waypoint: nothing was erased by time yet: {WHY[ran.refused]}\n")


def _check_files(settings: Settings, manifest: Manifest) -> None:
    """Refuse to go on without the secret file, and say which other files are missing."""
    if not settings.secret_path.is_file():
        names = ", ".join((*manifest.key_files, NAME))
        raise SecretMissing(
            f"a restore needs the files kept elsewhere: {names}; put the secret file of key id "
            f"{manifest.key_id} at {settings.secret_path}, the others into {settings.data_dir}"
        )
    for name in manifest.key_files[1:]:
        if not (settings.data_dir / name).is_file():
            sys.stderr.write(
                f"waypoint: {name} is not in {settings.data_dir}: what only it opens stays shut\n"
            )


async def _restore(settings: Settings, folder: Path) -> tuple[Restored, Ran]:
    keys = await asyncio.to_thread(load_keys, settings.secret_path)
    async with open_database(settings) as database:
        owner, app = database.owner.get_secret_value(), database.app.get_secret_value()
        target = Target(owner, keys, settings.data_dir, one_login=owner == app)
        done = await asyncio.to_thread(read_backup, target, folder)
        engine = open_engine(app)
        try:
            drafts = DraftSealer(settings.data_dir / DRAFT_FOLDER, system_clock)
            rules = Retention(engine, Sealer(keys), drafts, settings.data_dir)
            now = system_clock()
            return done, await rules.run(Run(now, now))
        finally:
            await engine.dispose()
