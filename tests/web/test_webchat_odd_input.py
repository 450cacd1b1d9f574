"""Whatever comes instead of a turn gets words or a plain refusal, never a trace."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.channels.webchat.pace import BURST
from bot.conversation import Delivery, Turn
from bot.errors import Unavailable
from tests.web.webchat_program import Base, Program, served, texts

JSON_TYPE = {"Content-Type": "application/json"}


# --- bad input ------------------------------------------------------------------------------------


async def post(program: Program, data: Any, **headers: str) -> ClientResponse:
    async with program.client.post(
        program.url("/chat/turns"), data=data, headers={**JSON_TYPE, **program.headers, **headers}
    ) as answer:
        await answer.read()
        return answer


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"\xff", b"{}", b"[" * 30_000, b'{"key":"k"}', b'{"key":"k","text":1}'],
)
async def test_a_malformed_turn_is_refused_and_has_no_effect(program: Program, data: bytes) -> None:
    await program.open()
    assert (await post(program, data)).status == 400
    assert (await program.turn("k", choice="lang:fr"))["lang"] == "fr"


async def test_another_content_type_is_malformed(program: Program) -> None:
    await program.open()
    answer = await post(program, b'{"key":"k","text":"a"}', **{"Content-Type": "text/plain"})
    assert answer.status == 400


async def test_a_compressed_body_is_malformed(program: Program) -> None:
    await program.open()
    data = gzip.compress(b'{"key":"k","text":"a"}')
    assert (await post(program, data, **{"Content-Encoding": "gzip"})).status == 400


async def test_the_largest_body_is_read_and_one_byte_more_is_not(program: Program) -> None:
    await program.open()
    fits = json.dumps({"key": "k", "text": ""}).encode()
    fits = fits[:-2] + b"a" * (32 * 1024 - len(fits)) + fits[-2:]
    assert (await post(program, fits)).status == 200
    assert (await post(program, fits + b" ")).status == 413


async def test_a_large_body_of_unknown_length_is_not_read_to_its_end(program: Program) -> None:
    await program.open()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 1024

    assert (await post(program, endless())).status == 413


async def test_a_body_that_breaks_off_gets_no_server_error(program: Program) -> None:
    await program.open()
    reader, writer = await asyncio.open_connection("127.0.0.1", program.server.port)
    writer.write(
        f"POST /chat/turns HTTP/1.1\r\nHost: localhost:{program.server.port}\r\n"
        f"Authorization: Bearer {program.token}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode()
    )
    assert b" 400 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize(
    "odd",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "😀" * 2048,
        "a" * 4096,
        "\u202e\u2066\u0000\ufeff",
        "/",
        "/ ",
        "/unknown",
        "'; DROP TABLE chats; --",
        "%s {0} {name} %(x)s",
        "٠٠٠",
        "²",
        "999",
        "12345678901234567890",
        "́" * 500,
    ],
)
async def test_a_text_however_odd_gets_words_back(program: Program, odd: str) -> None:
    await program.open()
    await program.turn(choice="lang:en")
    assert texts(await program.turn(text=odd))


async def test_a_text_that_is_too_long_gets_a_kind_answer(program: Program) -> None:
    await program.open()
    await program.turn(choice="lang:en")
    reply = await program.turn(text="ا" * 4097)
    assert "too long" in texts(reply)


@pytest.mark.parametrize(
    "odd", ["refer:send", "refer:consent:yes", "article:none", "lang:xx", "nothing", "x" * 65, "::"]
)
async def test_a_choice_nobody_offered_gets_words_back(program: Program, odd: str) -> None:
    await program.open()
    await program.turn(choice="lang:en")
    assert texts(await program.turn(choice=odd))


@pytest.mark.parametrize("odd", [b"[]", b"{", b'{"locale":7}'])
async def test_a_malformed_opening_is_refused(program: Program, odd: bytes) -> None:
    async with program.client.post(program.url("/chat"), data=odd, headers=JSON_TYPE) as answer:
        assert answer.status == 400


async def test_who_is_faster_than_a_person_is_told_when_to_go_on(program: Program) -> None:
    await program.open()
    now = program.time().timestamp()
    for _ in range(int(BURST) + 5):
        program.deps.pace.wait(program.person, now)
    answer = await post(program, b'{"key":"k","text":"a"}')
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")


class Down:
    """A core whose database does not answer."""

    async def handle(self, turn: Turn) -> Delivery:
        raise Unavailable("the database does not answer")


async def test_trouble_of_ours_says_when_to_try_again(base: Base) -> None:
    async with (
        served(base, dispatcher=Down()) as program,
        program.client.post(program.url("/chat")) as answer,
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
