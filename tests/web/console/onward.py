"""An office in Athens, a request in its hands, and partners with an agreement: all invented."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from aiohttp import ClientSession

from bot.audit import By
from bot.referrals import (
    Agreement,
    Category,
    Consent,
    Contact,
    Particulars,
    Request,
    Urgency,
)
from tests.web.console.world import Browser, Login, Seen, World

ATHENS, LEGAL, OTHER = "iom-gr-athens", "gr-elil-athens", "gr-metadrasi"
WORDS = "CANARY-WORDS the letter came on Friday"
TOKEN = re.compile(r"/offer/([A-Za-z0-9_-]{43})")
PAGE = re.compile(r'name="page" value="([A-Za-z0-9_-]{43})"')


@dataclass
class Desk:
    """An officer in Athens who has taken a request."""

    world: World
    login: Login
    browser: Browser
    number: str

    @property
    def page(self) -> str:
        return f"/console/requests/{self.number}"

    async def offer(self, partner: str = LEGAL, **fields: str) -> Seen:
        known = {"partner": partner, "field-place": "yes", "field-words": "yes"}
        await self.browser.get(self.page)
        return await self.browser.post(f"{self.page}/pass-on", **known | fields)

    async def link(self, partner: str = LEGAL, **fields: str) -> str:
        """Offer the request and return the path of the link."""
        shown = await self.offer(partner, **fields)
        assert shown.status == 200
        found = TOKEN.search(shown.text)
        assert found
        return f"/offer/{found[1]}"


@dataclass
class Phone:
    """A partner's browser: it holds no cookie."""

    session: ClientSession
    origin: str
    page: str = ""

    async def get(self, path: str) -> Seen:
        async with self.session.get(self.origin + path, allow_redirects=False) as response:
            return await self._seen(response)

    async def post(self, path: str, **fields: str) -> Seen:
        known = {"page": self.page} if self.page else {}
        async with self.session.post(
            self.origin + path, data=known | fields, headers={"Origin": self.origin}
        ) as response:
            return await self._seen(response)

    async def _seen(self, response: Any) -> Seen:
        text = await response.text()
        if found := PAGE.search(text):
            self.page = found[1]
        assert "Set-Cookie" not in response.headers
        return Seen(response.status, text, response.headers)


def phone(world: World) -> Phone:
    made = world.browser()
    return Phone(made.session, made.origin)


async def agreed(world: World, *partners: str, **fields: Any) -> None:
    known: dict[str, Any] = {"agreed": True, "since": date(2026, 1, 1)}
    async with world.deps.open() as work:
        for one in partners:
            by = By(None, world.clock())
            await work.agreements.put(Agreement(one, **known | fields), ATHENS, by)


PAPERS = Request(
    Category.ASYLUM,
    Urgency.SOON,
    "en",
    Consent(office=True, partner=True, contact=Contact.CODE),
    Particulars(WORDS, country="GR", place="Athens", safe_word="CANARY-SAFE"),
)


async def asked(world: World, *, partner: bool = True, request: Request = PAPERS) -> str:
    """Give a request to the office in Athens, about papers if nothing else is said."""
    request = replace(request, consent=replace(request.consent, partner=partner))
    await world.has_key(ATHENS)
    async with world.deps.open() as work:
        receipt = await work.referrals.open(request, ATHENS, None)
    return receipt.reference


async def desk(world: World, *, partner: bool = True, request: Request = PAPERS) -> Desk:
    """Return an officer in Athens with a request in hand."""
    login = await world.officer("athens@example.org", ATHENS)
    number = await asked(world, partner=partner, request=request)
    browser = await world.signed_in(login)
    await browser.get(f"/console/requests/{number}")
    await browser.post(f"/console/requests/{number}/claim")
    return Desk(world, login, browser, number)
