"""The web chat over real HTTP, on the real core and the real database."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.webchat.guard import HEADERS
from bot.store.tables import chats
from bot.store.unit import LOCK
from tests.web.webchat_program import Program, choices

JSON_TYPE = {"Content-Type": "application/json"}


# --- opening, turns, resuming --------------------------------------------------------------------


async def test_a_chat_opens_without_a_cookie_and_asks_for_the_language(program: Program) -> None:
    async with program.client.post(program.url("/chat")) as answer:
        opened = await answer.json()
        assert answer.status == 200
        assert not answer.cookies
    assert set(opened) == {"token", "messages", "lang", "dir"}
    assert len(opened["token"]) == 43
    assert "lang:ar" in choices(opened)


async def test_a_message_has_the_fields_of_the_contract_and_no_other(program: Program) -> None:
    opened = await program.open()
    assert set(opened["messages"][0]) == {"id", "text", "choices"}


async def test_a_chat_opens_in_the_language_of_the_browser(program: Program) -> None:
    assert (await program.open(locale="fr-BE"))["lang"] == "fr"


async def test_a_browser_in_a_language_that_is_not_offered_gets_english(program: Program) -> None:
    assert (await program.open(locale="qu"))["lang"] == "en"


async def test_arabic_runs_from_right_to_left(program: Program) -> None:
    await program.open()
    reply = await program.turn(choice="lang:ar")
    assert (reply["lang"], reply["dir"]) == ("ar", "rtl")


async def test_the_same_key_gives_the_same_answer_and_no_second_effect(program: Program) -> None:
    await program.open()
    first = await program.turn("same", choice="lang:es")
    assert await program.turn("same", choice="lang:es") == first
    assert await program.turn("same", choice="lang:ar") == first
    assert (await program.turn(choice="start"))["lang"] == "es"


async def test_the_same_key_at_the_same_time_has_one_effect(program: Program) -> None:
    await program.open()
    first, second = await asyncio.gather(
        program.turn("same", choice="lang:es"), program.turn("same", choice="lang:es")
    )
    assert first == second


async def test_two_chats_may_use_the_same_key(program: Program) -> None:
    await program.open()
    spanish = await program.turn("same", choice="lang:es")
    await program.open()
    assert (await program.turn("same", choice="lang:fr"))["lang"] == "fr"
    assert spanish["lang"] == "es"


async def test_a_reload_gets_the_open_question_again(program: Program) -> None:
    await program.open()
    reply = await program.turn(choice="lang:en")
    async with program.client.get(program.url("/chat"), headers=program.headers) as answer:
        assert await answer.json() == reply


async def test_a_typed_number_presses_the_button_in_that_place(program: Program) -> None:
    opened = await program.open()
    number = choices(opened).index("lang:fr") + 1
    assert (await program.turn(text=f"{number}"))["lang"] == "fr"


async def test_leaving_forgets_the_chat_and_tells_the_browser_to_forget(program: Program) -> None:
    await program.open()
    await program.turn(choice="lang:en")
    sent = {"key": "bye", "text": "0"}
    async with program.client.post(
        program.url("/chat/turns"), json=sent, headers=program.headers
    ) as answer:
        assert answer.status == 200
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert answer.headers["Chat-Ended"] == "1"
        assert len((await answer.json())["messages"]) == 1
    async with program.client.get(program.url("/chat"), headers=program.headers) as answer:
        assert answer.status == 401


async def test_what_was_on_its_way_when_a_chat_was_left_begins_no_new_one(
    program: Program, engine: AsyncEngine
) -> None:
    await program.open()
    await program.turn(choice="lang:en")

    async def sent(**said: str) -> int:
        async with program.client.post(
            program.url("/chat/turns"), json=said, headers=program.headers
        ) as answer:
            return answer.status

    async with engine.begin() as connection:
        await connection.execute(LOCK, {"person": program.person})
        leaving = asyncio.create_task(sent(key="bye", choice="leave"))
        await until_waiting(engine, 1)
        story = asyncio.create_task(sent(key="story", text="my boss has my papers"))
        await until_waiting(engine, 2)
    assert (await leaving, await story) == (200, 401)
    async with engine.connect() as connection:
        mine = select(func.count()).where(chats.c.person == program.person)
        assert (await connection.execute(mine)).scalar_one() == 0


async def until_waiting(engine: AsyncEngine, number: int) -> None:
    """Wait until so many turns wait for a person's lock."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'")
    async with asyncio.timeout(10), engine.connect() as connection:
        while (await connection.execute(waiting)).scalar_one() < number:
            await connection.rollback()


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer " + "x" * 43, "Bearer short", "Basic eDp5", "Bearer " + "é" * 43],
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/chat"), ("POST", "/chat/turns"), ("GET", "/chat/events")]
)
async def test_a_wrong_token_opens_nothing(
    program: Program, given: str, method: str, path: str
) -> None:
    headers = {"Authorization": given, **JSON_TYPE}
    async with program.client.request(
        method, program.url(path), headers=headers, data=b'{"key":"k","text":"a"}'
    ) as answer:
        assert answer.status == 401
        assert await answer.json() == {"error": "unknown-chat"}


async def test_a_chat_ends_after_a_day_without_a_turn(program: Program) -> None:
    await program.open()
    program.time.ahead = timedelta(hours=23, minutes=59)
    assert (await program.turn(choice="lang:en"))["lang"] == "en"
    program.time.ahead += timedelta(hours=24, minutes=1)
    async with program.client.get(program.url("/chat"), headers=program.headers) as answer:
        assert answer.status == 401


async def test_the_token_is_nowhere_in_the_database(program: Program, engine: AsyncEngine) -> None:
    await program.open()
    await program.turn(choice="lang:en")
    async with engine.connect() as connection:
        rows = await connection.execute(text("SELECT row_to_json(c)::text FROM chats c"))
        kept = "".join(rows.scalars())
        rows = await connection.execute(text("SELECT row_to_json(r)::text FROM replies r"))
        kept += "".join(rows.scalars())
    assert program.person in kept
    assert program.token not in kept
    assert program.token.encode().hex() not in kept


@pytest.mark.parametrize("host", ["evil.example", "localhost", "localhost:1", "", "a@localhost"])
async def test_another_host_is_refused(program: Program, host: str) -> None:
    async with program.client.get(program.url("/"), headers={"Host": host}) as answer:
        assert answer.status in (400, 403)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "localhost"]
)
async def test_another_page_is_refused(program: Program, origin: str) -> None:
    async with program.client.post(program.url("/chat"), headers={"Origin": origin}) as answer:
        assert answer.status == 403
        assert await answer.json() == {"error": "foreign-page"}


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "LOCALHOST"])
async def test_our_own_page_passes_under_both_names_of_loopback(
    program: Program, name: str
) -> None:
    address = f"{name}:{program.server.port}"
    headers = {"Host": address, "Origin": f"http://{address}"}
    async with program.client.post(program.url("/chat"), headers=headers) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "path", ["/", "/chat.js", "/chat-wire.js", "/chat.css", "/chat/shell/en", "/chat"]
)
async def test_every_answer_carries_the_protecting_headers(program: Program, path: str) -> None:
    async with program.client.get(program.url(path)) as answer:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert not answer.cookies


async def test_words_of_a_language_that_is_not_offered_are_not_there(program: Program) -> None:
    async with program.client.get(program.url("/chat/shell/xx")) as answer:
        assert answer.status == 404


# --- what comes later -----------------------------------------------------------------------------


class Stream:
    """Reads server-sent events as the page does."""

    def __init__(self, answer: ClientResponse) -> None:
        self._answer = answer

    async def event(self) -> dict[str, str]:
        """Return the next event or comment as its fields."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            while line := (await self._answer.content.readline()).decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
        return fields

    async def message(self) -> tuple[str, dict[str, Any]]:
        """Return id and content of the next event that is no comment."""
        while "data" not in (fields := await self.event()):
            pass
        return fields["id"], json.loads(fields["data"])


def listening(program: Program, **headers: str) -> Any:
    return program.client.get(program.url("/chat/events"), headers={**program.headers, **headers})


async def test_news_reach_an_open_page(program: Program) -> None:
    await program.open()
    async with listening(program) as answer:
        assert answer.content_type == "text/event-stream"
        await program.news()
        number, message = await Stream(answer).message()
    assert number.isdigit()
    assert message["choices"][0][0]["id"] == "receipt"


async def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(
    program: Program,
) -> None:
    await program.open()
    await program.news()
    async with listening(program) as answer:
        first, _ = await Stream(answer).message()
    await program.news()
    async with listening(program, **{"Last-Event-ID": first}) as answer:
        second, _ = await Stream(answer).message()
    assert int(second) > int(first)


@pytest.mark.parametrize("odd", ["", "-1", "x", "9" * 40, "٣"])
async def test_a_resume_from_nowhere_starts_at_the_beginning(program: Program, odd: str) -> None:
    await program.open()
    await program.news()
    async with listening(program, **{"Last-Event-ID": odd.encode().decode("latin-1")}) as answer:
        await Stream(answer).message()


async def test_a_silent_stream_shows_that_it_lives(program: Program) -> None:
    await program.open()
    async with listening(program) as answer:
        assert (await answer.content.readline()).startswith(b":")


async def test_nobody_hears_the_news_of_another(program: Program) -> None:
    await program.open()
    async with listening(program) as answer:
        stream = Stream(answer)
        await program.open()
        await program.news()
        assert "data" not in await stream.event()


async def test_a_stream_ends_when_its_chat_is_left(program: Program) -> None:
    await program.open()
    async with listening(program) as answer:
        await program.turn(text="0")
        async with asyncio.timeout(10):
            assert b"data:" not in await answer.content.read()


async def test_a_stream_ends_when_the_server_stops(program: Program) -> None:
    await program.open()
    async with listening(program) as answer:
        program.deps.closing.set()
        async with asyncio.timeout(10):
            await answer.content.read()
