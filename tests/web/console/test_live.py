"""The queue changes by itself: what an open page is sent, when, and when no more."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.referrals import Category
from bot.staff import Role
from tests.web.console.world import SFAX, TUNIS, Browser, World

EVENTS = "/console/requests/events"
SOON = 10.0
"""Seconds after which something that should have come will not."""


@dataclass
class Stream:
    """The events of one page, one after the other."""

    response: ClientResponse

    async def event(self) -> str:
        """Return the next event that is no mere comment; empty at the end of the stream."""
        async with asyncio.timeout(SOON):
            while block := await self._block():
                if not block.startswith(":"):
                    return block
        return ""

    async def page(self) -> str:
        """Return the next page."""
        return str(json.loads((await self.event()).removeprefix("data: ")))

    async def shows(self, words: str) -> None:
        """Wait until a page comes that has the words."""
        while words not in (page := await self.page()):
            assert page

    async def _block(self) -> str:
        lines = []
        while (line := (await self.response.content.readline()).decode()).strip():
            lines.append(line)
        return "".join(lines) or line


@asynccontextmanager
async def watched(world: World, browser: Browser, query: str = "") -> AsyncIterator[Stream]:
    address = world.deps.public_url + EVENTS + query
    async with browser.session.get(address) as response:
        assert response.content_type == "text/event-stream"
        yield Stream(response)


async def test_a_new_request_stands_in_an_open_page(live: World) -> None:
    browser = await live.signed_in(await live.officer())
    async with watched(live, browser) as stream:
        assert "Nothing is waiting" in await stream.page()
        number = await live.request()
        await stream.shows(number)


async def test_what_a_colleague_takes_is_seen_to_be_taken(live: World) -> None:
    number = await live.request()
    browser = await live.signed_in(await live.officer())
    other = await live.signed_in(await live.officer("two@example.org"))
    async with watched(live, browser, "?show=waiting") as stream:
        assert number in await stream.page()
        await other.get(f"/console/requests/{number}")
        await other.post(f"/console/requests/{number}/claim")
        await stream.shows("Nothing is waiting")


async def test_an_alert_is_counted_in_an_open_page(live: World) -> None:
    browser = await live.signed_in(await live.officer())
    async with watched(live, browser) as stream:
        await stream.page()
        await live.alert("retention-refused")
        await stream.shows('<span class="number some">1</span>')


async def test_the_filters_of_the_address_hold_for_what_comes(live: World) -> None:
    browser = await live.signed_in(await live.officer())
    async with watched(live, browser, "?category=child") as stream:
        await stream.page()
        returning = await live.request(category=Category.RETURN)
        child = await live.request(category=Category.CHILD)
        while child not in (page := await stream.page()):
            assert page
        assert returning not in page


async def test_another_offices_requests_never_come(live: World) -> None:
    browser = await live.signed_in(await live.officer())
    async with watched(live, browser) as stream:
        await stream.page()
        foreign = await live.request(office=TUNIS)
        own = await live.request(office=SFAX)
        while own not in (page := await stream.page()):
            assert foreign not in page
        assert foreign not in page


async def test_who_is_not_signed_in_is_told_so_and_nothing_else(live: World) -> None:
    await live.request()
    async with watched(live, live.browser()) as stream:
        assert await stream.event() == "event: ended\ndata:\n"
        assert await stream.event() == ""


async def test_whose_role_has_no_queue_gets_none(live: World) -> None:
    browser = live.browser()
    await live.try_sign_in(browser, await live.officer("ed@example.org", SFAX, Role.EDITOR))
    async with watched(live, browser) as stream:
        assert await stream.event() == "event: ended\ndata:\n"


async def idle(live: World, _browser: Browser) -> None:
    live.clock.forward(minutes=15)


async def signed_out(_live: World, browser: Browser) -> None:
    await browser.get("/console/requests")
    await browser.post("/console/sign-out")


@pytest.mark.parametrize("ends", [idle, signed_out])
async def test_an_open_page_ends_with_its_sign_in(
    live: World, ends: Callable[[World, Browser], Awaitable[Any]]
) -> None:
    browser = await live.signed_in(await live.officer())
    async with watched(live, browser) as stream:
        await stream.page()
        await ends(live, browser)
        number = await live.request()
        event = await stream.event()
        assert event == "event: ended\ndata:\n"
        assert number not in event


async def test_an_open_page_is_no_use_of_the_sign_in(live: World) -> None:
    browser = await live.signed_in(await live.officer())
    for _ in range(3):
        live.clock.forward(minutes=4)
        async with watched(live, browser) as stream:
            await stream.page()
            await live.request()
            await stream.page()
    live.clock.forward(minutes=4)
    assert (await browser.get("/console/requests")).location == "/console/sign-in"


async def test_at_the_end_of_the_program_the_pages_are_let_go(live: World) -> None:
    browser = await live.signed_in(await live.officer())
    async with watched(live, browser) as stream:
        await stream.page()
        live.deps.live.closing.set()
        await live.request()
        with suppress(ConnectionResetError):
            while await stream.event():
                pass
