"""What must not be overlooked, in a real browser: alerts, who must not be contacted, the shares."""

import re
from datetime import timedelta
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from bot.privacy import split
from bot.referrals import Category, Contact, Hours
from bot.staff import DUTY_DESK, Role
from tests.web.console.officer import ARABIC, Officer
from tests.web.console.test_set_up import EMAIL
from tests.web.console.world import PASSWORD, SFAX, Login, World

pytestmark = pytest.mark.browser

CONTRAST = """() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const one of document.querySelectorAll('body *')) {
    const own = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !one.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) weak.push(`${one.tagName}.${one.className} ${ratio.toFixed(2)}`);
  }
  return weak;
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll('button, .button, nav a, summary, select')]
  .filter(one => one.checkVisibility())
  .map(one => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 24 || box.width < 24).map(([text]) => text)"""


async def good(officer: Officer, name: str) -> None:
    """Keep a picture of a page that everybody can read and press, in light and in dark."""
    await officer.look(name)
    schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    for scheme in schemes:
        await officer.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert await officer.page.evaluate(CONTRAST) == []
    assert await officer.page.evaluate(SMALL_TARGETS) == []
    assert await officer.page.locator('script:not([src^="/console/static/"])').count() == 0


async def stop(world: World, number: str) -> None:
    referral = await world.stored(number)
    async with world.deps.open() as work:
        await work.referrals.store.contacts.stop(referral.id, world.clock())


async def test_the_first_administrator_prints_three_shares_on_three_pages(
    fresh: World, officer: Officer
) -> None:
    page, link = officer.page, await fresh.first_invitation()
    assert link is not None
    await officer.open(link)
    await page.get_by_label("Your e-mail address").fill(EMAIL)
    await page.get_by_label("Choose a password").fill(PASSWORD)
    await page.get_by_label("The same password again").fill(PASSWORD)
    await page.get_by_role("button", name="Go on").click()
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    login = Login("", EMAIL, secret)
    await page.get_by_label("The code that the app").fill(login.code(fresh.clock.now))
    await page.get_by_role("button", name="Finish and sign in").click()
    await expect(page.get_by_role("heading", name="The recovery key")).to_be_visible()
    await good(officer, "recovery")
    printed = await page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 3
    await page.get_by_role("link", name="I have them").click()
    await expect(page.get_by_text("Nothing is waiting")).to_be_visible()


async def test_an_unfinished_set_up_is_said_on_every_page(fresh: World, officer: Officer) -> None:
    login = await fresh.newcomer("one@example.org", DUTY_DESK, Role.SUPERVISOR)
    await officer.sign_in(login)
    for path in ("requests", "alerts", "members"):
        await officer.open(f"/console/{path}")
        await expect(officer.page.get_by_text("waypoint recovery init")).to_be_visible()
    await good(officer, "unfinished")


async def test_alerts_are_ticked_off_with_the_keyboard(world: World, officer: Officer) -> None:
    number = await world.request(category=Category.PROTECTION)
    old = await world.request(category=Category.RETURN)
    await world.alert("unclaimed-75", old)
    await world.alert("retention-refused")
    await world.alert("new", number)
    await stop(world, number)
    await world.alert("do-not-contact", number)
    page = officer.page
    await officer.sign_in(await world.officer())
    await page.get_by_role("link", name="Alerts 4").click()
    await good(officer, "alerts")
    await page.get_by_role("button", name="Tick off").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Alerts 3")).to_be_visible()
    await expect(page.get_by_text("Ticked off by you, 10:00 CET")).to_be_visible()
    await good(officer, "alerts-ticked")


async def test_do_not_contact_is_seen_and_lifted(world: World, officer: Officer) -> None:
    number = await world.request(category=Category.TRAFFICKING, words=ARABIC, safe_word="apricot")
    await stop(world, number)
    page = officer.page
    await officer.sign_in(await world.officer())
    await officer.open(f"/console/requests/{number}")
    await page.get_by_role("button", name="Take").click()
    await expect(page.get_by_role("heading", name="Do not contact this person")).to_be_visible()
    await good(officer, "do-not-contact")
    await page.get_by_role("link", name="They can be answered again").click()
    await page.get_by_label("The person proved to us").check()
    await good(officer, "lift")
    await page.get_by_role("button", name="Lift it").click()
    await expect(page.get_by_text("The person can be answered again:")).to_be_visible()


async def test_a_held_answer_says_when_it_goes(world: World, officer: Officer) -> None:
    number = await world.request(
        words=ARABIC, contact=Contact.HERE, hours=Hours.EVENING, safe_word="apricot"
    )
    page = officer.page
    await officer.sign_in(await world.officer())
    await officer.open(f"/console/requests/{number}")
    await page.get_by_role("button", name="Take").click()
    await page.get_by_label("Your answer").fill("apricot. Come on Monday.")
    await page.get_by_role("button", name="Answer", exact=True).click()
    await expect(page.get_by_text("goes out today at 17:00").first).to_be_visible()
    await good(officer, "held-answer")


async def test_somebody_pending_sees_how_to_get_in(world: World, officer: Officer) -> None:
    number = await world.request(contact=Contact.HERE)
    await world.officer("one@example.org")
    await officer.sign_in(await world.newcomer("two@example.org"))
    await good(officer, "pending-queue")
    await officer.open(f"/console/requests/{number}")
    await good(officer, "pending-case")
    await officer.page.get_by_role("link", name="How this works").click()
    await expect(officer.page.get_by_role("heading", name="You are pending")).to_be_visible()
    await good(officer, "pending-members")
    first, second, _ = split(world.recovery)
    await officer.page.get_by_label("One share").fill(first)
    await officer.page.get_by_label("Another share").fill(second)
    await officer.page.get_by_role("button", name="Open with these shares").click()
    await expect(officer.page.get_by_text("The shares fit.")).to_be_visible()


async def test_a_supervisor_admits_removes_and_keeps(world: World, officer: Officer) -> None:
    number = await world.request(SFAX)
    boss = await world.officer("boss@example.org", SFAX, Role.SUPERVISOR)
    taker = await world.signed_in(await world.officer("two@example.org"))
    await world.newcomer("three@example.org")
    await taker.get(f"/console/requests/{number}")
    await taker.post(f"/console/requests/{number}/claim")
    async with world.deps.open() as work:
        await work.referrals.withdraw(await world.stored(number))
    page = officer.page
    await officer.sign_in(boss)
    await page.get_by_role("link", name="Officers and the key").click()
    await good(officer, "members")
    await page.get_by_role("link", name="three@example.org").click()
    await good(officer, "member")
    await page.get_by_role("button", name="Admit").click()
    await expect(page.get_by_text("Admitted.")).to_be_visible()
    await officer.open(f"/console/requests/{number}")
    await good(officer, "withdrawn")
    await page.get_by_role("link", name="A life is in danger").click()
    await good(officer, "keep")
    await page.get_by_label("Somebody's life is in danger").check()
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_text("Danger to life is recorded.")).to_be_visible()


async def test_a_request_that_waits_for_long_says_so(world: World, officer: Officer) -> None:
    number = await world.request()
    world.clock.now += timedelta(days=76)
    await officer.sign_in(await world.officer())
    await officer.open(f"/console/requests/{number}")
    await expect(officer.page.get_by_text("After 90 days it goes to the duty desk")).to_be_visible()
    await good(officer, "waits-long")


async def reached_by_tab(page: Page) -> int:
    """Return how many things the Tab key reaches before it comes round."""
    seen: set[str] = set()
    for _ in range(60):
        await page.keyboard.press("Tab")
        spot = await page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if spot in seen or spot.startswith("<body"):
            break
        seen.add(spot)
    return len(seen)


async def test_every_control_of_a_case_is_reached_by_the_keyboard(
    world: World, officer: Officer
) -> None:
    number = await world.request()
    await officer.sign_in(await world.officer())
    await officer.open(f"/console/requests/{number}")
    await officer.page.get_by_role("button", name="Take").click()
    # What is folded away is behind its summary; radio buttons of one question are one stop.
    control = "a, button, textarea, select, summary, input:not([type=hidden])"
    controls = await officer.page.locator(f":is({control}):visible").count()
    radios = officer.page.locator("input[type=radio]:visible")
    questions = set(await radios.evaluate_all("all => all.map(one => one.name)"))
    reached = controls - await radios.count() + len(questions)
    assert await reached_by_tab(officer.page) == reached
