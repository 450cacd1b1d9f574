"""The console in a real browser, without script, small and wide, as an officer uses it."""

import pytest
from playwright.async_api import expect

from bot.referrals import Category, State, Urgency
from tests.web.console.officer import ARABIC, Officer
from tests.web.console.world import SFAX, Login, World

pytestmark = pytest.mark.browser


async def test_a_request_is_taken_answered_and_closed_without_script(
    world: World, officer: Officer
) -> None:
    late = await world.request(category=Category.TRAFFICKING)
    world.clock.forward(minutes=70)
    await world.request(category=Category.CHILD)
    number = await world.request(category=Category.PROTECTION, urgency=Urgency.NOW, words=ARABIC)
    page = officer.page
    await officer.sign_in(await world.officer())
    await expect(page.get_by_text("Overdue by 10 min")).to_be_visible()
    await officer.look("queue")
    await page.get_by_role("link", name=f"{number[:4]}\u00a0{number[4:]}").click()
    await page.get_by_role("button", name="Take").click()
    words = page.locator("section", has_text="What the person wrote").locator(".words")
    await expect(words).to_contain_text("أرجو أن تكتبوا لي غداً.")
    await page.get_by_label("Your answer").fill("نكتب لك غداً صباحاً.")
    await page.get_by_role("button", name="Answer", exact=True).click()
    await expect(page.get_by_text("Your answer is kept for the person.")).to_be_visible()
    await officer.look("case")
    await page.get_by_label("The person was helped").check()
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_text("The request is closed.")).to_be_visible()
    assert (await world.stored(number)).state is State.CLOSED
    assert (await world.stored(late)).state is State.WAITING


async def test_what_a_person_wrote_keeps_its_own_direction(world: World, officer: Officer) -> None:
    number = await world.request(words=ARABIC)
    await officer.sign_in(await world.officer())
    await officer.open(f"/console/requests/{number}")
    await officer.page.get_by_role("button", name="Take").click()
    words = officer.page.locator(".words").first
    assert await words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert await officer.page.evaluate("getComputedStyle(document.body).direction") == "ltr"


async def test_an_invitation_is_accepted_with_the_picture_on_the_page(
    world: World, officer: Officer
) -> None:
    page = officer.page
    await officer.open(await world.invitation("two@example.org", SFAX))
    await officer.look("invitation")
    await page.get_by_label("Choose a password").fill("quiet harbour seven lanterns")
    await page.get_by_label("The same password again").fill("quiet harbour seven lanterns")
    await page.get_by_role("button", name="Go on").click()
    square = await page.get_by_label("QR code").locator("svg").bounding_box()
    assert square is not None
    assert square["width"] == square["height"] > 180
    await officer.look("one-time-codes")
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    login = Login("", "two@example.org", secret)
    await page.get_by_label("The code that the app").fill(login.code(world.clock.now))
    await page.get_by_role("button", name="Finish and sign in").click()
    await expect(page.get_by_text("Nothing is waiting")).to_be_visible()
    await officer.look("empty-queue")


async def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(
    world: World, officer: Officer
) -> None:
    await officer.open("/console/nowhere")
    await officer.page.keyboard.press("Tab")
    skip = officer.page.get_by_role("link", name="Go to the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await officer.page.keyboard.press("Tab")
    outline = await officer.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_a_print_leaves_out_what_the_person_wrote(world: World, officer: Officer) -> None:
    number = await world.request(words=ARABIC)
    await officer.sign_in(await world.officer())
    await officer.open(f"/console/requests/{number}")
    await officer.page.get_by_role("button", name="Take").click()
    await officer.page.emulate_media(media="print")
    await expect(officer.page.locator(".words").first).to_be_hidden()
    await expect(officer.page.get_by_text("What the person allowed")).to_be_visible()
