"""What is in the making cannot be opened once the key of its day is gone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.privacy import BrokenSeal
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
