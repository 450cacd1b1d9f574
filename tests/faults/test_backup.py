"""A backup made while people write, and what a restore of it brings back, refuses and erases."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psycopg
import pytest

from bot.store.erasurelog import NAME
from bot.store.manifest import MANIFEST
from tests.faults.people import Receipt, Visitor, texts
from tests.faults.program import Program, command, queue

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

CANARY = "canary-words-of-a-backup"
UNKNOWN = "That does not match"


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    with tempfile.TemporaryDirectory(prefix="waypoint-faults-") as folder:
        made = Program(Path(folder) / "data")
        await made.start()
        yield made
        await made.end()


@dataclass
class Rebuilt:
    """A second machine, with the key files that were kept elsewhere."""

    program: Program

    async def restore(self, folder: Path) -> tuple[int, str, str]:
        """Run the command."""
        return await command(self.program.settings, "restore", str(folder))


@pytest.fixture
async def rebuilt(program: Program) -> AsyncIterator[Rebuilt]:
    with tempfile.TemporaryDirectory(prefix="waypoint-faults-") as folder:
        made = Program(Path(folder) / "data")
        made.data.mkdir(mode=0o700)
        for name in ("secret.key", "setup.key"):
            shutil.copy(program.data / name, made.data / name)
        yield Rebuilt(made)
        await made.end()


async def status(program: Program, client: aiohttp.ClientSession, receipt: Receipt) -> str:
    """Ask with number and code, in a new chat."""
    visitor = Visitor(program, client)
    await visitor.open()
    await visitor.turn(choice="lang:en")
    return texts(await visitor.turn(text=f"{receipt.reference} {receipt.code}"))


async def erased(program: Program, client: aiohttp.ClientSession, receipt: Receipt) -> None:
    """Withdraw and erase a request, as its person does."""
    visitor = Visitor(program, client)
    await visitor.open()
    await visitor.turn(choice="lang:en")
    for said in (
        {"text": f"{receipt.reference} {receipt.code}"},
        {"choice": "receipt:erase"},
        {"choice": "receipt:erase:yes"},
    ):
        told = await visitor.turn(**said)
    assert "erased" in texts(told)


async def backed_up(program: Program, name: str = "backup") -> Path:
    """Make a backup beside the data folder."""
    folder = program.data.parent / name
    code, out, err = await command(program.settings, "backup", str(folder))
    assert code == 0, err
    assert "setup.key" in out
    assert "secret.key" in out
    return folder


async def test_a_backup_made_while_people_write_is_whole_and_keeps_what_was_acknowledged(
    program: Program, rebuilt: Rebuilt
) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client:
        first = [await Visitor(program, client).intake(CANARY) for _ in range(2)]
        more: list[Receipt] = []
        enough = asyncio.Event()

        async def writing() -> None:
            while not enough.is_set():
                more.append(await Visitor(program, client).intake(CANARY))

        writers = [asyncio.create_task(writing()) for _ in range(2)]
        folder = await backed_up(program)
        enough.set()
        await asyncio.gather(*writers)
        assert more

        # Afterwards one of them erases; the list of that is kept beside the key files.
        await erased(program, client, first[1])
        code, _, err = await command(program.settings, "retention", "--json")
        assert code == 0, err
        shutil.copy(program.data / NAME, rebuilt.program.data / NAME)
        await program.stop()

        code, out, err = await rebuilt.restore(folder)
        assert code == 0, err
        assert "Erased again, as people had asked or time had come: 1." in out
        await rebuilt.program.start()
        assert "waiting for an officer" in await status(rebuilt.program, client, first[0])
        assert UNKNOWN in await status(rebuilt.program, client, first[1])
        # The snapshot holds whole requests only, and new ones can be made on top of it.
        listed = {one["reference"] for one in await queue(rebuilt.program)}
        known = {one.reference for one in (*first, *more)}
        assert first[0].reference in listed <= known - {first[1].reference}
        later = await Visitor(rebuilt.program, client).intake(CANARY)
        assert later.reference not in listed


async def test_without_the_list_of_erasures_the_restore_says_what_is_back(
    program: Program, rebuilt: Rebuilt
) -> None:
    async with aiohttp.ClientSession() as client:
        receipt = await Visitor(program, client).intake(CANARY)
        folder = await backed_up(program)
        await erased(program, client, receipt)
        await program.stop()
        code, _, err = await rebuilt.restore(folder)
        assert code == 0, err
        assert f"there was no {NAME}" in err
        await rebuilt.program.start()
        # Stated in docs/howto/back-up-and-restore.md: a backup holds what was erased after it.
        assert "waiting for an officer" in await status(rebuilt.program, client, receipt)


async def test_a_backup_holds_no_key_no_word_no_chat_and_lets_nobody_else_read(
    program: Program,
) -> None:
    async with aiohttp.ClientSession() as client:
        receipt = await Visitor(program, client).intake(CANARY)
        folder = await backed_up(program)
    held = {path.name for path in folder.iterdir()}
    assert {"referrals.copy", "wraps.copy", "procrastinate_jobs.copy", MANIFEST} <= held
    assert not held & {"chats.copy", "sign_ins.copy", "set_aside.copy", "wipes.copy"}
    secrets = [(program.data / one).read_text().strip() for one in ("secret.key", "setup.key")]
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        content = path.read_bytes()
        for word in (CANARY, receipt.code, *secrets):
            assert word.encode() not in content, path.name
            assert word.encode().hex().encode() not in content, path.name
    assert folder.stat().st_mode & 0o777 == 0o700
    for row in (folder / "replies.copy").read_text().splitlines():
        columns = json.loads((folder / MANIFEST).read_text())["tables"]["replies"]["columns"]
        kept = dict(zip(columns, row.split("\t"), strict=True))
        assert (kept["body_sealed"], kept["address_sealed"]) == ("\\N", "\\N")


async def test_a_restore_refuses_what_does_not_fit_and_changes_nothing(
    program: Program, rebuilt: Rebuilt
) -> None:
    data = rebuilt.program.data
    folder = await backed_up(program)

    code, _, err = await command(program.settings, "backup", str(folder))
    assert (code, "not empty" in err) == (2, True)
    code, _, err = await command(program.settings, "restore", str(folder))
    assert (code, "the database is not empty" in err) == (2, True)

    shutil.move(data / "secret.key", data / "away")
    code, _, err = await rebuilt.restore(folder)
    assert (code, "setup.key" in err, "key id" in err) == (2, True, True)
    assert not (data / "secret.key").exists()  # none is made in the place of the right one
    (data / "secret.key").write_text("11" * 32)
    code, _, err = await rebuilt.restore(folder)
    assert (code, "put the right secret file in place" in err) == (2, True)
    shutil.move(data / "away", data / "secret.key")

    for damage in (changed, cut, missing, forged, unfinished):
        bad = folder.with_name(f"bad-{damage.__name__}")
        shutil.copytree(folder, bad)
        damage(bad)
        code, _, err = await rebuilt.restore(bad)
        assert code in (2, 3), damage
        assert err.startswith("waypoint: "), damage
    assert (await rebuilt.restore(folder))[0] == 0


def changed(folder: Path) -> None:
    path = folder / "offices.copy"
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)


def cut(folder: Path) -> None:
    path = folder / "offices.copy"
    path.write_bytes(path.read_bytes()[:-3])


def missing(folder: Path) -> None:
    (folder / "office_keys.copy").unlink()


def forged(folder: Path) -> None:
    """Put in rows of one's own, with the right hash but without the secret."""
    import hashlib

    path = folder / "offices.copy"
    path.write_bytes(path.read_bytes() + b"another-office\t2026-11-24 10:00:00+00\n")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["tables"]["offices"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest))


def unfinished(folder: Path) -> None:
    (folder / MANIFEST).unlink()


async def test_the_disk_never_held_the_words_and_after_an_erasure_no_key_opens_the_rest(
    program: Program,
) -> None:
    async with aiohttp.ClientSession() as client:
        receipt = await Visitor(program, client).intake(CANARY)
        with psycopg.connect(program.owner_url, autocommit=True) as database:
            gone = {bytes(row[0]) for row in database.execute("SELECT blob FROM wraps")}
            assert gone
            await Visitor(program, client).intake(CANARY)
            kept = {bytes(row[0]) for row in database.execute("SELECT blob FROM wraps")} - gone
            await erased(program, client, receipt)
            left = {bytes(row[0]) for row in database.execute("SELECT blob FROM wraps")}
            assert left == kept
    # The program does the same every hour.
    code, _, err = await command(program.settings, "retention")
    assert code == 0, err
    await program.stop()  # with a checkpoint
    pages = [path.read_bytes() for path in program.pg.rglob("*") if path.is_file()]
    for word in (CANARY, receipt.code):
        assert not any(word.encode() in page for page in pages)
    base = [path.read_bytes() for path in (program.pg / "base").rglob("*") if path.is_file()]
    assert not any(blob in page for page in base for blob in gone)
    assert all(any(blob in page for page in base) for blob in kept)
