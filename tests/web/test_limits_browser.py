"""The puzzle in a real browser: by itself, by keyboard, said aloud, and stopped by leaving."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from bot.channels.webchat import Limits
from bot.limits import Rate
from tests.web.webchat_program import Base, Program, served

pytestmark = pytest.mark.browser

NONE_FREE = Rate(1, 1 / 3600)
ATTACK = Limits(turns_of_block=NONE_FREE, chats_of_block=NONE_FREE)
HARD = replace(ATTACK, bits=28)
"""Minutes on any machine: the puzzle is still being solved while the test looks."""


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="en")
    opened = await context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if "Policy" in line.text else None)
    yield opened
    await context.close()
    assert faults == []


async def arrives(program: Program, page: Page) -> None:
    """Use up what is free, then open the page."""
    await program.open()
    await page.goto(program.url("/"))


async def test_under_attack_a_chat_opens_and_is_used_by_keyboard_alone(
    base: Base, page: Page
) -> None:
    async with served(base, limits=ATTACK) as program:
        await arrives(program, page)
        await expect(page.locator('button[data-choice="lang:en"]')).to_be_visible(timeout=60_000)
        await expect(page.locator("#status")).to_have_text("")
        await page.locator("#text").focus()
        await page.keyboard.type("/start")
        await page.keyboard.press("Enter")
        await expect(page.locator(".said")).to_have_count(2, timeout=60_000)
        await expect(page.locator("#text")).to_have_value("")


async def test_while_it_works_the_page_says_for_how_long_and_answers(
    base: Base, page: Page
) -> None:
    async with served(base, limits=HARD) as program:
        await arrives(program, page)
        status = page.locator("#status")
        await expect(status).to_have_attribute("role", "status")
        await expect(status).to_have_text(re.compile(r"Checking, about \d+ s"))
        await page.fill("#text", "still typing")
        await expect(page.locator("#text")).to_have_value("still typing")


async def test_leaving_stops_the_work_at_once(base: Base, page: Page) -> None:
    away = "http://localhost:1/away"
    async with served(base, limits=HARD, exit_url=away) as program:
        await page.route(away, lambda route: route.fulfill(body="units"))
        await arrives(program, page)
        await expect(page.locator("#status")).to_have_text(re.compile("Checking"))
        async with asyncio.timeout(5):
            for _ in range(3):
                await page.keyboard.press("Escape")
            await page.wait_for_url(away)


async def test_no_phone_loads_the_puzzle_while_there_is_no_attack(base: Base, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with served(base) as program:
        await arrives(program, page)
        await expect(page.locator('button[data-choice="lang:en"]')).to_be_visible()
    assert not any("proof" in one for one in asked)
