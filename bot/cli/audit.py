"""`waypoint audit verify|head`: does the audit hold, and where does it stand.

Neither changes an entry.  A head is printed to be kept elsewhere; the hourly job keeps its own.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.app import open_database, open_tables
from bot.audit import PURPOSE, Check, Fault, SignedHead, signed, trusted
from bot.cli.output import print_json
from bot.clock import system_clock
from bot.config import read_settings
from bot.errors import Invalid
from bot.privacy import set_up_logs, signer_of
from bot.store.audit import AuditHeads
from bot.store.setup import secret_of

group = typer.Typer(help="The audit: who opened and did what.", no_args_is_help=True)

KEY_BYTES = 32
LARGEST_HEAD = 16 << 20


class HeadFileUnreadable(Invalid):
    """The file named with --head cannot be read; names the reason."""


class BadKey(Invalid):
    """What was named with --key is no public key: 64 hexadecimal digits."""


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="audit")


@group.command("verify")
def verify(
    head: Annotated[
        list[Path] | None,
        typer.Option(
            help="A signed head that was kept elsewhere; may be repeated.", dir_okay=False
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="The public key it must bear, as noted elsewhere.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Compute every chain again; one line for each thing that does not hold."""
    documents = [_read(one) for one in head or ()]
    check, faults = asyncio.run(_verify(documents, _key(key)))
    if as_json:
        found = [_plain(one) for one in faults]
        print_json({"entries": check.entries, "chains": check.chains, "faults": found})
    else:
        print(
            "\n".join(map(str, faults)) or f"{check.entries} entries in {check.chains} chains hold."
        )
    if faults:
        raise typer.Exit(1)


@group.command("head")
def show() -> None:
    """Print the signed head of this moment, to be kept where this host cannot write."""
    print(asyncio.run(_head()).document)


async def _verify(documents: Sequence[bytes], key: bytes | None) -> tuple[Check, Sequence[Fault]]:
    async with _opened() as (store, seed):
        own = signer_of(seed)
        kept = await store.kept()
        given = [trusted(one, key or own) for one in documents]
        # The database's own head says less: who owns the database may have taken it away as well.
        given += [trusted(kept, own)] if kept is not None else []
        check = await store.check([one for one in given if isinstance(one, SignedHead)])
    faults = [one for one in given if isinstance(one, Fault)]
    return check, (*faults, *check.end(system_clock()))


async def _head() -> SignedHead:
    async with _opened() as (store, seed):
        return signed(await store.heads(), system_clock(), seed)


@asynccontextmanager
async def _opened() -> AsyncIterator[tuple[AuditHeads, bytes]]:
    settings = read_settings(os.environ)
    set_up_logs(settings.log_level)
    async with open_database(settings) as database, open_tables(database) as engine:
        keys = await secret_of(engine, settings.secret_path)
        yield AuditHeads(engine), keys.derive(PURPOSE)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_HEAD)
    except OSError as error:
        raise HeadFileUnreadable(f"{file} cannot be read: {error.strerror}") from None


def _key(given: str | None) -> bytes | None:
    if given is None:
        return None
    try:
        key = bytes.fromhex(given)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadKey("--key takes a public key: 64 hexadecimal digits, as a head shows them")
    return key


def _plain(fault: Fault) -> dict[str, object]:
    return {
        "chain": fault.chain,
        "number": fault.number,
        "fault": fault.what,
        "text": str(fault),
    }
