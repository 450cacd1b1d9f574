"""Pictures of the chat as people see it; kept in docs/pictures when WAYPOINT_PICTURES is set."""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.web.visit import Visit, Visiting, button

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PHONE = {"width": 360, "height": 740}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def look(one: Visit, name: str, folder: Path) -> None:
    """Keep a picture of the page, which must not be wider than the screen."""
    await one.answered()
    assert not await one.page.evaluate(TOO_WIDE)
    await one.page.screenshot(path=str(folder / f"chat-{name}.png"))


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
async def test_the_chat_fits_a_small_phone_in_every_language(
    visit: Visiting, language: str, tmp_path: Path
) -> None:
    folder = PICTURES if os.environ.get("WAYPOINT_PICTURES") else tmp_path
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    one = await visit(viewport=PHONE, locale=language)
    await one.start(language)
    await look(one, f"menu-{language}", folder)
    await one.press("near")
    await one.say("Sfax")
    await one.sees("a place", one.page.locator(button("near:legal")))
    await look(one, f"near-{language}", folder)
    await one.press("start")
    await one.page.locator('button[data-choice="topic:return"]:not(:disabled)').last.click()
    await one.page.locator('button[data-choice^="article:"]:not(:disabled)').first.click()
    await one.sees("sources", one.page.locator('button[data-choice^="sources:"]'))
    await look(one, f"article-{language}", folder)
    await one.press("refer")
    await one.sees("the first question", one.page.locator(button("refer:safe:yes")))
    await look(one, f"ask-{language}", folder)
    await expect(one.page.locator("html")).to_have_attribute("lang", language)
