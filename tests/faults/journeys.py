"""What people, officers and their enemies do, so that recognisable words go everywhere once.

Each journey asserts that it arrived: a word that was never sent leaks nowhere.
"""

import asyncio
import os
import secrets
import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import psycopg

from bot.store.pgprocess import server_of
from tests.faults.canaries import Canaries
from tests.faults.events import events
from tests.faults.officer import Officer
from tests.faults.people import Receipt, Visitor, telegram_intake, texts
from tests.faults.program import Program, command
from tests.faults.waiting import until, until_found
from tests.telegram.bot_api import BotApi, Fault, User
from tests.telegram.bot_api.refusals import Refusal

NAME = "Kanarina Vogelsang-Canaryname"
PHONE = "+21671009955123"
STORY = f"Canarystory ورقة my papers are with {NAME}, call {PHONE}"
MORE = "Canarymore and they ask for more papers"
TOWN = "Tataouine"
"""Short and known to the gazetteer; it stands in no table and in no line of ours."""
NOWHERE = "Canaryville on the far side"
PROVES = "canarysafeword kettle"
STOPS = "canarystopword lantern"
ANSWER = "Canaryanswer come on Tuesday to the third door"
WRONG = "That does not match"
KNOWN = "waiting for an officer"
NEWS = "There is something new"
LATITUDE, LONGITUDE = 34.7398123, 10.7612345

# Its words are put together when it fails, for PostgreSQL keeps what a function says in a file.
BROKEN_ROW = """
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE unique_violation USING MESSAGE = 'can' || 'ary', DETAIL = 'Key (words)=(can' || 'ary)',
        HINT = 'can' || 'ary', TABLE = 'can' || 'ary';
END $$;
CREATE TRIGGER broken BEFORE INSERT ON replies FOR EACH ROW EXECUTE FUNCTION broken();
"""


@dataclass
class Stage:
    """The running program, who stands around it, and what must show nowhere."""

    program: Program
    server: BotApi
    client: aiohttp.ClientSession
    canaries: Canaries
    errors: dict[str, bytes] = field(default_factory=dict)
    """Body and headers of every answer that is an error, by what was asked."""

    async def status(self, method: str, path: str, **request: Any) -> int:
        """Ask for something that is refused, keep the answer and return its status."""
        async with self.client.request(method, f"{self.program.url}{path}", **request) as answer:
            body = await answer.read()
            place = f"error {len(self.errors)}, {answer.status} to {method}"
            self.errors[place] = str(dict(answer.headers)).encode() + body
            return answer.status

    def visitor(self) -> Visitor:
        """Return somebody new in the web chat."""
        return Visitor(self.program, self.client)

    def note(self, person: str, receipt: Receipt, **more: str) -> None:
        """Look for a code, and whatever else is only this person's, from now on."""
        self.canaries.add(**{f"code of {person}": receipt.code}, **more)


async def phone_asks(stage: Stage, user: User) -> Receipt:
    """Ask for help on Telegram, be written to, and send what cannot be read or found."""
    user.shares(LATITUDE, LONGITUDE)
    receipt = await telegram_intake(user, STORY, "here", TOWN, (PROVES, STOPS))
    stage.note("phone", receipt)
    for kind in ("contact", "photo", "voice", "document"):
        user.sends(kind)
    return receipt


async def phone_reads(user: User, receipt: Receipt) -> None:
    """Hear the neutral line, press its button, type the code and read the answer."""
    await user.sees(NEWS, within=20)
    user.presses("receipt")
    await user.sees("The code, please.", within=10)
    user.says(receipt.code)
    await user.sees(ANSWER, within=10)


async def phone_stops(user: User, receipt: Receipt) -> None:
    """Type the word that stops everything in place of the code, then leave."""
    user.says(f"{receipt.reference} {STOPS}")
    await user.sees(WRONG, within=10)
    user.says("0")
    await user.no_longer_sees(WRONG, within=10)


async def page_asks(stage: Stage) -> tuple[Visitor, Receipt]:
    """Ask for help in the web chat, after a place that nobody knows, and show where one is."""
    visitor = stage.visitor()
    receipt = await visitor.intake(STORY, "here", TOWN, (PROVES, STOPS))
    await visitor.turn(location={"lat": LATITUDE, "lon": LONGITUDE})
    await visitor.turn(choice="near")
    await visitor.turn(text=NOWHERE)
    stage.note("page", receipt, **{"token of page": visitor.token})
    return visitor, receipt


async def page_reads(stage: Stage, visitor: Visitor, receipt: Receipt) -> None:
    """Read the answer on another page with number and code, write back, withdraw and erase."""
    (line,) = await events(stage.program, stage.client, visitor.token)
    assert NEWS in line["text"]
    other = stage.visitor()
    await other.open()
    await other.turn(choice="lang:en")
    stage.canaries.add(**{"token of other page": other.token})
    assert WRONG in texts(await other.turn(text=f"{receipt.reference} {_other(receipt.code)}"))
    grouped = " ".join(receipt.code[at : at + 3] for at in range(0, 12, 3))
    assert ANSWER in texts(await other.turn(text=f"{receipt.reference} {grouped}"))
    await other.turn(choice="receipt:write")
    assert "has your message" in texts(await other.turn(text=MORE))
    await other.turn(choice="receipt:erase")
    assert "withdrawn" in texts(await other.turn(choice="receipt:erase:yes"))
    await visitor.turn(choice="erase")
    assert "erased" in texts(await visitor.ends(choice="erase:yes"))


async def page_erases(stage: Stage) -> None:
    """Ask with a code alone and erase it while it waits; begin again and leave in the middle."""
    visitor = stage.visitor()
    receipt = await visitor.intake(STORY)
    stage.note("eraser", receipt)
    await visitor.turn(choice="receipt:erase")
    assert "erased" in texts(await visitor.turn(choice="receipt:erase:yes"))
    for said in ("refer", "refer:safe:yes", "refer:for:me", "refer:about:labour"):
        await visitor.turn(choice=said)
    await visitor.turn(text=TOWN)
    await visitor.turn(choice="refer:urgent:soon")
    await visitor.turn(choice="refer:contact:code")
    assert "May this office" in texts(await visitor.turn(text=STORY))
    assert STORY not in texts(await visitor.ends(choice="leave"))


async def office_works(first: Officer, second: Officer, receipts: Iterable[Receipt]) -> None:
    """Take every request, give one back to a colleague who takes it, read and answer."""
    for number, receipt in enumerate(receipts):
        await first.claims(receipt.reference)
        working = first
        if number == 0:
            await first.releases(receipt.reference)
            await second.claims(receipt.reference)
            working = second
        await working.answers(receipt.reference, ANSWER)
        assert STORY in working.pages
        assert ANSWER in working.pages


async def office_reads_out(officer: Officer, receipt: Receipt) -> None:
    """Type number and code of somebody at the counter: one that is wrong, then the right one."""
    counter, number = "/console/counter", receipt.reference
    wrong = await officer.press(counter, counter, 404, number=number, secret=_other(receipt.code))
    assert ANSWER not in wrong
    assert ANSWER in await officer.press(counter, counter, number=number, secret=receipt.code)


async def office_fails(stage: Stage, officer: Officer, email: str, password: str) -> None:
    """Fail to sign in, from no page of ours and from one, and ask for what is not there."""
    pages = "/console/sign-in"
    headers = {"Origin": stage.program.url}
    sent = {"csrf": "canarycsrf", "email": email, "password": password, "code": "000000"}
    assert await stage.status("POST", pages, data=sent, headers=headers) == 403
    stranger = Officer(stage.program, aiohttp.ClientSession(cookie_jar=officer_jar()))
    csrf = (await stranger.see(pages)).partition('name="csrf" value="')[2].partition('"')[0]
    page = await stranger.post(pages, {**sent, "csrf": csrf}, 401)
    # The address comes back to the browser that typed it, so that it need not be typed again.
    stage.errors["a failed sign-in"] = page.replace(email, "").encode()
    await stranger.client.close()
    assert await stage.status("GET", f"/console/requests/{PHONE}?name={TOWN}") == 200
    form = {"csrf": "no", "text": "no"}
    await officer.post("/console/requests/canarystory/answer", form, 403)


def officer_jar() -> aiohttp.CookieJar:
    """Return cookies as a browser keeps them on this machine."""
    return aiohttp.CookieJar(unsafe=True)


async def enemies_of_the_page(stage: Stage) -> None:
    """Send what is no turn, to addresses that are none, and what is not even HTTP."""
    visitor = stage.visitor()
    await visitor.open()
    stage.canaries.add(**{"token of enemy": visitor.token})
    bearer = {"Authorization": f"Bearer {visitor.token}", "Content-Type": "application/json"}
    foreign = bearer | {"Authorization": f"Bearer {PHONE}{secrets.token_urlsafe(32)}"}
    words, turns = STORY.encode(), "/chat/turns"
    for method, path, headers, body in (
        ("POST", turns, bearer, b'{"key": "k", "text": "' + words),
        ("POST", turns, bearer, b'{"key": "k", "' + words + b'": "' + words + b'"}'),
        ("POST", turns, bearer | {"Content-Type": f"text/{TOWN}"}, words),
        ("POST", turns, bearer, b'"' + words * 900 + b'"'),
        ("POST", turns, foreign, b'{"key": "k", "text": "' + words + b'"}'),
        ("POST", turns, bearer | {"Origin": f"https://{TOWN}.example"}, b"{}"),
        ("GET", f"/{TOWN}?token={visitor.token}&phone={PHONE}", {}, b""),
        ("GET", f"/{TOWN}", {"Host": f"{TOWN}.example"}, b""),
        ("PUT", f"/chat/{TOWN}", {}, words),
        ("GET", f"/chat/shell/{TOWN}", {}, b""),
        ("GET", "/chat/events", {"Authorization": f"Bearer {PHONE}"}, b""),
        ("POST", "/hooks/telegram", bearer, b'{"canarystory": "' + words + b'"}'),
    ):
        status = await stage.status(method, path, headers=headers, data=body)
        assert status >= 400, (method, path, status)
    for nonsense in (
        words + b"\r\n\r\n",
        b"GET /" + words + b" HTTP/9.9\r\n\r\n",
        b"\x16\x03" + words,
    ):
        stage.errors[f"no http {len(stage.errors)}"] = await _wire(stage, nonsense)


async def _wire(stage: Stage, nonsense: bytes) -> bytes:
    port = int(stage.program.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(nonsense)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


async def enemies_of_telegram(stage: Stage) -> None:
    """Send updates that cannot be read, through a Bot API that fails and repeats the token."""
    server = stage.server
    user = server.user(777_000_555_124)
    stage.canaries.add(**{"id of the second phone": str(user.id)})
    for broken in (
        {"message_id": "canarystory", "text": STORY},
        {STORY: [STORY]},
        {"message_id": 1, "date": 1, "chat": {"id": user.id, "type": PHONE}, "text": STORY},
    ):
        server.world.push("message", broken)
    server.world.push("callback_query", {"id": STORY, "from": {}, "data": {STORY: 1}})
    told = f"{STORY} at {server.url}/bot{server.token}/sendMessage for {user.id}"
    for fault in (
        Fault(raw=(502, f"<html>{told}</html>".encode())),
        Fault(raw=(500, f'{{"ok": false, "text": "{told}"}}'.encode())),
        Fault(raw=(302, told.encode())),
        Fault(refusal=Refusal(500, told)),
        Fault(refusal=Refusal(429, told, 1)),
        Fault(reset_before=True),
    ):
        server.faults.plan(fault, method="sendMessage")
        server.faults.plan(fault, method="getUpdates")
        said = user.says(STORY)
        await user.sees(lambda one, said=said: one.id > said.id, within=20)  # type: ignore[misc]
    for method in ("deleteMessages", "editMessageText", "answerCallbackQuery"):
        server.faults.plan(Fault(refusal=Refusal(400, told)), times=2, method=method)
    user.says("/start")
    await user.sees(lambda one: "lang:en" in one.data, within=10)
    user.presses("lang:en")
    user.says("0")
    await until_found(stage.program, "SELECT 1 FROM set_aside HAVING count(*) >= 2")
    server.faults.clear()


async def enemies_of_the_database(stage: Stage) -> None:
    """Let rows be refused by quoting them, chats not open, and the server die in a request."""
    visitor, user = stage.visitor(), stage.server.user(777_000_555_125)
    stage.canaries.add(**{"id of the third phone": str(user.id)})
    await visitor.open()
    bearer = {"Authorization": f"Bearer {visitor.token}"}

    async def asked() -> int:
        turn = {"key": secrets.token_hex(8), "text": STORY}
        return await stage.status("POST", "/chat/turns", headers=bearer, json=turn)

    with psycopg.connect(stage.program.owner_url, autocommit=True) as connection:
        connection.execute(BROKEN_ROW.encode())
        assert await asked() == 500
        before = stage.program.stderr.count('"turn-failed"')
        user.says(STORY)
        await until(lambda: _said_again(stage, before))
        connection.execute("DROP TRIGGER broken ON replies")
        await user.sees(lambda one: bool(one.labels), within=20)
        connection.execute("UPDATE chats SET state_sealed = 'broken'::bytea")
        assert await asked() == 401  # as when the key of its day is gone
        connection.execute("DELETE FROM chats")
    await _server_dies(stage)


async def _said_again(stage: Stage, before: int) -> bool:
    return stage.program.stderr.count('"turn-failed"') > before


async def _server_dies(stage: Stage) -> None:
    """Kill the database while somebody asks for help; they are answered all the same."""
    visitor, server = stage.visitor(), server_of(stage.program.pg)
    assert server is not None
    asking = asyncio.create_task(visitor.intake(STORY, "here", TOWN))
    await until(lambda: _opened(visitor))
    os.kill(server, signal.SIGKILL)
    stage.note("page of the crash", await asking)


async def _opened(visitor: Visitor) -> bool:
    return bool(visitor.token)


async def operator_works(stage: Stage, backup: str) -> dict[str, bytes]:
    """Run every command that copies, erases or proves; return all they said."""
    commands = {
        "`backup`": ("backup", backup),
        "`retention`": ("retention", "--json"),
        "`audit verify`": ("audit", "verify"),
    }
    ended = await asyncio.gather(
        *(command(stage.program.settings, *words) for words in commands.values())
    )
    assert {code for code, _, _ in ended} == {0}, ended
    said = zip(commands, ended, strict=True)
    return {name: f"{out}{err}".encode() for name, (_, out, err) in said}


def _other(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)
