"""What an officer is told of how an answer reaches the person, and when a held line goes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.console.reach import sends
from bot.privacy import Keys
from bot.referrals import Allowed, Contact, Hours, allowed_from, goes_at, made_code
from tests.web.console.world import START, Browser, World

HERE = Contact.HERE
TUNIS_TIME = "(their time, Africa/Tunis)"


async def seen_by_an_officer(world: World, number: str) -> str:
    browser = await world.signed_in(await world.officer())
    return (await browser.get(f"/console/requests/{number}")).words


async def answered(world: World, number: str) -> Browser:
    """Take a request and answer it, and return the browser that did."""
    page, browser = f"/console/requests/{number}", await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    await browser.post(f"{page}/answer", text="Come on Monday.")
    return browser


async def test_who_comes_back_with_the_code_is_sent_nothing(world: World, keys: Keys) -> None:
    words = await seen_by_an_officer(world, await world.request(code=made_code(keys)))
    assert "Nothing is sent to them unasked." in words
    assert "They read answers when they come back with their number and code." in words


async def test_without_code_and_chat_an_officer_is_told_that_no_answer_arrives(
    world: World,
) -> None:
    words = await seen_by_an_officer(world, await world.request())
    assert "They have no code and left no chat: an answer cannot reach them." in words


@pytest.mark.parametrize(
    ("hours", "later", "expected"),
    [
        (Hours.MORNING, 0, f"written to now, until 12:00 {TUNIS_TIME}"),
        (Hours.AFTERNOON, 0, f"written to today, 12:00 to 17:00 {TUNIS_TIME}"),
        (Hours.MORNING, 3, f"written to tomorrow, 08:00 to 12:00 {TUNIS_TIME}"),
        (Hours.ANY, 0, "written to now, at any hour"),
        (Hours.ANY, 14 * 24, "What they allowed has expired. Nothing is sent to them."),
    ],
)
async def test_the_next_window_stands_on_the_clock_of_the_person(
    world: World, hours: Hours, later: int, expected: str
) -> None:
    number = await world.request(contact=HERE, hours=hours)
    world.clock.forward(hours=later)
    assert expected in await seen_by_an_officer(world, number)


async def test_a_clock_that_is_not_known_is_utc_and_not_called_theirs(world: World) -> None:
    number = await world.request(contact=HERE, hours=Hours.EVENING, zone="UTC")
    words = await seen_by_an_officer(world, number)
    assert "today, 17:00 to 21:00 (UTC): a neutral line" in words


async def test_how_much_longer_they_may_be_written_to_is_said(world: World) -> None:
    words = await seen_by_an_officer(world, await world.request(contact=HERE))
    until = "until 8 December 2026, 10:00 CET."
    assert f"At most 3 such lines more, each after a new yes, {until}" in words


async def test_a_held_answer_says_when_its_line_goes(world: World) -> None:
    number = await world.request(contact=HERE, hours=Hours.MORNING)
    world.clock.forward(hours=3)
    browser = await answered(world, number)
    held = f"A neutral line about it goes out tomorrow at 08:00 {TUNIS_TIME}."
    page = await browser.get(f"/console/requests/{number}?done=answered")
    assert f"Your answer is kept for the person. {held}" in page.words
    assert held in (await browser.get(f"/console/requests/{number}")).words


async def test_an_answer_inside_the_hours_says_that_its_line_goes_now(world: World) -> None:
    number = await world.request(contact=HERE, hours=Hours.MORNING)
    browser = await answered(world, number)
    page = await browser.get(f"/console/requests/{number}?done=answered")
    assert "Your answer is kept for the person. A neutral line about it goes out now." in page.words


async def test_an_officer_sees_that_the_line_went_and_then_that_it_was_opened(
    world: World,
) -> None:
    number = await world.request(contact=HERE)
    browser = await answered(world, number)
    referral = await world.stored(number)
    async with world.deps.open() as work:
        await work.referrals.store.contacts.spend(referral.id, "person-1", 1, world.clock())  # type: ignore[attr-defined]
    went = (await browser.get(f"/console/requests/{number}")).words
    assert "A neutral line went out and was not opened yet. No second one is sent." in went
    assert "The next one goes only after they say yes again." in went
    async with world.deps.open() as work:
        await work.referrals.store.read(referral)
    assert "They have opened it." in (await browser.get(f"/console/requests/{number}")).words


async def test_somebody_pending_learns_no_hours_and_no_zone(world: World) -> None:
    number = await world.request(contact=HERE, hours=Hours.EVENING)
    await world.officer("one@example.org")
    browser = await world.signed_in(await world.newcomer("two@example.org"))
    words = (await browser.get(f"/console/requests/{number}")).words
    assert "How they may be written to is shown to who holds the key." in words
    assert "Africa/Tunis" not in words
    assert "17:00" not in words


def test_the_words_never_promise_what_the_sender_would_not_do() -> None:
    fresh = allowed_from(Hours.ANY, "Africa/Tunis", START)
    later = [START + timedelta(hours=hour) for hour in (*range(0, 48, 3), 335, 336, 400)]
    for hours, left, yes, now in product(Hours, (0, 1, 3), (True, False), later):
        allowed = replace(fresh, hours=hours, left=left, confirmed=yes)
        assert kind_of(sends(allowed, now).text) == expected_kind(allowed, now)


def kind_of(text: str) -> str:
    known = {
        "may be written to now": "now",
        "written to today": "today",
        "written to tomorrow": "tomorrow",
    }
    return next((kind for part, kind in known.items() if part in text), "nothing")


def expected_kind(allowed: Allowed, now: datetime) -> str:
    at = goes_at(allowed, now)
    if at is None:
        return "nothing"
    if at == now:
        return "now"
    # Tunis is an hour ahead of UTC all year.
    days = (at + timedelta(hours=1)).date() - (now + timedelta(hours=1)).date()
    assert at.tzinfo is UTC
    return ("today", "tomorrow")[days.days]
