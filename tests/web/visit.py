"""A person's page in a real browser."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from playwright.async_api import Page, ViewportSize, expect

from tests.web.webchat_program import Program

SMALL: ViewportSize = {"width": 320, "height": 640}


@dataclass(slots=True)
class Visit:
    """A page in a browser, with what it asked for and what went wrong in it."""

    page: Page
    program: Program
    away: str
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def start(self, language: str = "en") -> None:
        """Open the chat and choose a language."""
        await self.page.goto(self.program.url("/"))
        await self.press(f"lang:{language}")
        await self.sees("start-menu", self.page.locator(button("near")))

    async def press(self, choice: str) -> None:
        """Press a button that still does something."""
        await self.page.locator(button(choice)).last.click()

    async def say(self, text: str) -> None:
        """Type a text and send it with Enter."""
        await self.page.fill("#text", text)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#text")).to_have_value("")

    async def sees(self, _what: str, locator: Any) -> None:
        """Wait until something shows."""
        await expect(locator.last).to_be_visible()

    async def answered(self) -> None:
        """Wait until nothing is on its way."""
        await expect(self.page.locator("#send")).to_have_attribute("aria-disabled", "false")

    async def reads(self, text: str) -> None:
        """Wait until the last message of the bot holds a text."""
        await expect(self.page.locator(".said").last).to_contain_text(re.compile(text, re.I))

    async def storage(self) -> str:
        """Return everything the page keeps in the browser."""
        return str(
            await self.page.evaluate(
                "JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"
            )
        )


def button(choice: str) -> str:
    """Return the selector of a button that still does something."""
    return f'button[data-choice="{choice}"]:not(:disabled):not([aria-disabled="true"])'


Visiting = Callable[..., Awaitable[Visit]]


async def neutral(_request: web.Request) -> web.Response:
    return web.Response(
        text="<!doctype html><link rel=icon href=data:,><title>Units</title><p>Units",
        content_type="text/html",
    )


def watch(one: Visit) -> None:
    """Note what the page asks for, sends and complains about."""

    def asked(request: Any) -> None:
        if not request.url.startswith("data:"):
            one.asked.append(request.url)
        if request.url.endswith("/chat/turns"):
            one.sent.append(json.loads(request.post_data))

    def complained(message: Any) -> None:
        # A lost connection and a refused token are part of these tests; the browser logs both.
        if message.type == "error" and "Failed to load resource" not in message.text:
            one.faults.append(message.text)

    one.page.on("request", asked)
    one.page.on("console", complained)
    one.page.on("pageerror", lambda error: one.faults.append(str(error)))
