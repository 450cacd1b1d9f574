"""The one browser that the tests drive."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


@asynccontextmanager
async def chromium(*flags: str, without: tuple[str, ...] = ()) -> AsyncIterator[Browser]:
    """Give a browser with more flags, and without some that the driver would set.

    Where there is none this fails where everything must run, and is skipped elsewhere.
    """
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = "there is no Chromium on the path"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", *flags], ignore_default_args=list(without)
        )
        yield running
        await running.close()
