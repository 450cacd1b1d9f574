"""The browser's memory of whole pages: what Back brings into sight holds nothing that was said."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.web.chromium import chromium
from tests.web.test_chat_leaving import KEPT, is_empty, lost, told
from tests.web.visit import Visit, Visiting

pytestmark = pytest.mark.browser


@pytest.fixture
async def remembering() -> AsyncIterator[Browser]:
    """Give a browser that keeps whole pages for Back, which tests usually switch off."""
    async with chromium(
        "--enable-features=BackForwardCache", without=("--disable-back-forward-cache",)
    ) as running:
        yield running


async def kept_page(remembering: Browser, one: Visit) -> Page:
    """Return a page with a chat that this browser keeps whole for Back."""
    page = await (await remembering.new_context()).new_page()
    # No header that forbids it and no stream that keeps it out of the browser's memory.
    await page.route(re.compile(r"/$"), kept_whole)
    await page.route("**/chat/events", lambda route: route.fulfill(status=204))
    await told(Visit(page, one.program, one.away))
    await page.evaluate(NOTED)
    return page


NOTED = """addEventListener('pageshow', (event) => {
    const said = document.getElementById('log').textContent;
    localStorage.setItem('seen', `${event.persisted} ${said}`);
})"""
"""Notes whether the browser brought the whole page back, and what was said that it showed."""


async def test_a_whole_page_that_the_browser_keeps_holds_nothing_that_was_said(
    remembering: Browser, visit: Visiting
) -> None:
    one = await visit()
    page = await kept_page(remembering, one)
    question = await page.locator(".said").last.inner_text()
    await page.goto(one.away)
    await page.go_back(wait_until="commit")
    await expect(page.locator(".said")).to_have_text([question], use_inner_text=True)
    assert await page.evaluate("localStorage.seen") == "true "


async def test_a_chat_that_is_over_by_then_shows_nothing_on_the_way_back(
    remembering: Browser, visit: Visiting
) -> None:
    one = await visit()
    page = await kept_page(remembering, one)
    token = await page.evaluate("sessionStorage.tab")
    await page.goto(one.away)
    headers = {"Authorization": f"Bearer {token}"}
    async with one.program.client.post(
        one.program.url("/chat/turns"), json={"key": "bye", "choice": "leave"}, headers=headers
    ) as answer:
        assert answer.status == 200
    await page.go_back(wait_until="commit")
    await is_empty(page)
    assert await page.evaluate(KEPT) == [[], [], [], ""]


@pytest.mark.parametrize("reached", [True, False])
async def test_back_to_a_page_kept_before_another_was_left_shows_nothing(
    remembering: Browser, visit: Visiting, *, reached: bool
) -> None:
    one = await visit()
    page = await kept_page(remembering, one)
    await page.goto(one.away)
    await page.goto(one.program.url("/?"))
    await page.wait_for_selector(".said")
    if not reached:
        await page.route("**/chat/turns", lost)
    await page.click("#leave")
    await expect(page).to_have_url(one.away)
    await page.go_back(wait_until="commit")
    await page.go_back(wait_until="commit")
    await expect(page).to_have_url(one.program.url("/"))
    await is_empty(page)


async def kept_whole(route: Route) -> None:
    answer = await route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name != "cache-control"}
    await route.fulfill(response=answer, headers=headers)
