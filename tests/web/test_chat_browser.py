"""The web chat in a real browser: by tap, by keyboard, right to left, offline, and in a hurry."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Route, expect

from tests.web.visit import SMALL, Visit, Visiting, button

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


# --- reading and asking ---------------------------------------------------------------------------


async def test_a_language_is_chosen_and_the_menu_shows(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await expect(one.page).to_have_title("Information")
    await expect(one.page.locator(".own").last).to_contain_text("English")
    await expect(one.page.locator('button[data-choice="lang:fr"]')).to_be_disabled()


async def test_the_page_speaks_the_language_of_the_browser_from_the_start(visit: Visiting) -> None:
    one = await visit(locale="es-MX")
    await one.page.goto(one.program.url("/"))
    await expect(one.page.locator("html")).to_have_attribute("lang", "es")
    await one.sees("languages", one.page.locator(button("lang:es")))


async def test_an_article_is_read_through_the_topics(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.page.locator('button[data-choice^="topic:"]:not(:disabled)').first.click()
    article = one.page.locator('button[data-choice^="article:"]:not(:disabled)').first
    title = await article.inner_text()
    await article.click()
    await expect(one.page.locator(".own").last).to_contain_text(title)
    await one.press(await first_choice(one, "sources:"))
    await one.reads("20[0-9]{2}")


async def first_choice(one: Visit, start: str) -> str:
    found = one.page.locator(f'button[data-choice^="{start}"]:not(:disabled)').first
    return str(await found.get_attribute("data-choice"))


async def test_a_question_in_own_words_is_answered(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.say("they refused my asylum what now")
    await one.reads("appeal")


async def test_an_office_is_found_by_typing_a_town(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.press("near")
    await one.say("Tunis")
    await one.reads("Tunisia")


async def test_a_location_is_shared_only_on_press_and_only_as_a_town_needs(
    visit: Visiting,
) -> None:
    one = await visit(
        geolocation={"latitude": 36.806389, "longitude": 10.181667}, permissions=["geolocation"]
    )
    await one.start()
    await one.page.click("#place")
    await one.reads("Tunisia")
    assert one.sent[-1]["location"] == {"lat": 36.81, "lon": 10.18}


async def test_a_refused_location_says_what_else_works(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.page.click("#place")
    await expect(one.page.locator("#status")).to_contain_text("name of a town")


async def test_a_text_sent_while_another_turn_is_under_way_follows_it(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    go_on = asyncio.Event()

    async def slow(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await one.page.route("**/chat/turns", slow)
    await one.press("near")
    await one.page.fill("#text", "Tunis")
    await one.page.keyboard.press("Enter")
    go_on.set()
    await expect(one.page.locator(".own").last).to_contain_text("Tunis")
    await one.answered()
    assert [each.get("choice") or each["text"] for each in one.sent[-2:]] == ["near", "Tunis"]


async def test_what_a_person_types_is_shown_as_text_and_never_as_a_page(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.say("<img src=x onerror=alert(1)><script>alert(2)</script>")
    await expect(one.page.locator(".own").last).to_contain_text("<img src=x")
    await expect(one.page.locator("#log img, #log script")).to_have_count(0)


# --- asking for help ------------------------------------------------------------------------------


async def ask_for_help(one: Visit) -> tuple[str, str]:
    """Go through an intake and return reference and code."""
    await one.press("refer")
    for _ in range(14):
        await one.answered()
        offered = await one.page.evaluate(OFFERED)
        wanted = [each for each in (*INTAKE, *CONSENTS, "refer:send") if each in offered]
        if "refer:words:skip" in offered:
            await one.say(WORDS)
        elif "refer:place:skip" in offered and not wanted:
            await one.say("Tunis")
        else:
            await one.press(wanted[0] if wanted else offered[0])
        if wanted == ["refer:send"]:
            break
    await one.sees("code", one.page.locator(".keys"))
    reference, code = await one.page.locator(".keys bdi").all_inner_texts()
    return reference, code


async def test_help_is_asked_for_and_its_status_read_with_number_and_code(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    reference, code = await ask_for_help(one)
    assert re.fullmatch(r"\d{4} \d{4}", reference)
    assert re.fullmatch(r"\d{3} \d{3} \d{3} \d{3}", code)
    other = await visit()
    await other.start()
    await other.press("receipt")
    await other.say(reference)
    await other.say(code)
    await other.sees("status", other.page.locator(button("receipt:erase")))


@pytest.mark.parametrize(
    "typed",
    [
        "4821 9035",
        "118 402 977 640",
        "482190351184029776 40",
        "٤٨٢١-٩٠٣٥",
        "۱۱۸ ۴۰۲ ۹۷۷ ۶۴۰",
        "4821 9035 bluebird",
    ],
)
async def test_a_number_and_a_code_that_are_typed_show_as_dots_at_once(
    visit: Visiting, typed: str
) -> None:
    one = await visit()
    await one.start()
    await one.say(typed)
    await expect(one.page.locator(".own").last).to_contain_text("••••")
    assert re.search(r"\d|bluebird", await one.page.locator(".own").last.inner_text()) is None
    await one.say("I came in 2019 with 3 others")
    await expect(one.page.locator(".own").last).to_contain_text("2019 with 3 others")


async def test_a_code_vanishes_after_a_minute_with_all_that_stood_around_it(
    visit: Visiting,
) -> None:
    one = await visit()
    await one.page.clock.install()
    await one.start()
    reference, code = await ask_for_help(one)
    await one.page.clock.fast_forward(30_000)
    await expect(one.page.locator("[role=timer]")).to_contain_text(re.compile("[23][0-9] s"))
    await one.page.clock.fast_forward(31_000)
    await expect(one.page.locator(".keys")).to_have_count(0)
    shown = await one.page.locator("#log").inner_text()
    assert code not in shown
    assert reference not in shown


async def test_a_code_vanishes_at_the_next_turn(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    _, code = await ask_for_help(one)
    await one.say("thank you")
    await expect(one.page.locator("#log")).not_to_contain_text(code)


async def test_a_reload_goes_on_where_it_was(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    await one.press("refer")
    await one.press("refer:safe:yes")
    question = await one.page.locator(".said").last.inner_text()
    await one.answered()
    question = await one.page.locator(".said").last.inner_text()
    await one.page.reload()
    await expect(one.page.locator(".said").last).to_have_text(question, use_inner_text=True)
    assert len(await one.page.locator(".said").all()) == 1


async def test_news_show_at_once_and_again_after_a_reload_until_the_next_turn(
    visit: Visiting,
) -> None:
    one = await visit()
    await one.start()
    one.program.token = await one.page.evaluate("sessionStorage.tab")
    await one.program.news()
    await one.reads("something new")
    await expect(one.page.locator(button("near"))).to_be_visible()
    await one.page.reload()
    await one.reads("something new")
    await one.press("near")
    await one.answered()
    await one.page.reload()
    await expect(one.page.locator(".said")).to_have_count(1)
    await expect(one.page.locator(".said")).not_to_contain_text("something new")


async def test_a_chat_that_is_gone_is_opened_anew_and_the_text_stays(visit: Visiting) -> None:
    one = await visit()
    await one.start()
    one.program.time.ahead = timedelta(hours=25)
    await one.page.fill("#text", "where is an office")
    await one.page.keyboard.press("Enter")
    await one.sees("languages", one.page.locator(button("lang:en")))
    assert await one.page.input_value("#text") == "where is an office"
    await expect(one.page.locator(".said")).to_have_count(1)


# --- right to left, small, by keyboard ------------------------------------------------------------


async def test_arabic_mirrors_the_page(visit: Visiting) -> None:
    one = await visit()
    await one.start("ar")
    await expect(one.page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(one.page.locator("html")).to_have_attribute("lang", "ar")
    way_out = await one.page.locator("#leave").bounding_box()
    own = await one.page.locator(".own").last.bounding_box()
    said = await one.page.locator(".said").last.bounding_box()
    assert way_out is not None
    assert own is not None
    assert said is not None
    assert way_out["x"] < 40
    assert own["x"] < said["x"]


async def test_a_latin_name_at_its_beginning_does_not_turn_an_arabic_message_round(
    visit: Visiting,
) -> None:
    one = await visit()
    await one.start("ar")
    await one.press("near")
    await one.say("Sfax")
    await one.page.locator('button[data-choice^="place:"]:not(:disabled)').first.click()
    await one.answered()
    directions = await one.page.evaluate(
        "[...[...document.querySelectorAll('.said')].pop().children].map((e) => e.dir)"
    )
    assert set(directions) == {"rtl"}


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
async def test_nothing_is_wider_than_a_small_screen_and_all_can_be_tapped(
    visit: Visiting, language: str
) -> None:
    one = await visit()
    await one.start(language)
    await one.press("near")
    await one.say("Tunis")
    await one.answered()
    assert await one.page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    sizes = await one.page.evaluate(
        "Array.from(document.querySelectorAll('button, a.button, textarea'))"
        ".map((e) => e.getBoundingClientRect()).filter((r) => r.width)"
        ".map((r) => Math.min(r.width, r.height))"
    )
    assert min(sizes) >= 44


async def test_everything_is_done_with_the_keyboard_alone(visit: Visiting) -> None:
    one = await visit()
    await one.page.goto(one.program.url("/"))
    await one.sees("languages", one.page.locator(button("lang:en")))
    await tab_to(one, "lang:en")
    await one.page.keyboard.press("Enter")
    await one.sees("menu", one.page.locator(button("near")))
    # From the pressed button the next stop is the first of the new ones, not the top of the page.
    await one.page.keyboard.press("Tab")
    focused = await one.page.evaluate("document.activeElement.dataset.choice")
    first = one.page.locator(".rows").last.locator("button").first
    assert focused == await first.get_attribute("data-choice")
    await tab_to(one, "near")
    await one.page.keyboard.press("Space")
    await expect(one.page.locator(".own").last).to_contain_text("office")


async def tab_to(one: Visit, choice: str) -> None:
    for _ in range(40):
        await one.page.keyboard.press("Tab")
        if await one.page.evaluate("document.activeElement.dataset.choice") == choice:
            return
    raise AssertionError("not reached by Tab")


async def test_a_reader_of_the_screen_finds_landmarks_a_log_and_named_controls(
    visit: Visiting,
) -> None:
    one = await visit()
    await one.start()
    page = one.page
    await expect(page.get_by_role("log", name="Messages")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Type a question or a number")).to_be_visible()
    for landmark in ("banner", "main", "contentinfo"):
        await expect(page.get_by_role(landmark)).to_have_count(1)
    await expect(page.get_by_role("link", name="Leave")).to_be_visible()
    await expect(page.locator("#log")).to_have_attribute("aria-live", "polite")
