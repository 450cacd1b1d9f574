"""The list of erasures, in the database and in its file."""

from pathlib import Path

import pytest

from bot.privacy import Reason
from bot.privacy.retention import DAY
from bot.referrals import (
    Action,
)
from bot.store.erasurelog import NAME, ErasureLog, ErasureLogUnusable, copy_out
from bot.store.erasures import Erasure, from_line, hash_of, to_line
from tests.store.retention.world import AT, World


async def test_the_file_lists_what_the_database_lists(world: World, tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / NAME)
    referral = await world.waiting()
    await world.store.erase(referral)
    await world.moved(await world.waiting(), Action.CLAIM, Action.WITHDRAW)
    assert await copy_out(world.connection, log) == 2
    assert await copy_out(world.connection, log) == 0
    listed = log.read()
    assert listed is not None
    assert {one.kind for one in listed} == {"request", "withdrawal"}
    assert hash_of(world.sealer.keys, "request", referral.id) in {one.hash for one in listed}
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert referral.reference not in (tmp_path / NAME).read_text()


def test_a_line_that_a_crash_cut_short_spoils_no_other(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / NAME)
    one = Erasure("request", bytes(32), AT, Reason.CLOSED)
    log.add([one])
    with (tmp_path / NAME).open("a") as file:
        file.write(to_line(one)[:40])
    log.add([Erasure("chat", bytes([1] * 32), AT)])
    assert log.read() == (one, Erasure("chat", bytes([1] * 32), AT))


def test_the_file_forgets_what_no_backup_can_hold(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / NAME)
    old, new = (Erasure("chat", bytes([n] * 32), AT + n * DAY) for n in (0, 2))
    log.add([old, new])
    assert log.forget(AT + DAY) == 1
    assert log.read() == (new,)
    assert log.forget(AT + DAY) == 0


def test_a_list_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(ErasureLogUnusable):
        ErasureLog(tmp_path / NAME).add([])
    with pytest.raises(ErasureLogUnusable):
        ErasureLog(tmp_path / NAME).read()


@pytest.mark.parametrize("line", ["", "x", "2026-11-24 request - 00", "a b c d e"])
def test_nonsense_is_no_entry(line: str) -> None:
    assert from_line(line) is None
