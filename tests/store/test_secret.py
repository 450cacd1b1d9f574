"""A secret that was lost is never replaced in silence beside rows that were made with it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import SecretUnusable, load_keys
from bot.store.setup import OtherSecret, secret_of
from bot.store.tables import host_secret


@pytest.fixture
async def fresh(engine: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """Give a database that no secret belongs to yet."""
    clean = delete(host_secret)
    async with engine.begin() as connection:
        await connection.execute(clean)
    yield engine
    async with engine.begin() as connection:
        await connection.execute(clean)


async def test_a_first_start_makes_the_secret_and_later_ones_find_it(
    fresh: AsyncEngine, tmp_path: Path
) -> None:
    path = tmp_path / "secret.key"
    first = await secret_of(fresh, path)
    assert await secret_of(fresh, path) == first == load_keys(path, make=False)


async def test_a_lost_secret_is_said_in_one_line_and_no_other_is_made(
    fresh: AsyncEngine, tmp_path: Path
) -> None:
    path = tmp_path / "secret.key"
    keys = await secret_of(fresh, path)
    kept = path.read_text()
    path.unlink()
    with pytest.raises(OtherSecret) as refused:
        await secret_of(fresh, path)
    said = str(refused.value)
    assert (str(path) in said, keys.key_id in said, "\n" in said) == (True, True, False)
    assert not path.exists()
    path.write_text(kept)
    assert await secret_of(fresh, path) == keys


async def test_a_secret_of_another_host_is_refused_with_both_key_ids(
    fresh: AsyncEngine, tmp_path: Path
) -> None:
    keys = await secret_of(fresh, tmp_path / "secret.key")
    other = load_keys(tmp_path / "other.key")
    with pytest.raises(OtherSecret) as refused:
        await secret_of(fresh, tmp_path / "other.key")
    assert keys.key_id in str(refused.value)
    assert other.key_id in str(refused.value)
    assert keys.root.hex() not in str(refused.value)


async def test_of_two_first_starts_with_different_folders_one_is_refused(
    fresh: AsyncEngine, tmp_path: Path
) -> None:
    starts = (secret_of(fresh, tmp_path / name / "secret.key") for name in ("one", "two"))
    results = await asyncio.gather(*starts, return_exceptions=True)
    assert sum(isinstance(one, OtherSecret) for one in results) == 1


async def test_a_damaged_secret_is_refused_and_left_as_it_is(
    fresh: AsyncEngine, tmp_path: Path
) -> None:
    path = tmp_path / "secret.key"
    await secret_of(fresh, path)
    path.write_text("CANARY")
    with pytest.raises(SecretUnusable) as refused:
        await secret_of(fresh, path)
    assert "CANARY" not in str(refused.value)
    assert path.read_text() == "CANARY"
