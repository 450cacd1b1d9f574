"""Backups between servers, versions and machines; what the list of erasures does to a restore."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert

from bot.privacy import Keys, Reason, load_keys
from bot.store.backup import FolderNotEmpty, NothingToBackUp, Source, backup
from bot.store.engine import DatabaseUnreachable
from bot.store.erasurelog import NAME, ErasureLog
from bot.store.erasures import Erasure, Kind, hash_of
from bot.store.manifest import (
    MANIFEST,
    BackupDamaged,
    BackupTooNew,
    Manifest,
    NoBackup,
    WrongSecret,
    read,
    signed,
    to_bytes,
)
from bot.store.migrate import SchemaTooNew, connected, hold, is_current, made_at, migrate
from bot.store.restore import DatabaseNotEmpty, Restored, RestoreFailed, Target, restore
from bot.store.tables import consents, contacts, referrals
from tests.conftest import Database
from tests.store.servers import Managed, managed

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Managed]:
    with managed() as running:
        yield running


@dataclass
class Machine:
    """A managed database with its keys and its data folder."""

    server: Managed
    address: str
    keys: Keys
    folder: Path

    def used(self) -> "Machine":
        """Bring the schema up to date."""
        migrate(self.address, one_login=True)
        return self

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement and return its rows."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def request(self, *, claimed: bool = False, person: str | None = None) -> str:
        """Keep a request, in hand or not, linked to a chat or not; return its id."""
        made, now = str(uuid.uuid4()), datetime.now(UTC)
        row = {
            "id": made, "reference": f"{secrets.randbelow(10**8):08}", "office": "duty-desk",
            "category": "other", "urgency": "soon", "language": "en",
            "state": "claimed" if claimed else "waiting", "consent_office": True,
            "consent_partner": False, "contact": "here" if person else "code", "notice": "1",
            "created": now, "due": now, "changed": now, "first_office": "duty-desk",
            "code_check": b"check", "particulars_sealed": b"a\tb\\c\nd\x00\xff",
            "pace": "day", "rung": "duty-desk", "since": now,
        }  # fmt: skip
        yes = {
            "referral": made, "purpose": "office", "given": True, "offices": ["duty-desk"],
            "whose": "own", "young": False, "notice": "1", "language": "en",
            "at": now.replace(minute=0, second=0, microsecond=0),
        }  # fmt: skip
        link = {
            "referral": made, "person": person, "channel": "web", "address_sealed": b"address",
            "hours": "any", "zone": "UTC", "until": now, "lines_left": 3, "confirmed": True,
        }  # fmt: skip
        with connected(self.address) as connection:
            connection.execute(insert(consents).values(yes))
            connection.execute(insert(referrals).values(row))
            if person is not None:
                connection.execute(insert(contacts).values(link))
            connection.commit()
        return made

    def backup(self) -> Path:
        """Make a backup and return its folder."""
        folder = self.folder / secrets.token_hex(4)
        backup(Source(self.address, self.keys, ("secret.key",)), folder)
        return folder

    def restore(self, folder: Path) -> Restored:
        """Restore a backup."""
        return restore(Target(self.address, self.keys, self.folder, one_login=True), folder)

    def list(self, kind: Kind, subject: str, at: datetime, reason: Reason | None = None) -> None:
        """Add to the list of erasures."""
        entry = Erasure(kind, hash_of(self.keys, kind, subject), at, reason)
        ErasureLog(self.folder / NAME).add([entry])


@pytest.fixture
def old(server: Managed, tmp_path: Path) -> Machine:
    """Give the machine that is backed up."""
    keys = load_keys(tmp_path / "secret.key")
    (tmp_path / "old").mkdir()
    return Machine(server, server.database(createrole=True), keys, tmp_path / "old").used()


@pytest.fixture
def new(server: Managed, tmp_path: Path, old: Machine) -> Machine:
    """Give the machine that takes over, with the same secret and an empty database."""
    (tmp_path / "new").mkdir()
    return Machine(server, server.database(createrole=True), old.keys, tmp_path / "new")


def altered(folder: Path, keys: Keys, **changes: object) -> Path:
    """Change a manifest as somebody who holds the secret could."""
    manifest = replace(read(folder), **changes)  # type: ignore[arg-type]
    (folder / MANIFEST).write_bytes(to_bytes(signed(manifest, keys)))
    return folder


# --- there and back ------------------------------------------------------------------------------


def test_every_row_comes_back_byte_by_byte(old: Machine, new: Machine) -> None:
    old.request(claimed=True)
    old.run("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('waypoint', 'alert')")
    new.restore(old.backup())
    for table in ("referrals", "offices", "procrastinate_jobs", "procrastinate_events"):
        query = f"SELECT * FROM {table} ORDER BY 1"  # noqa: S608
        rows = old.run(query)
        assert new.run(query) == rows
        assert rows


def test_new_rows_get_numbers_that_were_never_used(old: Machine, new: Machine) -> None:
    for _ in range(3):
        old.run(
            "INSERT INTO referral_events (referral, at, state)"
            " VALUES (gen_random_uuid(), now(), 'waiting')"
        )
    old.run("DELETE FROM referral_events")
    new.restore(old.backup())
    ((number,),) = new.run(
        "INSERT INTO referral_events (referral, at, state)"
        " VALUES (gen_random_uuid(), now(), 'waiting') RETURNING id"
    )
    assert number == 4


def test_an_embedded_database_moves_to_a_managed_server(database: Database, new: Machine) -> None:
    folder = new.folder / "moved"
    made = backup(Source(database.owner_url, new.keys, ("secret.key",)), folder)
    new.restore(folder)
    assert is_current(new.address)
    ((offices,),) = new.run("SELECT count(*) FROM offices")
    assert offices == made.tables["offices"].rows


def test_a_backup_of_an_older_version_is_brought_up_to_date(old: Machine, new: Machine) -> None:
    past = replace(old, address=old.server.database(createrole=True))
    with connected(past.address) as connection:
        hold(connection)
        with suppress(StopHere), made_at(connection, "0004", one_login=True):
            connection.commit()
            raise StopHere
    past.run("INSERT INTO offices VALUES ('of-an-older-version', now())")
    folder = past.backup()
    assert read(folder).revision == "0004"
    new.restore(folder)
    assert is_current(new.address)
    assert new.run("SELECT 1 FROM offices WHERE id = 'of-an-older-version'")


class StopHere(Exception):
    """Ends a block that would go on."""


def test_the_ordinary_role_keeps_its_rights_and_no_more(old: Machine, new: Machine) -> None:
    rights = (
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'waypoint_app' ORDER BY 1, 2"
    )
    new.restore(old.backup())
    assert new.run(rights) == old.run(rights)


def test_triggers_work_again_after_a_restore(old: Machine, new: Machine) -> None:
    new.restore(old.backup())
    new.run("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('waypoint', 'alert')")
    assert new.run("SELECT type FROM procrastinate_events")


def test_addresses_are_in_no_backup_and_nothing_comes_unasked_after_it(
    old: Machine, new: Machine
) -> None:
    old.request(person="a-chat")
    new.restore(old.backup())
    assert new.run("SELECT person, address_sealed, confirmed FROM contacts") == [
        ("a-chat", None, False)
    ]


# --- what is refused -----------------------------------------------------------------------------


def test_a_database_that_is_not_empty_is_refused(old: Machine) -> None:
    folder = old.backup()
    with pytest.raises(DatabaseNotEmpty):
        old.restore(folder)


def test_a_database_that_was_never_used_has_no_backup(new: Machine) -> None:
    with pytest.raises(NothingToBackUp):
        new.backup()


def test_a_folder_that_is_not_empty_is_refused(old: Machine) -> None:
    (old.folder / "something").touch()
    with pytest.raises(FolderNotEmpty):
        backup(Source(old.address, old.keys, ()), old.folder)


def test_a_server_that_is_away_is_named(old: Machine) -> None:
    away = Source("postgresql://u@127.0.0.1:1/d", old.keys, ())
    with pytest.raises(DatabaseUnreachable):
        backup(away, old.folder / "b")
    assert not (old.folder / "b" / MANIFEST).exists()


def test_another_secret_is_refused(old: Machine, new: Machine, tmp_path: Path) -> None:
    other = replace(new, keys=load_keys(tmp_path / "other.key"))
    with pytest.raises(WrongSecret):
        other.restore(old.backup())


def test_a_changed_byte_is_found_before_the_database_is_touched(old: Machine, new: Machine) -> None:
    folder = old.backup()
    path = folder / "offices.copy"
    path.write_bytes(path.read_bytes().replace(b"duty", b"dusk"))
    with pytest.raises(BackupDamaged):
        new.restore(folder)


def test_a_manifest_that_this_host_did_not_sign_is_refused(old: Machine, new: Machine) -> None:
    folder = old.backup()
    content = (folder / MANIFEST).read_text().replace('"rows": 1', '"rows": 2')
    (folder / MANIFEST).write_text(content)
    with pytest.raises(BackupDamaged):
        new.restore(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', '{"format": "x"}'])
def test_nonsense_is_no_manifest(old: Machine, new: Machine, content: str) -> None:
    folder = old.backup()
    (folder / MANIFEST).write_text(content)
    with pytest.raises(NoBackup):
        new.restore(folder)


def test_a_name_that_leads_out_of_the_folder_is_no_table(old: Machine, new: Machine) -> None:
    folder = old.backup()
    tables = dict(read(folder).tables)
    tables["../secret"] = tables.pop("offices")
    with pytest.raises(NoBackup):
        new.restore(altered(folder, old.keys, tables=tables))


def test_a_backup_of_a_newer_version_is_refused(old: Machine, new: Machine) -> None:
    with pytest.raises(SchemaTooNew):
        new.restore(altered(old.backup(), old.keys, revision="9999"))
    with pytest.raises(BackupTooNew):
        new.restore(altered(old.backup(), old.keys, format=2))


def test_a_restore_that_fails_leaves_the_database_empty(old: Machine, new: Machine) -> None:
    old.request()
    folder = old.backup()
    broken: Manifest = read(folder)
    tables = dict(broken.tables)
    tables["referrals"] = replace(tables["referrals"], columns=("id", "no_such_column"))
    with pytest.raises(RestoreFailed):
        new.restore(altered(folder, old.keys, tables=tables))
    assert new.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    (folder / MANIFEST).write_bytes(to_bytes(broken))
    new.restore(folder)


# --- what was erased since -----------------------------------------------------------------------


def test_what_a_person_erased_stays_erased(old: Machine, new: Machine) -> None:
    gone, stays = old.request(), old.request()
    folder = old.backup()
    new.list("request", gone, read(folder).made + HOUR)
    assert new.restore(folder).erased_again == 1
    assert new.run("SELECT id::text FROM referrals") == [(stays,)]
    assert new.run("SELECT * FROM stubs") == []


def test_what_time_erased_leaves_its_stub_again(old: Machine, new: Machine) -> None:
    gone = old.request()
    folder = old.backup()
    new.list("request", gone, read(folder).made + HOUR, Reason.CLOSED)
    new.restore(folder)
    assert new.run("SELECT count(*) FROM referrals") == [(0,)]
    assert new.run("SELECT reason FROM stubs") == [("closed",)]


def test_what_was_taken_back_is_withdrawn_again(old: Machine, new: Machine) -> None:
    taken = old.request(claimed=True, person="a-chat")
    folder = old.backup()
    new.list("withdrawal", taken, read(folder).made + HOUR)
    new.restore(folder)
    assert new.run("SELECT state, contact FROM referrals") == [("withdrawn", "code")]
    assert new.run("SELECT * FROM contacts") == []


def test_a_stop_word_stands_again(old: Machine, new: Machine) -> None:
    stopped = old.request(person="a-chat")
    folder = old.backup()
    new.list("stop", stopped, read(folder).made + HOUR)
    new.restore(folder)
    assert new.run("SELECT do_not_contact FROM referrals") == [(True,)]
    assert new.run("SELECT * FROM contacts") == []


def test_a_chat_that_erased_after_the_backup_has_no_link_any_more(
    old: Machine, new: Machine
) -> None:
    old.request(person="erased-after")
    old.request(person="erased-before-and-came-back")
    folder = old.backup()
    made = read(folder).made
    new.list("chat", "erased-after", made + HOUR)
    new.list("chat", "erased-before-and-came-back", made - HOUR)
    assert new.restore(folder).erased_again == 1
    assert new.run("SELECT person FROM contacts") == [("erased-before-and-came-back",)]


def test_the_list_goes_on_in_the_new_database(old: Machine, new: Machine) -> None:
    gone = old.request()
    folder = old.backup()
    new.list("request", gone, read(folder).made + HOUR)
    new.restore(folder)
    assert new.run("SELECT kind, in_file FROM erasures") == [("request", True)]


def test_a_restore_says_that_there_was_no_list(old: Machine, new: Machine) -> None:
    folder = old.backup()
    assert not new.restore(folder).had_list


def test_a_stop_word_that_was_lifted_before_the_backup_does_not_stand_again(
    old: Machine, new: Machine
) -> None:
    lifted = old.request()
    folder = old.backup()
    new.list("stop", lifted, read(folder).made - HOUR)
    assert new.restore(folder).erased_again == 0
    assert new.run("SELECT do_not_contact FROM referrals") == [(False,)]


def test_what_a_supervisor_kept_is_kept_again(old: Machine, new: Machine) -> None:
    kept = old.request(claimed=True)
    folder = old.backup()
    made = read(folder).made
    new.list("kept", kept, made + 2 * HOUR)
    new.list("withdrawal", kept, made + HOUR)
    new.restore(folder)
    assert new.run("SELECT state, kept_reason FROM referrals") == [("withdrawn", "danger-to-life")]


def test_a_request_stopped_and_then_erased_by_time_leaves_no_stub_again(
    old: Machine, new: Machine
) -> None:
    gone = old.request()
    folder = old.backup()
    made = read(folder).made
    new.list("request", gone, made + 2 * HOUR, Reason.CLOSED)
    new.list("stop", gone, made + HOUR)
    new.restore(folder)
    assert new.run("SELECT * FROM stubs") == []
    assert new.run("SELECT * FROM referrals") == []


def test_what_only_the_backup_lists_goes_into_the_new_file(old: Machine, new: Machine) -> None:
    entry = "INSERT INTO erasures VALUES ({}, 'chat', NULL, now() - interval '1 day', true)"
    old.run(entry.format(r"'\x" + "01" * 32 + "'"))
    folder = old.backup()
    new.list("chat", "somebody", read(folder).made)
    new.restore(folder)
    assert sorted(new.run("SELECT kind, in_file FROM erasures")) == [
        ("chat", False), ("chat", True)
    ]  # fmt: skip


def test_of_two_erasures_of_a_chat_the_later_counts_in_the_next_restore(
    old: Machine, new: Machine
) -> None:
    first = read(old.backup()).made
    known = hash_of(old.keys, "chat", "somebody").hex()
    old.run(f"INSERT INTO erasures VALUES ('\\x{known}', 'chat', NULL, now(), true)")  # noqa: S608
    folder = old.backup()
    new.list("chat", "somebody", first + HOUR)
    new.list("chat", "somebody", first)
    new.restore(folder)
    assert new.run("SELECT at FROM erasures") == [((first + HOUR).replace(microsecond=0),)]


def test_the_rules_know_from_the_backup_what_the_clock_was(old: Machine, new: Machine) -> None:
    folder = old.backup()
    new.restore(folder)
    assert new.run("SELECT seen FROM retention_clock") == [(read(folder).made,)]


def test_many_requests_are_erased_again_in_one_go(old: Machine, new: Machine) -> None:
    many = [old.request() for _ in range(12)]
    stays = old.request()
    folder = old.backup()
    made = read(folder).made
    for number, one in enumerate(many):
        reason = (None, Reason.CLOSED, Reason.UNCLAIMED)[number % 3]
        new.list("request", one, made + HOUR, reason)
    assert new.restore(folder).erased_again == 12
    assert new.run("SELECT id::text FROM referrals") == [(stays,)]
    reasons = new.run("SELECT reason, count(*) FROM stubs GROUP BY 1 ORDER BY 1")
    assert reasons == [("closed", 4), ("unclaimed", 4)]
