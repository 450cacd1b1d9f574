"""What is in the making cannot be opened once the key of its day is gone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.privacy import BrokenSeal, SecretUnusable
from bot.privacy.drafts import DraftSealer


class Now:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def test_a_draft_opens_the_day_after_and_not_after_its_key_is_gone(tmp_path: Path) -> None:
    now = Now()
    drafts = DraftSealer(tmp_path / "drafts", now)
    blob = drafts.seal(b"draft", "chat", "person")
    now.at += timedelta(days=1)
    assert drafts.forget_old() == 0
    assert drafts.open(blob, "chat", "person") == b"draft"
    now.at += timedelta(days=2)
    assert drafts.forget_old() == 1
    with pytest.raises(BrokenSeal):
        drafts.open(blob, "chat", "person")
    with pytest.raises(BrokenSeal):
        DraftSealer(tmp_path / "drafts", now).open(blob, "chat", "person")


def test_two_processes_use_the_same_key_of_a_day(tmp_path: Path) -> None:
    now = Now()
    blob = DraftSealer(tmp_path, now).seal(b"draft", "chat", "person")
    assert DraftSealer(tmp_path, now).open(blob, "chat", "person") == b"draft"
    assert len(list(tmp_path.glob("*.key"))) == 1


def test_the_key_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    DraftSealer(tmp_path / "drafts", Now()).seal(b"draft", "chat", "person")
    (file,) = (tmp_path / "drafts").glob("*.key")
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "drafts").stat().st_mode & 0o777 == 0o700


def test_a_draft_of_another_row_or_changed_does_not_open(tmp_path: Path) -> None:
    drafts = DraftSealer(tmp_path, Now())
    blob = drafts.seal(b"draft", "chat", "person")
    with pytest.raises(BrokenSeal):
        drafts.open(blob, "chat", "somebody-else")
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises(BrokenSeal):
            drafts.open(bytes(changed), "chat", "person")


def test_a_running_process_does_not_outlive_a_key_that_another_removed(tmp_path: Path) -> None:
    now = Now()
    running, other = DraftSealer(tmp_path, now), DraftSealer(tmp_path, now)
    blob = running.seal(b"draft", "chat", "person")
    assert running.open(blob, "chat", "person") == b"draft"
    now.at += timedelta(days=3)
    assert other.forget_old() == 1
    with pytest.raises(BrokenSeal):
        running.open(blob, "chat", "person")
    again = running.seal(b"draft", "chat", "person")
    assert other.open(again, "chat", "person") == b"draft"


def test_a_key_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    now = Now()
    running = DraftSealer(tmp_path, now)
    old = running.seal(b"draft", "chat", "person")
    (file,) = tmp_path.glob("*.key")
    file.unlink()
    new = DraftSealer(tmp_path, now).seal(b"draft", "chat", "person")
    assert running.open(new, "chat", "person") == b"draft"
    with pytest.raises(BrokenSeal):
        running.open(old, "chat", "person")


def test_what_a_crash_left_aside_of_an_old_key_goes_with_it(tmp_path: Path) -> None:
    now = Now()
    DraftSealer(tmp_path, now).seal(b"draft", "chat", "person")
    (file,) = tmp_path.glob("*.key")
    (tmp_path / f".{file.name}.1a2b3c4d").write_text(file.read_text())
    now.at += timedelta(days=3)
    assert DraftSealer(tmp_path, now).forget_old() == 1
    assert list(tmp_path.iterdir()) == []


def test_a_key_of_a_day_to_come_goes_once_the_clock_is_right_again(tmp_path: Path) -> None:
    now = Now()
    now.at += timedelta(days=900)
    DraftSealer(tmp_path, now).seal(b"draft", "chat", "person")
    now.at -= timedelta(days=900)
    (tmp_path / "notes.key").touch()
    assert DraftSealer(tmp_path, now).forget_old() == 1
    assert [one.name for one in tmp_path.iterdir()] == ["notes.key"]


@pytest.mark.parametrize("content", ["", "00" * 31])
def test_a_key_file_of_another_form_seals_nothing(tmp_path: Path, content: str) -> None:
    now = Now()
    (tmp_path / f"{now().date().isoformat()}.key").write_text(content)
    with pytest.raises(SecretUnusable):
        DraftSealer(tmp_path, now).seal(b"draft", "chat", "person")


@pytest.mark.parametrize("version", [0, 1, 2, 4])
def test_a_draft_of_another_version_is_refused(tmp_path: Path, version: int) -> None:
    drafts = DraftSealer(tmp_path, Now())
    blob = drafts.seal(b"draft", "chat", "person")
    with pytest.raises(BrokenSeal, match="version"):
        drafts.open(bytes([version]) + blob[1:], "chat", "person")
