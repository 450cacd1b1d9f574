"""The console in a real browser, without script, small and wide, as an officer uses it."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from bot.referrals import Category, State, Urgency
from bot.staff import DUTY_DESK
from tests.web.console.world import SFAX, Login, World

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
SMALL, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
ARABIC = "رئيسي أخذ جواز سفري. لا أستطيع الخروج.\nأرجو أن تكتبوا لي غداً."
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Give a browser; without one this fails where everything must run and is skipped elsewhere."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = "there is no Chromium on the path"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        await running.close()


class Officer:
    """An officer in front of a browser that has no script."""

    def __init__(self, world: World, page: Page, pictures: Path) -> None:
        self.world, self.page, self.pictures = world, page, pictures
        self.refused: list[str] = []
        page.on("console", lambda message: self._heard(message.text))

    def _heard(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.refused.append(text)

    async def open(self, path: str) -> None:
        await self.page.goto(self.world.deps.public_url + path)

    async def sign_in(self, login: Login) -> None:
        await self.open("/console/sign-in")
        await self.page.get_by_label("E-mail address").fill(login.email)
        await self.page.get_by_label("Password").fill(login.password)
        await self.page.get_by_label("Code from your").fill(login.code(self.world.clock.now))
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("heading", name="Requests")).to_be_visible()

    async def look(self, name: str) -> None:
        """Keep a picture of the page, which must not be wider than the screen."""
        assert not await self.page.evaluate(TOO_WIDE)
        size = self.page.viewport_size or WIDE
        target = self.pictures / f"console-{name}-{size['width']}.png"
        await self.page.screenshot(path=str(target), full_page=True)


@pytest.fixture(params=[SMALL, WIDE], ids=["small", "wide"])
async def officer(
    world: World, chromium: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Officer]:
    """Give an officer with a small and then with a wide screen, and no script on either."""
    context: BrowserContext = await chromium.new_context(
        viewport=request.param, java_script_enabled=False
    )
    kept = bool(os.environ.get("WAYPOINT_PICTURES"))
    if kept:
        PICTURES.mkdir(exist_ok=True)
    if "fresh" not in request.fixturenames:
        # Else every page would say that set-up is not finished.
        await world.has_key(DUTY_DESK)
    one = Officer(world, await context.new_page(), PICTURES if kept else tmp_path)
    yield one
    assert one.refused == []
    await context.close()


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
