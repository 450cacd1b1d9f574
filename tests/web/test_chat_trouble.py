"""The web chat in a real browser when something goes wrong, and when somebody leaves in a hurry."""

import json

import pytest
from playwright.async_api import Route, expect

from tests.web.visit import Visit, Visiting, button

pytestmark = pytest.mark.browser

INTAKE = ("refer:safe:yes", "refer:for:me", "refer:about:trafficking", "refer:age:skip")
CONSENTS = (
    "refer:urgent:soon",
    "refer:contact:code",
    "refer:consent:yes",
    "refer:share:no",
    "refer:code:show",
)
OFFERED = (
    "Array.from(document.querySelectorAll('#log button:not(:disabled)'))"
    ".filter((e) => e.getAttribute('aria-disabled') !== 'true').map((e) => e.dataset.choice)"
)
WORDS = "the boss keeps my passport"


# --- when things go wrong -------------------------------------------------------------------------


async def test_a_text_that_could_not_be_sent_stays_and_goes_out_with_the_same_key(
    visit: Visiting,
) -> None:
    one = await visit()
    await one.page.clock.install()
    await one.start()
    await one.page.route("**/chat/turns", lost)
    before = len(one.sent)
    await one.page.fill("#text", "where is an office")
    await one.page.keyboard.press("Enter")
    again = one.page.locator("#again")
    for _ in range(10):
        await one.page.clock.run_for(2_000)
        if await again.is_visible():
            break
    await expect(one.page.locator("#status")).to_contain_text("was not sent")
    assert await one.page.input_value("#text") == "where is an office"
    await expect(one.page.locator(".own", has_text="where is")).to_have_count(0)
    await one.page.unroute("**/chat/turns")
    await again.click()
    await expect(one.page.locator(".own", has_text="where is")).to_have_count(1)
    await expect(one.page.locator("#text")).to_have_value("")
    tries = one.sent[before:]
    assert len(tries) >= 3
    assert len({each["key"] for each in tries}) == 1


async def test_a_text_that_was_changed_before_it_is_sent_again_is_a_new_turn(
    visit: Visiting,
) -> None:
    one = await visit()
    await one.page.clock.install()
    await one.start()
    await one.page.route("**/chat/turns", lost)
    await one.page.fill("#text", "first")
    await one.page.keyboard.press("Enter")
    for _ in range(10):
        await one.page.clock.run_for(2_000)
        if await one.page.locator("#again").is_visible():
            break
    failed = one.sent[-1]["key"]
    await one.page.unroute("**/chat/turns")
    await one.say("second")
    assert one.sent[-1]["key"] != failed


async def lost(route: Route) -> None:
    await route.abort("internetdisconnected")


async def test_an_answer_that_was_lost_on_the_way_has_one_effect(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    lose = True

    async def lost_once(route: Route) -> None:
        nonlocal lose
        if not lose:
            await route.continue_()
            return
        lose = False
        await route.fetch()
        await route.abort("connectionreset")

    await one.page.route("**/chat/turns", lost_once)
    await one.press("near")
    await expect(one.page.locator(".own.waiting")).to_have_count(0, timeout=10_000)
    await expect(one.page.locator("#status")).to_have_text("")
    assert one.sent[-1]["key"] == one.sent[-2]["key"]


async def test_a_text_over_the_limit_of_a_turn_is_not_sent_and_stays(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    before = len(one.sent)
    await one.page.fill("#text", "ا" * 17_000)
    await one.page.click("#send")
    await expect(one.page.locator("#status")).to_contain_text("too long")
    assert len(one.sent) == before
    assert len(await one.page.input_value("#text")) == 17_000


async def test_without_scripts_one_line_says_so_and_the_way_out_works(visit: Visiting) -> None:
    one = await visit(java_script_enabled=False)
    await one.page.goto(one.program.url("/"))
    await expect(one.page.locator("noscript p")).to_contain_text("needs scripts")
    await expect(one.page.locator("form")).to_be_hidden()
    await one.page.click("#leave")
    await expect(one.page).to_have_url(one.away)


# --- leaving --------------------------------------------------------------------------------------


async def test_the_way_out_leaves_nothing_and_back_shows_an_empty_page(visit: Visiting) -> None:
    one = await visit()
    await one.page.goto("about:blank")
    await one.start()
    await one.say("my secret words")
    token = await one.page.evaluate("sessionStorage.tab")
    await one.page.click("#leave")
    await left_behind(one, token)


async def test_escape_three_times_leaves_from_the_middle_of_a_text(visit: Visiting) -> None:
    one = await visit()
    await one.page.goto("about:blank")
    await one.start()
    token = await one.page.evaluate("sessionStorage.tab")
    await one.page.fill("#text", "my secret words")
    for _ in range(3):
        await one.page.keyboard.press("Escape")
    await left_behind(one, token)


async def left_behind(one: Visit, token: str) -> None:
    await expect(one.page).to_have_url(one.away)
    await one.page.go_back()
    await expect(one.page.locator("body")).to_have_text("")
    await one.page.goto(one.program.url("/away-from-here"))
    assert await one.storage() == '[{},{},""]'
    async with one.program.client.get(
        one.program.url("/chat"), headers={"Authorization": f"Bearer {token}"}
    ) as answer:
        assert answer.status == 401


async def test_back_into_a_left_chat_is_empty_even_if_it_was_opened_twice(visit: Visiting) -> None:
    one = await visit()
    await one.page.goto(one.program.url("/"))
    await one.sees("languages", one.page.locator(button("lang:en")))
    await one.page.goto(one.program.url("/?"))
    await one.sees("languages", one.page.locator(button("lang:en")))
    await one.page.click("#leave")
    await expect(one.page).to_have_url(one.away)
    await one.page.go_back()
    await expect(one.page.locator("body")).to_have_text("")


async def test_escape_twice_does_nothing(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.page.keyboard.press("Escape")
    await one.page.keyboard.press("Escape")
    await one.say("hello")
    await expect(one.page.locator(".own").last).to_contain_text("hello")


@pytest.mark.parametrize("typed", ["0", "٠", "/clear"])
async def test_leaving_by_a_word_empties_the_page_and_shows_something_harmless(
    visit: Visiting, typed: str
) -> None:
    one = await visit()
    await one.start()
    await one.say("my secret words")
    await one.page.fill("#text", typed)
    await one.page.keyboard.press("Enter")
    await expect(one.page.locator(".said")).to_have_count(1)
    await expect(one.page.locator("#log")).not_to_contain_text("secret")
    await expect(one.page.locator("#log button")).to_have_count(0)
    assert await one.storage() == '[{},{},""]'


async def test_leaving_by_the_menus_button_empties_the_page_before_the_answer_comes(
    visit: Visiting,
) -> None:
    one = await visit()
    await one.page.clock.install()
    await one.start()
    await one.page.route("**/chat/turns", lost)
    await one.press("leave")
    await expect(one.page.locator("#log")).to_have_text("")
    assert await one.storage() == '[{},{},""]'
    for _ in range(10):
        await one.page.clock.run_for(2_000)
        if one.page.url == one.away:
            break
    await expect(one.page).to_have_url(one.away)


async def test_only_the_token_is_kept_while_the_chat_is_open(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.say("my secret words")
    session, local, cookies = json.loads(await one.storage())
    assert set(session) == {"tab"}
    assert (local, cookies) == ({}, "")
