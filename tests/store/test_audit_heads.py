"""Heads on their way out of the host, and the commands that an auditor uses."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.audit import PURPOSE, Act, By, Heads, SignedHead, read_head, signed, trusted
from bot.jobs import HeadDesk, last_head
from bot.jobs.heads import HeadNotDropped, drop, task
from bot.privacy import Keys, load_keys, signer_of
from bot.store.audit import Audit, AuditHeads
from bot.store.engine import database_url
from bot.store.tables import audit_entries, audit_heads, audit_signed_heads
from tests.conftest import Database

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SEED = b"s" * 32
CHAIN = "office-of-heads"


@pytest.fixture(autouse=True)
def _cleared(database: Database) -> Iterator[None]:
    """Begin and end with nothing in the audit."""
    engine = create_engine(database_url(database.owner_url))

    def clear() -> None:
        with engine.begin() as connection:
            for table in (audit_entries, audit_heads, audit_signed_heads):
                connection.execute(table.delete())

    clear()
    yield
    clear()
    engine.dispose()


@pytest.fixture
async def entries(engine: AsyncEngine) -> int:
    """Put some entries into a chain."""
    async with engine.begin() as connection:
        for number in range(4):
            await Audit(connection).note(
                Act("open", f"request-{number}", chain=CHAIN), By(None, AT)
            )
    return 4


def desk(engine: AsyncEngine, folder: Path | None) -> HeadDesk:
    return HeadDesk(AuditHeads(engine), lambda: AT, SEED, folder)


def dropped(folder: Path) -> list[Path]:
    """Return the files of a folder in the order of their names."""
    return sorted(folder.iterdir())


# --- the hourly head -----------------------------------------------------------------------------


async def test_a_head_is_kept_and_dropped_for_reading_only(
    engine: AsyncEngine, tmp_path: Path, entries: int
) -> None:
    folder = tmp_path / "not" / "there-yet"
    await task(desk(engine, folder))(0)
    (file,) = folder.iterdir()
    head = trusted(file.read_bytes(), signer_of(SEED))
    assert isinstance(head, SignedHead)
    assert file.name == head.file_name
    assert head.heads[CHAIN].number == entries
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    assert await AuditHeads(engine).kept() == head.document


async def test_each_head_is_a_file_of_its_own(engine: AsyncEngine, tmp_path: Path) -> None:
    for _ in range(3):
        await desk(engine, tmp_path).export()
    found = [read_head(one.read_bytes()).running for one in dropped(tmp_path)]
    assert found == sorted(set(found))
    assert len(found) == 3


async def test_without_a_folder_the_head_stands_in_the_database(engine: AsyncEngine) -> None:
    await desk(engine, None).export()
    assert await AuditHeads(engine).kept() is not None


async def test_a_folder_that_cannot_be_written_keeps_the_head_and_says_so(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(HeadNotDropped):
        await desk(engine, blocked).export()
    assert await AuditHeads(engine).kept() is not None
    await last_head(desk(engine, blocked))  # keeps nobody from stopping


def test_a_write_that_fails_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HeadNotDropped, match="No space left on device"):
        drop(signed(Heads(1, {}), AT, SEED), tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_a_head_at_the_end_comes_in_time_or_not_at_all(tmp_path: Path) -> None:
    await last_head(HeadDesk(Silent(), lambda: AT, SEED, tmp_path))
    assert dropped(tmp_path) == []


class Silent:
    """A database that does not answer."""

    async def heads(self) -> Heads:
        raise TimeoutError

    async def keep(self, head: SignedHead) -> None:
        raise TimeoutError


# --- the commands --------------------------------------------------------------------------------


class Waypoint:
    """The command line on the database of this run."""

    def __init__(self, data: Path) -> None:
        bare = {name: one for name, one in os.environ.items() if not name.startswith("WAYPOINT_")}
        self.env = bare | {"WAYPOINT_DATA_DIR": str(data)}
        self.keys: Keys = load_keys(data / "secret.key")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", "audit", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def waypoint(database: Database) -> Waypoint:
    return Waypoint(database.data_dir)


async def test_an_audit_that_holds_is_said_to(waypoint: Waypoint, entries: int) -> None:
    done = waypoint.run("verify")
    assert (done.returncode, done.stdout) == (0, "4 entries in 1 chains hold.\n"), done.stderr
    found = json.loads(waypoint.run("verify", "--json").stdout)
    assert found == {"entries": entries, "chains": 1, "faults": []}


async def test_a_head_printed_and_kept_elsewhere_finds_a_cut_tail(
    waypoint: Waypoint, database: Database, entries: int, tmp_path: Path
) -> None:
    head = tmp_path / "head.json"
    head.write_text(waypoint.run("head").stdout)
    own = signer_of(waypoint.keys.derive(PURPOSE))
    assert isinstance(trusted(head.read_text(), own), SignedHead)
    assert waypoint.run("verify", "--head", str(head)).returncode == 0
    engine = create_engine(database_url(database.owner_url))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_entries WHERE number = 4"))
        connection.execute(
            text(
                "UPDATE audit_heads SET (number, hash) ="
                " (SELECT number, hash FROM audit_entries WHERE number = 3)"
            )
        )
    engine.dispose()
    assert waypoint.run("verify").returncode == 0
    done = waypoint.run("verify", "--head", str(head))
    expected = f"{CHAIN}: entry 4 is missing, and so is everything after it\n"
    assert (done.returncode, done.stdout) == (1, expected)
    (fault,) = json.loads(waypoint.run("verify", "--head", str(head), "--json").stdout)["faults"]
    assert (fault["chain"], fault["number"], fault["fault"]) == (CHAIN, 4, "end-removed")


async def test_a_head_of_the_database_itself_is_looked_at_too(
    waypoint: Waypoint, engine: AsyncEngine, database: Database, entries: int
) -> None:
    seed = waypoint.keys.derive(PURPOSE)
    await HeadDesk(AuditHeads(engine), lambda: AT, seed).export()
    owner = create_engine(database_url(database.owner_url))
    with owner.begin() as connection:
        connection.execute(audit_entries.delete())
        connection.execute(audit_heads.delete())
    owner.dispose()
    done = waypoint.run("verify")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{CHAIN}: entry 1 is missing")


async def test_a_head_that_proves_nothing_is_a_fault(
    waypoint: Waypoint, engine: AsyncEngine, entries: int, tmp_path: Path
) -> None:
    seed = waypoint.keys.derive(PURPOSE)
    good = signed(await AuditHeads(engine).heads(), AT + timedelta(days=1), seed)
    foreign = signed(await AuditHeads(engine).heads(), AT, SEED)
    for document, said in (
        (good.document.replace('"number":4', '"number":3'), "bears no signature that fits"),
        (foreign.document, "was signed with another key"),
        ("nothing of the kind", "cannot be read"),
    ):
        file = tmp_path / "head.json"
        file.write_text(document)
        done = waypoint.run("verify", "--head", str(file))
        assert (done.returncode, done.stdout) == (1, f"the signed head {said}\n")
    # A key noted elsewhere decides instead of the one this host has now.
    file.write_text(foreign.document)
    noted = signer_of(SEED).hex()
    assert waypoint.run("verify", "--head", str(file), "--key", noted).returncode == 0


async def test_an_old_head_beside_the_newest_shows_a_start_that_was_removed(
    waypoint: Waypoint, engine: AsyncEngine, database: Database, entries: int, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(waypoint.run("head").stdout)
    async with engine.begin() as connection:
        for _ in range(3):
            await Audit(connection).note(Act("open", "request-9", chain=CHAIN), By(None, AT))
    new.write_text(waypoint.run("head").stdout)
    owner = create_engine(database_url(database.owner_url))
    with owner.begin() as connection:
        # What an attacker would do who owns the database: as if all of it were old.
        connection.execute(text("SELECT audit_cut(now() + interval '1 day')"))
    owner.dispose()
    assert waypoint.run("verify", "--head", str(new)).returncode == 0
    done = waypoint.run("verify", "--head", str(new), "--head", str(old))
    expected = f"{CHAIN}: entry 4 and earlier ones are missing, which were not due to go\n"
    assert (done.returncode, done.stdout) == (1, expected)


def test_what_cannot_be_used_is_wrong_usage(waypoint: Waypoint, tmp_path: Path) -> None:
    missing = waypoint.run("verify", "--head", str(tmp_path / "missing.json"))
    assert missing.returncode == 2
    assert "No such file" in missing.stderr
    assert waypoint.run("verify", "--key", "abc").returncode == 2
