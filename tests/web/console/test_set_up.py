"""From the first start to the end of the set-up: what is sealed, to whom, and what is left behind.

The last tests are the bar: with the whole data folder, the host's secret file and every row in
hand, nothing that is queued opens.
"""

import asyncio
import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import (
    Bound,
    BrokenSeal,
    Keys,
    SetUpKeyUnusable,
    join,
    opened_by_token,
    unwrap,
)
from bot.referrals import Category
from bot.staff import DUTY_DESK, Role, info_of, open_keys
from bot.store.setup import begin_set_up
from bot.store.tables import metadata, office_key_wraps, sign_ins, wraps
from tests.conftest import Database
from tests.web.console.test_invitation import choose, code_for
from tests.web.console.world import PASSWORD, SFAX, Browser, Seen, World

WORDS = "CANARY-WORDS my papers are gone"
SHARE = re.compile(r'<p class="words" dir="ltr" translate="no">([a-z ]+)</p>')
EMAIL = "first@example.org"


async def first_officer(world: World) -> tuple[Browser, Seen]:
    link = await world.first_invitation()
    assert link is not None
    browser = world.browser()
    second = await choose(browser, link, email=EMAIL)
    assert second.status == 200
    return browser, await browser.post(link, code=code_for(second, world))


async def test_the_first_officer_gets_three_shares_and_reads_what_was_sealed_before(
    fresh: World,
) -> None:
    number = await fresh.request(DUTY_DESK, sealed=False)
    browser, seen = await first_officer(fresh)
    shares = SHARE.findall(seen.text)
    assert (seen.status, len(shares), len(shares[0].split())) == (200, 3, 33)
    assert join(shares[:2]) == join(shares[1:]) == join(shares[::2])
    assert "not shown again" in seen.words
    assert seen.headers["Cache-Control"] == "no-store"
    page = f"/console/requests/{number}"
    queue = await browser.get("/console/requests")
    assert "Set-up is not finished" not in queue.words
    assert (await browser.post(f"{page}/claim")).status == 303
    assert WORDS in (await browser.get(page)).text
    assert shares[0] not in queue.text


async def test_the_set_up_key_is_gone_from_folder_and_database(fresh: World) -> None:
    await fresh.request(DUTY_DESK, sealed=False)
    pair = fresh.deps.set_up.load()
    assert pair is not None
    await first_officer(fresh)
    folder = fresh.deps.set_up.path.parent
    assert list(folder.rglob("*setup*")) == []
    assert all(pair.private.hex() not in text_of(one) for one in folder.rglob("*"))
    rows = await everything(fresh.engine)
    assert not any(pair.private in blob or pair.public in blob for blob in rows)


async def test_the_shares_are_shown_although_the_file_cannot_be_removed(fresh: World) -> None:
    # What a crash left aside cannot be overwritten: as on a disk that has become read-only.
    (fresh.deps.set_up.path.parent / ".setup.key.1a2b3c4d").mkdir()
    await fresh.request(DUTY_DESK, sealed=False)
    _, seen = await first_officer(fresh)
    assert len(SHARE.findall(seen.text)) == 3
    with pytest.raises(SetUpKeyUnusable):
        await begin_set_up(fresh.engine, fresh.deps.set_up, fresh.clock())
    (fresh.deps.set_up.path.parent / ".setup.key.1a2b3c4d").rmdir()
    await begin_set_up(fresh.engine, fresh.deps.set_up, fresh.clock())
    assert list(fresh.deps.set_up.path.parent.rglob("*setup*")) == []


async def test_an_officer_of_the_command_line_leaves_the_set_up_unfinished(fresh: World) -> None:
    login = await fresh.newcomer("one@example.org", DUTY_DESK, Role.SUPERVISOR)
    assert fresh.deps.set_up.load() is None
    browser = await fresh.signed_in(login)
    assert "Set-up is not finished" in (await browser.get("/console/requests")).words


async def test_without_the_file_nobody_becomes_the_first_officer_of_sealed_requests(
    fresh: World,
) -> None:
    number = await fresh.request(DUTY_DESK, sealed=False)
    kept = fresh.deps.set_up.path.read_text()
    fresh.deps.set_up.remove()
    link = await fresh.first_invitation()
    assert link is not None
    browser = fresh.browser()
    second = await choose(browser, link, email=EMAIL)
    assert (await browser.post(link, code=code_for(second, fresh))).status == 503
    fresh.deps.set_up.path.write_text(kept)
    await browser.get(link)
    assert (await browser.post(link, code=code_for(second, fresh))).status == 200
    assert (await browser.get(f"/console/requests/{number}")).status == 200


async def test_another_browser_cannot_finish_what_the_first_began(fresh: World) -> None:
    link = await fresh.invitation("two@example.org")
    second = await choose(fresh.browser(), link)
    other = fresh.browser()
    await other.get(link)
    seen = await other.post(link, code=code_for(second, fresh))
    assert (seen.status, "in this browser first" in seen.words) == (400, True)


async def test_a_restarted_program_signs_nobody_out_and_still_opens(world: World) -> None:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    await browser.get("/console/requests")
    await browser.post(f"/console/requests/{number}/claim")
    await world.server.close()  # type: ignore[union-attr]
    world.deps = replace(world.deps)
    await world.start()
    assert WORDS in (await browser.get(f"/console/requests/{number}")).text


async def test_a_copied_database_opens_with_the_cookie_alone(world: World) -> None:
    login = await world.officer()
    await world.signed_in(login)
    async with world.engine.connect() as connection:
        rows = (await connection.execute(select(sign_ins))).all()
    assert rows
    for row in rows:
        for guess in (row.token_hash.hex(), login.id, login.email, PASSWORD, login.secret):
            with pytest.raises(BrokenSeal):
                opened_by_token(row.key_locked, guess, login.id)
    async with world.deps.open() as work:
        officer = await work.staff.officer(login.id)
        assert officer is not None
        for guess in ("", rows[0].token_hash.hex()):
            assert await open_keys(guess, officer, work.staff) == {}


async def test_with_folder_secret_and_rows_in_hand_nothing_queued_opens(
    fresh: World, keys: Keys, database: Database
) -> None:
    await forget_others(fresh.engine)
    await fresh.request(DUTY_DESK, Category.TRAFFICKING, sealed=False)
    # Before the set-up is finished the same attack succeeds: it would see a key that lies about.
    assert await opened_by_a_thief(fresh, keys)
    await first_officer(fresh)
    await fresh.request(DUTY_DESK)
    await fresh.signed_in(await fresh.newcomer("sfax@example.org", SFAX))
    await fresh.request(SFAX)
    assert await opened_by_a_thief(fresh, keys) == []
    assert await asyncio.to_thread(files_with, database.data_dir, WORDS.encode()) == []


async def forget_others(engine: AsyncEngine) -> None:
    """Remove what other tests left: each of their rows would be tried on each of ours."""
    kept = {"offices", "office_keys", "host_secret"}
    async with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name not in kept and not table.name.startswith("audit"):
                await connection.execute(delete(table))


async def opened_by_a_thief(world: World, keys: Keys) -> list[str]:
    """Return what opens with any 32 bytes that lie on disk: keys of offices, and of texts."""
    found = {*await everything(world.engine), *await asyncio.to_thread(host_material, world, keys)}
    candidates = {part for blob in found for part in slices(blob)}
    async with world.engine.connect() as connection:
        sealed = (await connection.execute(select(wraps))).all()
        held = (await connection.execute(select(office_key_wraps))).all()
    places = [(one.blob, info_of(one.office, one.version)) for one in held]
    for one, office in product(sealed, (DUTY_DESK, SFAX)):
        places.append((one.blob, Bound(one.subject, office).to_bytes()))
    assert sealed
    return [
        info.hex()
        for (blob, info), private in product(places, candidates)
        if opens(blob, private, info)
    ]


def opens(blob: bytes, private: bytes, info: bytes) -> bool:
    try:
        unwrap(blob, private, info)
    except BrokenSeal:
        return False
    return True


def slices(blob: bytes) -> list[bytes]:
    """Return what could be a key of 32 bytes: the whole, the ends, and what follows a head."""
    starts = {0, 1, 5, 16, 17, len(blob) - 32}
    return [blob[at : at + 32] for at in starts if at >= 0 and len(blob[at : at + 32]) == 32]


async def everything(engine: AsyncEngine) -> list[bytes]:
    """Return every value of every row that holds bytes or text.

    The audit holds hashes of what stands in clear, and those of every test before this one.
    """
    values: list[bytes] = []
    async with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name.startswith("audit"):
                continue
            for row in await connection.execute(select(table)):
                values += [one for one in row if isinstance(one, bytes)]
                values += [one.encode() for one in row if isinstance(one, str)]
    return values


def host_material(world: World, keys: Keys) -> set[bytes]:
    """Return the host's secret, what is derived from it, and what lies in the folder."""
    purposes = ("sign-in", "pseudonym", "code", "email", "seal/chat", "seal/totp", "seal/proofs")
    found = {keys.root, *(keys.derive(one) for one in purposes)}
    for path in world.deps.set_up.path.parent.rglob("*"):
        text = text_of(path).strip()
        found.add(text.encode())
        found |= {bytes.fromhex(text)} if re.fullmatch(r"([0-9a-f]{2})+", text) else set()
    return found


def text_of(path: Path) -> str:
    return path.read_text(errors="replace") if path.is_file() else ""


def files_with(folder: Path, word: bytes) -> list[str]:
    """Return the files of the database, its log included, in which a word stands."""
    return [one.name for one in folder.rglob("*") if one.is_file() and word in one.read_bytes()]
