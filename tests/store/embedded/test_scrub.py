"""What the server's own files hold of rows that were erased, before and after a scrub."""

import secrets
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from bot.store.embedded import EmbeddedDatabase
from bot.store.migrate import migrate
from bot.store.scrub import TABLES, Scrubber

INSERTS = {
    "wraps": "INSERT INTO wraps VALUES (%(id)s, 'an-office', 1, %(id)s, %(blob)s)",
    "contacts": (
        "INSERT INTO contacts (referral, person, channel, address_sealed, hours, zone, until,"
        " lines_left, confirmed)"
        " VALUES (%(id)s, 'p', 'web', %(blob)s, 'any', 'UTC', now(), 3, true)"
    ),
    "case_messages": (
        "INSERT INTO case_messages (id, referral, at, author, text_sealed, waiting_sealed)"
        " VALUES (%(id)s, %(id)s, now(), 'office', 'sealed', %(blob)s)"
    ),
}
ROWS = 40


@dataclass
class Disk:
    """A server that writes everything to its files whenever it is asked."""

    database: EmbeddedDatabase
    data: Path
    owner: str = ""

    def settle(self) -> None:
        """Stop, which writes every page, and start again."""
        self.database.stop()
        self.owner = self.database.start().owner_url

    def run(self, statement: str, **given: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.owner, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), given)
            return cursor.fetchall() if cursor.description else []

    def fill(self, table: str) -> tuple[list[bytes], list[bytes]]:
        """Add rows; return what half of them held, which is erased, and the other half."""
        rows = [(uuid.uuid4(), secrets.token_bytes(80)) for _ in range(ROWS)]
        with psycopg.connect(self.owner) as connection:
            given = [{"id": one, "blob": blob} for one, blob in rows]
            connection.cursor().executemany(INSERTS[table].encode(), given)
        self.settle()
        key = "id" if table == "case_messages" else "referral"
        for one, _ in rows[::2]:
            self.run(f"DELETE FROM {table} WHERE {key} = %(id)s", id=one)  # noqa: S608
        return [blob for _, blob in rows[::2]], [blob for _, blob in rows[1::2]]

    def held(self, blobs: list[bytes]) -> int:
        """Return how many of these the tables' files hold."""
        files = [one for one in (self.data / "pg" / "base").rglob("*") if one.is_file()]
        pages = [one.read_bytes() for one in files]
        return sum(any(blob in page for page in pages) for blob in blobs)


@pytest.fixture
def disk() -> Iterator[Disk]:
    with tempfile.TemporaryDirectory(prefix="waypoint-scrub-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        made = Disk(EmbeddedDatabase(data, durable=False), data)
        made.owner = made.database.start().owner_url
        migrate(made.owner)
        yield made
        made.database.stop()


@pytest.mark.parametrize("table", TABLES)
def test_after_a_scrub_no_file_of_a_table_holds_what_was_erased(disk: Disk, table: str) -> None:
    erased, kept = disk.fill(table)
    disk.run(f"VACUUM {table}")
    disk.settle()
    assert disk.held(erased) > 0  # an ordinary VACUUM leaves the bytes where they were
    assert Scrubber(disk.owner).scrub()
    disk.settle()
    assert disk.held(erased) == 0
    assert disk.held(kept) == len(kept)


def test_nothing_is_written_anew_where_nothing_went(disk: Disk) -> None:
    scrubber = Scrubber(disk.owner)
    scrubber.scrub()
    assert not scrubber.scrub()
    disk.fill("wraps")
    scrubber.address = disk.owner
    assert scrubber.scrub()


def test_a_table_in_use_is_left_for_the_next_time(disk: Disk) -> None:
    disk.fill("wraps")
    scrubber = Scrubber(disk.owner)
    with psycopg.connect(disk.owner) as other:
        other.execute("SELECT count(*) FROM wraps")
        assert not scrubber.scrub()
    assert scrubber.scrub()


def test_a_server_that_is_away_ends_no_job(tmp_path: Path) -> None:
    assert not Scrubber(f"postgresql://nobody@/nothing?host={tmp_path}").scrub()


def test_the_write_ahead_log_goes_within_an_hour_and_two_checkpoints(disk: Disk) -> None:
    shown = {name: disk.run(f"SHOW {name}")[0][0] for name in ("wal_recycle", "archive_timeout")}
    assert shown == {"wal_recycle": "off", "archive_timeout": "1h"}
    assert disk.run("SHOW checkpoint_timeout") == [("5min",)]
