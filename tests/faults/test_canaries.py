"""Recognisable words go through the whole program at its lowest log level; none shows anywhere.

Nothing that a person or officer says or is may show in a log, a metric, an error, a process title,
the database's own log or, in clear, in any file: of the database, its write-ahead log, a backup or
the exported audit.  Only a reference may, for the queue stands in clear.
"""

import asyncio
import json
from pathlib import Path

import aiohttp
import psycopg
import pytest

from bot.store.pgprocess import processes_of
from tests.faults import journeys
from tests.faults.canaries import Canaries, files_of, forms_of
from tests.faults.journeys import Stage
from tests.faults.officer import PASSWORD, added, entered, invited
from tests.faults.program import Program
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

MARK = "canary"
CHAT = 777_000_555_123
EMAILS = ("canary.first@example.org", "canary.second@example.org", "canary.third@example.org")
PLANTED = "a planted word of the control"
KEY_FILES = ("secret.key", "setup.key")


async def test_no_canary_shows_anywhere(
    program: Program, server: BotApi, client: aiohttp.ClientSession
) -> None:
    audit, backup = program.data.parent / "audit", program.data.parent / "backup"
    program.settings |= {"LOG_LEVEL": "DEBUG", "AUDIT_DIR": str(audit)}
    await program.start()
    stage = Stage(program, server, client, _canaries(program, server))
    titles = _titles(program)
    known = await _people_and_officers(stage)
    titles |= _titles(program)
    await journeys.enemies_of_the_page(stage)
    await journeys.enemies_of_telegram(stage)
    await journeys.enemies_of_the_database(stage)
    _plant(program)
    places = await journeys.operator_works(stage, str(backup)) | await _pages(stage)
    places |= {"the tables": _dump(program), "statements under way": _activity(program)}
    titles |= _titles(program)
    drafts = [one.name for one in (program.data / "drafts").glob("*.key")]
    await program.stop()

    said = program.stderr
    assert {json.loads(line)["level"] for line in said.splitlines()} >= {"debug", "error"}
    places |= stage.errors | titles
    places |= {"standard error": said.encode(), "standard output": program.stdout.encode()}
    files = files_of(program.data, backup, audit, but=(*KEY_FILES, *drafts))
    found = stage.canaries.found_in(places | files)
    assert not found, "\n".join(found)
    _search_finds_what_is_there(known, places, files)


def _canaries(program: Program, server: BotApi) -> Canaries:
    """Return what is known from the start: of people, of Telegram, and the keys of this host."""
    marked = (
        *(journeys.NAME, journeys.STORY, journeys.MORE, journeys.NOWHERE, journeys.ANSWER),
        *(journeys.PROVES, journeys.STOPS, PASSWORD, server.token, *EMAILS),
    )
    assert all(MARK in one.casefold() for one in marked)
    canaries = Canaries()
    canaries.add(
        # In story, answer, words of both kinds, names, addresses, password and bot token alike.
        mark=MARK,
        name=journeys.NAME.partition(" ")[0],
        phone=journeys.PHONE.lstrip("+"),
        town=journeys.TOWN,
        latitude=str(journeys.LATITUDE),
        bot=server.token.partition(":")[0] + ":",
        chat=str(CHAT),
        secret_key=(program.data / "secret.key").read_text().strip(),
        set_up_key=(program.data / "setup.key").read_text().strip(),
    )
    return canaries


async def _people_and_officers(stage: Stage) -> str:
    """Let everybody do what they do, and return a reference that may stand in clear."""
    user = stage.server.user(CHAT)
    by_phone, (visitor, on_page) = await asyncio.gather(
        journeys.phone_asks(stage, user), journeys.page_asks(stage)
    )
    (draft,) = (stage.program.data / "drafts").glob("*.key")
    stage.canaries.add(draft_key=draft.read_text().strip())
    boss = await invited(stage.program, EMAILS[0])
    assert not (stage.program.data / "setup.key").exists()
    one_time = await asyncio.gather(*(added(stage.program, email) for email in EMAILS[1:]))
    second, third = [
        await entered(stage.program, email, secret)
        for email, secret in zip(EMAILS[1:], one_time, strict=True)
    ]
    for number, one in enumerate((boss, second, third)):
        stage.canaries.add(**{f"cookie {number}": one.cookie, f"one-time {number}": one.secret})
    for number, share in enumerate(boss.shares):
        stage.canaries.add(**{f"share {number}": share})
    assert len(boss.shares) == 3
    await boss.admits(EMAILS[1])
    await third.recovers(boss.shares)
    await journeys.office_works(second, third, (by_phone, on_page))
    await journeys.phone_reads(user, by_phone)
    await journeys.office_reads_out(second, by_phone)
    await journeys.page_reads(stage, visitor, on_page)
    await journeys.page_erases(stage)
    await third.closes(by_phone.reference)
    await journeys.phone_stops(user, by_phone)
    await journeys.office_fails(stage, second, EMAILS[1], PASSWORD)
    for one in (boss, second, third):
        await one.client.close()
    return by_phone.reference


async def _pages(stage: Stage) -> dict[str, bytes]:
    """Return what machines are shown."""
    shown: dict[str, bytes] = {}
    for path in ("/metrics", "/healthz", "/readyz"):
        async with stage.client.get(f"{stage.program.url}{path}") as answer:
            shown[path] = str(dict(answer.headers)).encode() + await answer.read()
    assert b"waypoint_turns_total" in shown["/metrics"]
    return shown


def _titles(program: Program) -> dict[str, bytes]:
    """Return how every process of the program is called and what it was started with."""
    ours = [program.pid, *processes_of(program.pg)]
    lines = {path.read_bytes() for one in ours if (path := Path(f"/proc/{one}/cmdline")).exists()}
    return {f"title of a process: {line[:40]!r}": line for line in lines}


def _dump(program: Program) -> bytes:
    """Return every row of every table as text, bytes in hexadecimal."""
    rows: list[str] = []
    with psycopg.connect(program.owner_url) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(f'SELECT t::text FROM "{table}" t'.encode())  # noqa: S608
            rows += [f"{table}: {row}" for (row,) in found]
    assert len(rows) > 20
    return "\n".join(rows).encode()


def _activity(program: Program) -> bytes:
    """Return what the server shows of the last statement of each connection."""
    with psycopg.connect(program.owner_url) as connection:
        rows = connection.execute("SELECT a::text FROM pg_stat_activity a").fetchall()
    return "\n".join(row for (row,) in rows).encode()


def _plant(program: Program) -> None:
    """Put a word where no person's may be, to prove later that the search finds one there."""
    with psycopg.connect(program.owner_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO article_marks VALUES (%s, 'en', 'yes', current_date, 1)", (PLANTED,)
        )


def _search_finds_what_is_there(
    reference: str, places: dict[str, bytes], files: dict[str, bytes]
) -> None:
    control = Canaries({"planted": PLANTED})
    in_tables = control.found_in({"the tables": places["the tables"]})
    assert "planted as plain in the tables" in in_tables
    where = {path for path, content in files.items() if control.found_in({path: content})}
    for part in ("/pg/base/", "/pg/pg_wal/", "/backup/article_marks.copy"):
        assert any(part in path for path in where), (part, where)
    assert reference.encode() in places["the tables"]


@pytest.mark.parametrize("word", ["Canary straße 7", "118402977640", "+21671009955123"])
def test_the_search_finds_every_form(word: str, tmp_path: Path) -> None:
    canaries = Canaries({"it": word})
    for form, written in forms_of(word):
        hidden = b"\x00" * 40 + b"before" + written.swapcase() + b"behind"
        assert canaries.found_in({form: hidden}), form
    (tmp_path / f"file-{word}").write_bytes(b"empty")
    assert canaries.found_in(files_of(tmp_path))


@pytest.mark.parametrize("between", [" ", "-", ".", " - ", "\u00a0", "/"])
def test_the_search_finds_a_number_in_groups(between: str) -> None:
    canaries = Canaries({"code": "118402977640"})
    grouped = between.join(("118", "402", "977", "640"))
    assert canaries.found_in({"here": f"it is {grouped}.".encode()}) == ["code in groups in here"]


def test_the_search_does_not_find_what_is_not_there() -> None:
    canaries = Canaries({"code": "118402977640", "word": "canarystory"})
    assert canaries.found_in({"here": b"118402977641 canarystor 118 402 977 65"}) == []
