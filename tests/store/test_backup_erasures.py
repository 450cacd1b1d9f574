"""What was erased since a backup was made stays erased after it is restored."""

from datetime import timedelta

from bot.privacy import Reason
from bot.store.erasures import hash_of
from bot.store.manifest import (
    read,
)
from tests.store.machine import Machine

HOUR = timedelta(hours=1)


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
