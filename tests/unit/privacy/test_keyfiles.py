"""A file that holds a key: whole or not there, its owner's alone, and gone when it is to go."""

import os
import secrets
import stat
from pathlib import Path

import pytest

from bot.privacy.keyfiles import make_key, read_key, remove_key

KEY, OTHER = bytes(range(32)), bytes(32)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "one.key"
    assert make_key(path, KEY) == KEY
    assert make_key(path, OTHER) == KEY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_is_no_key_is_refused_without_a_word_of_it(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    for content in ("", "CANARY", "0" * 62, "é"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match="not 64 hexadecimal digits") as refused:
            read_key(path)
        assert refused.value.__cause__ is None
        assert "CANARY" not in str(refused.value)


def test_a_removed_key_is_overwritten_first(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    make_key(path, KEY)
    handle = os.open(path, os.O_RDONLY)
    try:
        assert remove_key(path)
        assert KEY.hex().encode() not in os.pread(handle, 200, 0)
    finally:
        os.close(handle)
    assert not remove_key(path)


def test_what_a_crash_left_aside_goes_too_and_other_files_stay(tmp_path: Path) -> None:
    path, other = tmp_path / "one.key", tmp_path / "two.key"
    make_key(other, KEY)
    (tmp_path / f".one.key.{secrets.token_hex(4)}").write_text(KEY.hex())
    assert remove_key(path)
    assert list(tmp_path.iterdir()) == [other]
