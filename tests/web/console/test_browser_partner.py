"""A request through the hands of two officers and a partner without an account, in browsers."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from bot.referrals import State
from tests.web.console.officer import Officer
from tests.web.console.onward import ATHENS, LEGAL, OTHER, WORDS, agreed, asked
from tests.web.console.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """Give a partner's small phone, without script, which holds no cookie at the end."""
    context = await browser.new_context(
        viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    yield await context.new_page()
    assert await context.cookies() == []
    await context.close()


async def test_a_request_goes_through_two_officers_and_a_partner_without_an_account(
    world: World, officer: Officer, phone: Page
) -> None:
    await agreed(world, LEGAL, OTHER)
    first = await world.officer("first@example.org", ATHENS)
    second = await world.officer("second@example.org", ATHENS)
    number = await asked(world)
    case, page = f"/console/requests/{number}", officer.page

    await officer.sign_in(first)
    await officer.open(case)
    await page.get_by_role("button", name="Take").click()
    await expect(page.locator(".words").first).to_contain_text(WORDS)
    await page.get_by_role("button", name="Give back").click()
    await page.get_by_role("button", name="Sign out").click()

    world.clock.forward(seconds=30)
    await officer.sign_in(second)
    await officer.open(case)
    await page.get_by_role("button", name="Take").click()
    await page.locator("input[name=field-words]").check()
    await officer.look("pass-on")
    await page.get_by_role("button", name="Offer it").click()
    link = await page.locator("#link").input_value()
    await officer.look("offer-link")

    await phone.goto(link)
    assert WORDS not in await phone.content()
    await phone.get_by_role("button", name="Open the request").click()
    await expect(phone.locator(".words")).to_contain_text(WORDS)
    await phone.locator("input[value=no-room]").check()
    await phone.get_by_role("button", name="We cannot take it").click()
    await expect(phone.get_by_text("The office was told and asks somebody else.")).to_be_visible()

    # The next one that fits, by one press.
    await officer.open(case)
    await page.locator("input[name=field-words]").check()
    await page.get_by_role("button", name="Offer it").click()
    await phone.goto(await page.locator("#link").input_value())
    await phone.get_by_role("button", name="Open the request").click()
    await phone.get_by_role("button", name="We take it").click()
    await expect(phone.get_by_text("You have it now. Thank you.")).to_be_visible()
    await phone.get_by_role("link", name="My page for this request").click()
    await phone.get_by_label("To the office").fill("Please come on Monday.")
    await phone.get_by_role("button", name="Send to the office").click()
    await expect(phone.get_by_text("The office has what you wrote.")).to_be_visible()

    await officer.open(case)
    await expect(page.get_by_text("Please come on Monday.")).to_be_visible()
    await page.get_by_label("Passed on to somebody who helps").check()
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("The request is closed.")).to_be_visible()
    assert (await world.stored(number)).state is State.CLOSED
    await phone.reload()
    await expect(phone.get_by_text("You have it now.")).to_have_count(0)
