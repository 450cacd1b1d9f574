"""A request walks through the real program, in browsers, and its person sees each step of it.

Somebody asks in the web chat; an officer in Athens takes it, writes, and passes it to the duty
desk; an officer there offers it to partners without an account.  The person reads every step with
number and code, and says at the end in two taps whether it helped.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.conversation import Knowledge
from tests.faults.officer import PASSWORD
from tests.faults.program import Program, command
from tests.web.test_pictures import PICTURES, TOO_WIDE
from tests.web.visit import SMALL, button

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ATHENS, DESK = "iom-gr-athens", "duty-desk"
LAWYERS, NEXT = "gr-elil-athens", "gr-metadrasi"
WIDE: ViewportSize = {"width": 1280, "height": 800}
GREECE = {"en": "Greece", "ar": "اليونان"}
STORY = {
    "en": "The letter says no. I have ten days left.",
    "ar": "الرسالة تقول لا. بقي لي عشرة أيام.",
}
ANSWER = {
    "en": "We read it today. A lawyer can look at the letter.",
    "ar": "قرأنا رسالتك اليوم. يمكن لمحام أن ينظر في الرسالة.",
}
ASKED = (
    *("refer:safe:yes", "refer:for:me", "refer:about:asylum", "refer:age:skip"),
    *("refer:urgent:soon", "refer:contact:code", "refer:consent:yes", "refer:share:yes"),
    *("refer:code:show", "refer:send"),
)
NEXT_QUESTION = ", ".join(map(button, (*ASKED, "refer:place:skip", "refer:words:skip")))
OPEN = (
    "Array.from(document.querySelectorAll('#log button:not(:disabled)'))"
    ".filter((e) => e.getAttribute('aria-disabled') !== 'true').map((e) => e.dataset.choice)"
)


@dataclass(slots=True)
class Browsing:
    """A page in a browser of its own, pictures of which can be kept."""

    page: Page
    url: str
    pictures: Path
    name: str

    async def look(self, what: str) -> None:
        """Keep a picture of the page, which must not be wider than its screen."""
        assert not await self.page.evaluate(TOO_WIDE)
        target = self.pictures / f"walk-{self.name}-{what}.png"
        whole = not isinstance(self, Person)
        await self.page.screenshot(path=str(target), full_page=whole)


@dataclass(slots=True)
class Person(Browsing):
    """Somebody with a small phone, who reads one language."""

    language: str
    knowledge: Knowledge
    number: str = ""
    code: str = ""

    async def ask(self) -> None:
        """Ask for help about papers in Greece, with a yes to the office and one to partners."""
        await self.page.goto(self.url)
        for choice in (f"lang:{self.language}", "refer"):
            await self.page.locator(button(choice)).last.click()
        for _ in range(len(ASKED) + 1):
            await expect(self.page.locator("#send")).to_have_attribute("aria-disabled", "false")
            await expect(self.page.locator(NEXT_QUESTION).last).to_be_visible()
            offered = await self.page.evaluate(OPEN)
            if "refer:words:skip" in offered:
                await self._say(STORY[self.language])
            elif "refer:place:skip" in offered:
                await self._say(GREECE[self.language])
            else:
                (choice,) = [one for one in ASKED if one in offered]
                if choice in ("refer:consent:yes", "refer:share:yes", "refer:send"):
                    await self.look(choice.replace(":", "-"))
                await self.page.locator(button(choice)).last.click()
        await expect(self.page.locator(".keys bdi")).to_have_count(2)
        self.number, self.code = await self.page.locator(".keys bdi").all_inner_texts()

    async def sees(self, *sentences: str) -> None:
        """Type number and code, and find these sentences in the answer, in their language."""
        await self._say(f"{self.number} {self.code}")
        said = self.page.locator(".said").last
        for one in sentences:
            await expect(said).to_contain_text(self._of(one))

    async def tap(self, choice: str, sentence: str) -> None:
        """Press a button and read what follows."""
        await self.page.locator(button(choice)).last.click()
        await expect(self.page.locator(".said").last).to_contain_text(self._of(sentence))

    async def _say(self, text: str) -> None:
        await self.page.fill("#text", text)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#text")).to_have_value("")
        await expect(self.page.locator("#send")).to_have_attribute("aria-disabled", "false")

    def _of(self, sentence: str) -> re.Pattern[str]:
        told = self.knowledge.catalogs.translations[self.language].gettext(sentence)
        assert self.language == "en" or told != sentence
        return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(told)))


@dataclass(slots=True)
class Desk(Browsing):
    """An officer at a console without script, signed in once."""

    async def sign_in(self, email: str, secret: str) -> None:
        await self.page.goto(f"{self.url}/console/sign-in")
        await self.page.get_by_label("E-mail address").fill(email)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_label("Code from your").fill(pyotp.TOTP(secret).now())
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("heading", name="Requests")).to_be_visible()

    async def agree(self, place: str) -> None:
        """Say that an agreement on data with a partner in Greece is signed."""
        await self.page.goto(f"{self.url}/console/agreements?country=GR")
        form = self.page.locator(f"form[action$='/{place}']")
        await form.locator("[name=agreed]").check()
        await form.locator("[name=since]").fill("2026-01-01")
        await form.get_by_role("button", name="Save").click()
        await expect(self.page.get_by_text("It counts from now on.")).to_be_visible()

    async def open(self, number: str) -> None:
        await self.page.goto(f"{self.url}/console/requests/{number.replace(' ', '')}")

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def offers(self, place: str) -> str:
        """Offer the request at hand to the partner that is chosen already; return the link."""
        assert await self.page.locator("[name=partner]:checked").get_attribute("value") == place
        await self.page.locator("input[name=field-words]").check()
        await self.look(f"offer-to-{place}")
        await self.press("Offer it")
        return await self.page.locator("#link").input_value()


@dataclass(frozen=True, slots=True)
class Street:
    """The running program and the browsers around it."""

    browser: Browser
    program: Program
    athens: Desk
    desk: Desk
    pictures: Path

    async def person(self, stack: AsyncExitStack, language: str, knowledge: Knowledge) -> Person:
        page = await self._page(stack, viewport=SMALL, locale=language)
        named = (self.program.url, self.pictures, f"person-{language}")
        return Person(page, *named, language, knowledge)

    async def partner(self, stack: AsyncExitStack, name: str) -> Browsing:
        """Give a partner's phone, without script; it holds no cookie."""
        page = await self._page(stack, viewport=SMALL, java_script_enabled=False)
        return Browsing(page, self.program.url, self.pictures, name)

    async def _page(self, stack: AsyncExitStack, **options: object) -> Page:
        context = await self.browser.new_context(**options)  # type: ignore[arg-type]
        stack.push_async_callback(context.close)
        return await context.new_page()


async def added(program: Program, email: str, office: str, role: str) -> str:
    """Make an officer, the first of their office; return the secret of their codes."""
    words = ("officer", "add", email, "--office", office, "--role", role, "--password-stdin")
    ended, out, err = await command(program.settings, *words, stdin=PASSWORD)
    assert ended == 0, err
    return out.splitlines()[1]


@pytest.fixture(scope="module")
async def street(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Street]:
    """Start the program, with an officer in Athens and a supervisor at the duty desk."""
    kept = bool(os.environ.get("WAYPOINT_PICTURES"))
    pictures = PICTURES if kept else tmp_path_factory.mktemp("pictures")
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="waypoint-walk-"))
        program = Program(Path(folder) / "data")
        stack.push_async_callback(program.end)
        await program.start()
        secrets = await asyncio.gather(
            added(program, "athens@example.org", ATHENS, "officer"),
            added(program, "desk@example.org", DESK, "supervisor"),
        )
        desks = []
        for name, size, secret in zip(("athens", "desk"), (WIDE, SMALL), secrets, strict=True):
            context = await browser.new_context(viewport=size, java_script_enabled=False)
            stack.push_async_callback(context.close)
            desks.append(Desk(await context.new_page(), program.url, pictures, name))
            await desks[-1].sign_in(f"{name}@example.org", secret)
        athens, desk = desks
        for place in (LAWYERS, NEXT):
            await desk.agree(place)
        yield Street(browser, program, athens, desk, pictures)


@pytest.mark.parametrize(("language", "declines"), [("en", False), ("en", True), ("ar", True)])
async def test_a_person_sees_every_step_of_a_request_through_two_offices_and_a_partner(
    street: Street, knowledge: Knowledge, language: str, *, declines: bool
) -> None:
    athens, desk = street.athens, street.desk
    async with AsyncExitStack() as stack:
        person = await street.person(stack, language, knowledge)
        await person.ask()
        await person.sees(
            "Received on {moment}.", "Your request is waiting for an officer to take it."
        )
        direction = await person.page.evaluate("getComputedStyle(document.body).direction")
        assert direction == ("rtl" if language == "ar" else "ltr")

        await athens.open(person.number)
        await athens.press("Take")
        await expect(athens.page.locator(".words").first).to_contain_text(STORY[language])
        await person.sees("On {moment} an officer took it.")
        await athens.page.get_by_label("Your answer").fill(ANSWER[language])
        await athens.press("Answer")
        await athens.look(f"answered-{language}")
        await person.sees("On {moment} an officer wrote:", "An officer has answered.")
        await expect(person.page.locator(".said").last).to_contain_text(ANSWER[language])

        await athens.page.locator(f"[name=office][value={DESK}]").check()
        await athens.press("Pass on")
        await person.sees("On {moment} it was passed to another office.")
        await athens.open(person.number)
        await expect(athens.page.get_by_text(STORY[language])).to_have_count(0)

        await desk.open(person.number)
        await desk.press("Take")
        link = await desk.offers(LAWYERS)
        await desk.look("link")
        await person.sees("On {moment} it was offered to a partner organisation.")
        if declines:
            phone = await street.partner(stack, "lawyers")
            await phone.page.goto(link)
            await phone.page.get_by_role("button", name="Open the request").click()
            await phone.page.locator("input[value=not-ours]").check()
            await phone.look("says-no")
            await phone.page.get_by_role("button", name="We cannot take it").click()
            await phone.look("said-no")
            await person.sees(
                "On {moment} a partner organisation said no: it does not do this kind of work."
            )
            await desk.open(person.number)
            link = await desk.offers(NEXT)

        phone = await street.partner(stack, "partner")
        await phone.page.goto(link)
        await phone.look("link")
        await phone.page.get_by_role("button", name="Open the request").click()
        await expect(phone.page.locator(".words")).to_contain_text(STORY[language])
        await phone.look(f"packet-{language}")
        await phone.page.get_by_role("button", name="We take it").click()
        await phone.look(f"accepted-{language}")
        assert await phone.page.context.cookies() == []
        await person.sees(
            "On {moment} a partner organisation took it.",
            "A partner organisation has taken your request.",
        )
        await person.look("accepted")

        await desk.open(person.number)
        await desk.look("accepted")
        await desk.page.get_by_label("The person was helped").check()
        await desk.press("Close")
        await person.sees(
            "On {moment} it was closed: the office says that you got help.",
            "Did it help you? You need not answer.",
        )
        await person.look("closed")
        await person.tap("receipt:helped:partly", "What was missing?")
        await person.tap(
            "receipt:lack:too-late",
            "Thank you. Only the number of such answers is kept, not who gave them.",
        )
        await person.look("thanked")
