"""An officer in front of a real browser without script."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.web.console.world import Login, World

SMALL, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
ARABIC = "رئيسي أخذ جواز سفري. لا أستطيع الخروج.\nأرجو أن تكتبوا لي غداً."
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


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
