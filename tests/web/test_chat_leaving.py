"""Leaving the web chat in a real browser: at once, whatever the server does, and traceless."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from bot.conversation import Knowledge
from tests.web.visit import Visit, Visiting, button

pytestmark = pytest.mark.browser

SECRET = "my secret words"
NOTHING = '[{},{},""]'
KEPT = """async () => [
    Object.keys(sessionStorage), Object.keys(localStorage), await caches.keys(), document.cookie]"""
PLANTED = """async () => {
    localStorage.setItem('old', 'x');
    sessionStorage.setItem('old', 'x');
    await (await caches.open('old')).put('/old', new Response('x'));
}"""
PHONE = {"width": 360, "height": 640}


async def lost(route: Route) -> None:
    await route.abort("internetdisconnected")


async def nowhere(route: Route) -> None:
    """Let the neutral page not come, so that this one stays."""
    await route.fulfill(status=204)


def held(until: asyncio.Event) -> Callable[[Route], Awaitable[None]]:
    """Return a route that lets every turn but a pressed way out wait."""

    async def hold(route: Route) -> None:
        if '"leave"' not in (route.request.post_data or ""):
            await until.wait()
        await route.continue_()

    return hold


async def told(one: Visit, language: str = "en") -> None:
    """Open a chat in which something was said that nobody else may read."""
    await one.page.goto("about:blank")
    await one.start(language)
    await one.say(SECRET)
    await one.answered()


async def is_empty(page: Page) -> None:
    """Check that nothing of a chat shows."""
    await expect(page.locator("body")).to_have_text("")
    assert await page.title() == ""


# --- every way, in every language, with and without the server -----------------------------------

WAYS = [
    (language, typed)
    for language, words in {
        "en": ("exit", "Leave!", "QUIT."),
        "fr": ("quitter", "Sortir", "partir !"),
        "es": ("salir", "¡Salir!", "cerrar"),
        "ar": ("خروج", "اُخرج", "أخرج"),
    }.items()
    for typed in (*words, "0", "٠", "۰", "०", "/clear")
]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
async def test_every_way_to_leave_empties_the_page_before_any_answer(
    visit: Visiting, language: str
) -> None:
    one = await visit()
    for typed in [typed for spoken, typed in WAYS if spoken == language]:
        await told(one, language)
        answers = asyncio.Event()
        await one.page.route("**/chat/turns", held(answers))
        await one.page.fill("#text", typed)
        await one.page.keyboard.press("Enter")
        await expect(one.page.locator("#log")).to_have_text("")
        assert await one.page.input_value("#text") == ""
        assert await one.storage() == NOTHING
        answers.set()
        await expect(one.page.locator(".said")).to_have_count(1)
        await expect(one.page.locator("#log button")).to_have_count(0)
        await expect(one.page.locator("#log")).not_to_contain_text("secret")
        await one.page.unroute("**/chat/turns")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
async def test_without_the_server_every_way_to_leave_leads_away_and_leaves_nothing(
    visit: Visiting, language: str
) -> None:
    one = await visit()
    word = next(typed for spoken, typed in WAYS if spoken == language)
    for typed in (word, "0", "/clear"):
        await one.page.clock.install()
        await told(one, language)
        await one.page.route("**/chat/turns", lost)
        await one.page.fill("#text", typed)
        await one.page.keyboard.press("Enter")
        await expect(one.page.locator("#log")).to_have_text("")
        assert await one.storage() == NOTHING
        async with asyncio.timeout(30):
            while one.page.url != one.away:
                await one.page.clock.run_for(2_000)
        await expect(one.page).to_have_url(one.away)
        await one.page.unroute("**/chat/turns")


@pytest.mark.parametrize("way", ["button", "keys"])
async def test_without_the_server_the_way_out_works_at_once(visit: Visiting, way: str) -> None:
    one = await visit()
    await told(one)
    await one.page.route(re.compile(r"/chat"), lost)
    await go(one.page, way)
    await expect(one.page).to_have_url(one.away, timeout=1_000)
    await one.page.unroute(re.compile(r"/chat"))
    await one.page.go_back()
    await expect(one.page).to_have_url("about:blank")
    await one.page.goto(one.program.url("/away-from-here"))
    assert await one.page.evaluate(KEPT) == [[], [], [], ""]


async def go(page: Page, way: str) -> None:
    if way == "button":
        await page.click("#leave")
        return
    for _ in range(3):
        await page.keyboard.press("Escape")


# --- while something else is on its way ----------------------------------------------------------


@pytest.mark.parametrize("typed", ["0", "/clear", "خروج"])
async def test_leaving_by_a_word_waits_for_no_other_turn(visit: Visiting, typed: str) -> None:
    one = await visit()
    await told(one)
    hanging = asyncio.Event()
    await one.page.route("**/chat/turns", held(hanging))
    await one.page.fill("#text", "where is an office")
    await one.page.keyboard.press("Enter")
    await one.page.fill("#text", typed)
    await one.page.keyboard.press("Enter")
    await expect(one.page).to_have_url(one.away, timeout=1_000)
    hanging.set()


async def test_the_leave_of_the_menu_waits_for_no_other_turn(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.page.route("**/chat/turns", lost)
    await one.press("near")
    await one.press("leave")
    await expect(one.page).to_have_url(one.away, timeout=1_000)


async def test_an_answer_that_comes_after_leaving_brings_nothing_back(visit: Visiting) -> None:
    one = await visit()
    await told(one)
    hanging, asked = asyncio.Event(), asyncio.Event()
    forgotten = asyncio.Event()

    async def hang(route: Route) -> None:
        leaving = "leave" in (route.request.post_data or "")
        if not leaving:
            asked.set()
            await hanging.wait()
        answer = await route.fetch()
        if leaving:
            forgotten.set()
        await route.fulfill(response=answer)

    await one.page.route("**/chat/turns", hang)
    await one.page.route(one.away, nowhere)
    await one.page.fill("#text", "where is an office")
    await one.page.keyboard.press("Enter")
    await asked.wait()
    await one.page.dispatch_event("#leave", "click")
    await forgotten.wait()
    opened = [address for address in one.asked if address.endswith("/chat")]
    async with one.page.expect_response(
        lambda answer: "an office" in (answer.request.post_data or "")
    ) as late:
        hanging.set()
    assert (await late.value).status == 401
    await one.page.evaluate("new Promise((done) => setTimeout(done, 200))")
    await is_empty(one.page)
    assert await one.page.evaluate(KEPT) == [[], [], [], ""]
    assert [address for address in one.asked if address.endswith("/chat")] == opened


async def test_a_turn_that_is_tried_again_is_not_sent_after_leaving(visit: Visiting) -> None:
    one = await visit()
    await one.page.add_init_script(HASTE)
    await told(one)
    await one.page.route("**/chat/turns", lost)
    await one.page.route(one.away, nowhere)
    before = len(one.sent)
    await one.page.fill("#text", "more secret words")
    async with one.page.expect_request("**/chat/turns"):
        await one.page.keyboard.press("Enter")
    async with one.page.expect_request("**/chat/turns"):
        pass
    await one.page.dispatch_event("#leave", "click")
    sent = len(one.sent)
    assert sent - before >= 2
    await one.page.evaluate("new Promise((done) => setTimeout(done, 15_000))")
    assert [each["text"] for each in one.sent[sent:] if "text" in each] == []


HASTE = """
    const slowly = setTimeout;
    window.setTimeout = (work, wait) => slowly(work, wait / 20);
"""


# --- two tabs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["button", "keys", "0"])
async def test_whoever_leaves_in_one_tab_leaves_in_all(visit: Visiting, way: str) -> None:
    one = await visit()
    await told(one)
    other = await one.page.context.new_page()
    await other.goto(one.program.url("/"))
    await other.locator(button("lang:en")).click()
    await expect(other.locator(button("near"))).to_be_visible()
    token = await other.evaluate("sessionStorage.tab")
    if way == "0":
        await one.page.fill("#text", way)
        await one.page.keyboard.press("Enter")
        await expect(one.page.locator(".said")).to_have_count(1)
    else:
        await go(one.page, way)
        await expect(one.page).to_have_url(one.away)
    await expect(other).to_have_url(one.away)
    await other.goto(one.program.url("/away-from-here"))
    assert await other.evaluate(KEPT) == [[], [], [], ""]
    assert await status(one, token) == 401


async def status(one: Visit, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    async with one.program.client.get(one.program.url("/chat"), headers=headers) as answer:
        return answer.status


# --- what the browser keeps ----------------------------------------------------------------------


@pytest.mark.parametrize("reached", [True, False])
async def test_all_that_this_address_keeps_in_the_browser_goes(
    visit: Visiting, *, reached: bool
) -> None:
    one = await visit()
    await told(one)
    await one.page.evaluate(PLANTED)
    if not reached:
        await one.page.route("**/chat/turns", lost)
    await one.page.click("#leave")
    await expect(one.page).to_have_url(one.away)
    await one.page.goto(one.program.url("/away-from-here"))
    assert await one.page.evaluate(KEPT) == [[], [], [], ""]


async def test_back_from_the_neutral_page_passes_every_entry_of_the_chat_and_shows_none(
    visit: Visiting,
) -> None:
    one = await visit()
    await told(one)
    for address in ("/#a", "/?", "/?b"):
        await one.page.goto(one.program.url(address))
        await one.page.wait_for_selector(".said")
    await one.page.click("#leave")
    await expect(one.page).to_have_url(one.away)
    for _ in range(3):
        await one.page.go_back()
        await is_empty(one.page)
    await one.page.go_forward()
    await is_empty(one.page)


# --- always in sight -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_way_out_is_in_sight_wherever_the_page_is_scrolled_or_enlarged(
    visit: Visiting, language: str
) -> None:
    one = await visit(viewport=PHONE, has_touch=True)
    await told(one, language)
    for _ in range(4):
        await one.say("they refused my asylum what now")
        await one.answered()
    phone = await one.page.context.new_cdp_session(one.page)
    for scale, height in ((1, 640), (1, 300), (2, 640), (3, 640)):
        await one.page.set_viewport_size({"width": 360, "height": height})
        await phone.send("Emulation.setPageScaleFactor", {"pageScaleFactor": scale})
        for share in (0, 0.5, 1):
            await one.page.evaluate(
                "(share) => window.scrollTo(0, share * document.documentElement.scrollHeight)",
                share,
            )
            await one.page.wait_for_function(IN_SIGHT)


IN_SIGHT = """() => {
    const box = document.getElementById('leave').getBoundingClientRect();
    const seen = window.visualViewport;
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.left >= seen.offsetLeft - 1 && box.right <= seen.offsetLeft + seen.width + 1
        && box.top >= seen.offsetTop - 1 && box.bottom <= seen.offsetTop + seen.height + 1
        && over && over.id === 'leave';
}"""


def test_the_ways_that_are_tried_are_all_words_of_the_languages(knowledge: Knowledge) -> None:
    languages: dict[str, Any] = dict(knowledge.catalogs.languages)
    for code, language in languages.items():
        tried = {typed.strip("!.¡ ").casefold() for spoken, typed in WAYS if spoken == code}
        assert language.exit_words <= tried | {"اخرج"}, code
