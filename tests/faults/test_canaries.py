"""Markers go through the whole program at its lowest log level, and are looked for everywhere.

Nothing a person or officer says or is may show in a log, a metric, an error, the database's own log
or, in clear, in any of its files.
"""

import asyncio
import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import aiohttp
import psycopg
import pytest

from bot.privacy import pseudonym
from tests.faults.officer import PASSWORD, signed_in
from tests.faults.people import Receipt, Visitor, telegram_intake, texts
from tests.faults.program import Program
from tests.faults.waiting import until, until_found
from tests.telegram.bot_api import BotApi, proxy_error, reset, server_error, slow, too_many

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

WORDS = "CANARYwords about my papers"
ANSWER = "CANARYanswer come on Tuesday"
EMAIL = "canary.officer@example.org"
CHAT = 777_000_555_123
LATITUDE, LONGITUDE = 34.73981, 10.76123

# Its words are put together when it fails, for PostgreSQL keeps what a function says in a file.
BROKEN_ROW = """
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE unique_violation USING MESSAGE = 'CAN' || 'ARY', DETAIL = 'Key (words)=(CAN' || 'ARY)',
        HINT = 'CAN' || 'ARY', TABLE = 'CAN' || 'ARY';
END $$;
CREATE TRIGGER broken BEFORE INSERT ON replies FOR EACH ROW EXECUTE FUNCTION broken();
"""


@dataclass
class Markers:
    """What must show nowhere, and what was shown to whom it is meant for."""

    texts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    """Bodies and headers of every answer that is an error."""

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Yield every marker in the forms in which it might be written."""
        for text in self.texts:
            raw = text.encode()
            yield text, raw
            yield text, raw.hex().encode()
            yield text, base64.b64encode(raw).rstrip(b"=")[1:-1]
            yield text, raw.replace(b" ", b"")

    def found_in(self, where: str, content: bytes) -> list[str]:
        """Return each marker that shows in the content."""
        folded = content.lower()
        return [f"{text} in {where}" for text, form in self.forms() if form.lower() in folded]


async def test_no_marker_shows_anywhere(
    program: Program, server: BotApi, client: aiohttp.ClientSession
) -> None:
    program.settings["LOG_LEVEL"] = "DEBUG"
    markers = Markers({"CANARY", EMAIL, PASSWORD, str(CHAT), f"{LATITUDE}", server.token})
    await program.start()
    known = (await _good_flows(program, server, client, markers)).reference.encode()
    await _errors_of_the_page(program, client, markers)
    await _errors_of_telegram(program, server)
    await _errors_of_the_database(program, server, client, markers)
    async with client.get(f"{program.url}/metrics") as answer:
        metrics = await answer.read()
    assert b"waypoint_turns_total" in metrics
    dump = _dump(program)
    await program.stop()

    said = program.stderr
    assert {json.loads(line)["level"] for line in said.splitlines()} >= {"debug", "error"}
    found = markers.found_in("standard error", said.encode())
    found += markers.found_in("standard output", program.stdout.encode())
    found += markers.found_in("the metrics", metrics)
    for body in markers.errors:
        found += markers.found_in(f"an error: {body[:200]}", body.encode())
    found += markers.found_in("the tables", dump)
    files = {path: path.read_bytes() for path in program.data.rglob("*") if path.is_file()}
    for path, content in files.items():
        found += markers.found_in(str(path), content)
    assert found == []
    # What may stand in clear is found in the same places, so the search can find something.
    assert known in dump
    assert any(known in content for content in files.values())


async def _good_flows(
    program: Program, server: BotApi, client: aiohttp.ClientSession, markers: Markers
) -> Receipt:
    user = server.user(CHAT)
    markers.texts |= {f"canaryfirst{CHAT}", f"canaryname{CHAT}"}
    user.shares(LATITUDE, LONGITUDE)
    by_phone = await telegram_intake(user, WORDS, contact="here")
    visitor = Visitor(program, client)
    on_page = await visitor.intake(WORDS, contact="here")
    await visitor.turn(location={"lat": LATITUDE, "lon": LONGITUDE})
    markers.texts |= {by_phone.code, on_page.code, visitor.token}
    officer = await signed_in(program, EMAIL)
    for receipt in (by_phone, on_page):
        await officer.claims(receipt.reference)
        await officer.answers(receipt.reference, ANSWER)
        assert WORDS in officer.pages
    await user.sees("There is something new", within=15)
    assert ANSWER in texts(await visitor.turn(choice="receipt"))
    await _wrong_password(officer.client, program, markers)
    await officer.client.close()
    await _code_is_gone(program, visitor)
    return on_page


async def _wrong_password(
    client: aiohttp.ClientSession, program: Program, markers: Markers
) -> None:
    fields = {"csrf": "CANARY", "email": EMAIL, "password": PASSWORD, "code": "000000"}
    async with client.post(
        f"{program.url}/console/sign-in", data=fields, headers={"Origin": program.url}
    ) as answer:
        assert answer.status >= 400
        markers.errors.append(await answer.text())


async def _code_is_gone(program: Program, visitor: Visitor) -> None:
    """After the next turn the code is nowhere, not even sealed where it could be opened."""
    person = pseudonym(program.keys(), "web", visitor.token)
    with psycopg.connect(program.owner_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM replies WHERE person = %s AND leased_until IS NOT NULL", (person,)
        ).fetchone()
    assert row == (0,)


async def _errors_of_the_page(
    program: Program, client: aiohttp.ClientSession, markers: Markers
) -> None:
    visitor = Visitor(program, client)
    await visitor.open()
    bearer = {"Authorization": f"Bearer {visitor.token}"}
    foreign = {"Authorization": f"Bearer {secrets.token_urlsafe(32)}"}
    turns = f"{program.url}/chat/turns"
    json_type = {"Content-Type": "application/json"}
    for method, url, headers, body in (
        ("POST", turns, bearer | json_type, b'{"key": "CANARY", "text": "CANARY'),
        ("POST", turns, bearer | json_type, b'{"key": "CANARY", "what": "CANARY"}'),
        ("POST", turns, bearer | {"Content-Type": "text/CANARY"}, b"CANARY"),
        ("POST", turns, bearer | json_type, b'"' + b"CANARY" * 9000 + b'"'),
        ("POST", turns, foreign | json_type, b'{"key": "CANARY", "text": "CANARY"}'),
        ("POST", turns, {"Origin": "https://CANARY.example"} | bearer | json_type, b"{}"),
        ("GET", f"{program.url}/CANARY?token=CANARY", {}, b""),
        ("PUT", f"{program.url}/chat/CANARY", {}, b"CANARY"),
        ("GET", f"{program.url}/chat/shell/CANARY", {}, b""),
        ("GET", f"{program.url}/console/requests/CANARY", {}, b""),
        ("POST", f"{program.url}/hooks/telegram", json_type, b'{"CANARY": 1}'),
    ):
        async with client.request(method, url, headers=headers, data=body) as answer:
            if "/console/" not in url:  # which shows the form to sign in
                assert answer.status >= 400, (url, answer.status)
            markers.errors.append(f"{dict(answer.headers)}{await answer.text()}")
    await _nonsense_on_the_wire(program, markers)


async def _nonsense_on_the_wire(program: Program, markers: Markers) -> None:
    port = int(program.url.rpartition(":")[2])
    for nonsense in (
        b"CANARY\r\n\r\n",
        b"GET /CANARY HTTP/9.9\r\nCANARY\r\n\r\n",
        b"\x16\x03CANARY",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(nonsense)
        writer.write_eof()
        markers.errors.append((await asyncio.wait_for(reader.read(), 10)).decode())
        writer.close()


async def _errors_of_telegram(program: Program, server: BotApi) -> None:
    user = server.user(CHAT + 1)
    world = server.world
    world.push("message", {"message_id": "CANARY", "text": "CANARY"})
    world.push("message", {"CANARY": ["CANARY"]})
    world.push("callback_query", {"id": "CANARY", "from": {}, "data": {"CANARY": 1}})
    for fault in (reset(), proxy_error(), server_error(), too_many(1), slow(0.5)):
        server.faults.plan(fault, method="sendMessage")
        server.faults.plan(fault, method="getUpdates")
        said = user.says("CANARYwords")
        await user.sees(lambda m, said=said: m.id > said.id, within=20)  # type: ignore[misc]
    user.sends("contact")
    user.sends("photo")
    await until_found(program, "SELECT 1 FROM set_aside HAVING count(*) >= 2")


async def _errors_of_the_database(
    program: Program, server: BotApi, client: aiohttp.ClientSession, markers: Markers
) -> None:
    """Rows that the database refuses quoting what is in them, and a chat that does not open."""
    visitor, user = Visitor(program, client), server.user(CHAT + 2)
    await visitor.open()
    with psycopg.connect(program.owner_url, autocommit=True) as connection:
        connection.execute(BROKEN_ROW.encode())
        await _refused(program, visitor, markers)
        before = program.stderr.count('"turn-failed"')
        user.says("CANARYwords")
        await until(lambda: _more(program, '"turn-failed"', before))
        connection.execute("DROP TRIGGER broken ON replies")
        await user.sees(lambda m: bool(m.labels), within=20)
        connection.execute("UPDATE chats SET state_sealed = 'broken'::bytea")
        await _refused(program, visitor, markers)
        connection.execute("DELETE FROM chats")


async def _more(program: Program, word: str, before: int) -> bool:
    return program.stderr.count(word) > before


async def _refused(program: Program, visitor: Visitor, markers: Markers) -> None:
    turn = {"key": secrets.token_hex(8), "text": "CANARYwords"}
    headers = {"Authorization": f"Bearer {visitor.token}"}
    async with visitor.client.post(
        f"{program.url}/chat/turns", json=turn, headers=headers
    ) as answer:
        assert answer.status == 500
        markers.errors.append(await answer.text())


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
