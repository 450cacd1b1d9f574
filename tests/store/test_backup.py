"""Backups between servers, versions and machines; what the list of erasures does to a restore."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from bot.privacy import Keys, load_keys
from bot.store.backup import FolderNotEmpty, NothingToBackUp, Source, backup
from bot.store.engine import DatabaseUnreachable
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
from bot.store.migrate import SchemaTooNew, connected, hold, is_current, made_at
from bot.store.restore import DatabaseNotEmpty, RestoreFailed
from tests.conftest import Database
from tests.store.machine import Machine


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
