"""The live queue in real windows: what appears, what stays, what is said when it ends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, expect

from tests.web.console.officer import Officer
from tests.web.console.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
async def windows(
    live: World, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Officer, Officer]]:
    """Give two officers of one office, each before a window with script."""
    made = []
    for email in ("one@example.org", "two@example.org"):
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        one = Officer(live, await context.new_page(), tmp_path_factory.mktemp("pictures"))
        await one.sign_in(await live.officer(email))
        made.append(one)
    yield made[0], made[1]
    for one in made:
        assert one.refused == []
        await one.page.context.close()


async def test_two_windows_show_the_same_queue_without_reload(
    live: World, windows: tuple[Officer, Officer]
) -> None:
    one, two = windows
    await expect(one.page.get_by_text("Nothing is waiting")).to_be_visible()
    number = await live.request()
    row = f'a[href="/console/requests/{number}"]'
    for window in windows:
        await expect(window.page.locator(row)).to_be_visible()
        await expect(window.page.locator("#waiting")).to_have_text("1 request waits.")
    await one.page.locator(row).click()
    await one.page.get_by_role("button", name="Take").first.click()
    await expect(two.page.locator("#waiting")).to_have_text("0 requests wait.")
    await expect(two.page.locator("tr", has=two.page.locator(row))).to_contain_text("Taken")


async def test_where_the_keyboard_stands_does_not_change(
    live: World, windows: tuple[Officer, Officer]
) -> None:
    page, first = windows[0].page, await live.request()
    held = page.locator(f'a[href="/console/requests/{first}"]')
    await held.focus()
    await page.locator("summary").click()
    await page.get_by_label("How soon").select_option("now")
    await held.focus()
    second = await live.request()
    await expect(page.locator(f'a[href="/console/requests/{second}"]')).to_be_visible()
    await expect(held).to_be_focused()
    await expect(page.get_by_label("How soon")).to_have_value("now")


async def test_a_lost_connection_is_said_and_what_was_missed_comes(
    live: World, windows: tuple[Officer, Officer]
) -> None:
    page = windows[0].page
    assert live.server is not None
    live.deps.live.closing.set()
    await live.alert("retention-refused")
    await live.server.close()
    await expect(page.get_by_text("The connection is lost")).to_be_visible()
    number = await live.request()
    live.deps = replace(live.deps, live=replace(live.deps.live, closing=asyncio.Event()))
    await live.start()
    await expect(page.locator(f'a[href="/console/requests/{number}"]')).to_be_visible(timeout=15000)
    await expect(page.get_by_text("The connection is lost")).to_be_hidden()


async def test_who_is_signed_out_is_told_in_the_open_page(
    live: World, windows: tuple[Officer, Officer]
) -> None:
    page = windows[0].page
    live.clock.forward(minutes=16)
    await live.request()
    await expect(page.get_by_text("You are signed out")).to_be_visible()
    await page.get_by_role("link", name="Sign in again").click()
    await expect(page.get_by_label("E-mail address")).to_be_visible()
