"""The queue: what stands in it, in which order, and what filters do."""

import re

import pytest

from bot.referrals import Category, Urgency
from bot.staff import DUTY_DESK, Role
from tests.web.console.world import TUNIS, World

NUMBER = re.compile(r'href="/console/requests/(\d{8})"')


async def test_danger_comes_first_and_then_what_is_due(world: World) -> None:
    later = await world.request(category=Category.RETURN)
    soon = await world.request(category=Category.PROTECTION)
    world.clock.forward(minutes=30)
    danger = await world.request(category=Category.OTHER, urgency=Urgency.NOW)
    browser = await world.signed_in(await world.officer())
    page = await browser.get("/console/requests")
    assert NUMBER.findall(page.text) == [danger, soon, later]
    assert "In danger now" in page.words


async def test_overdue_is_said_in_words(world: World) -> None:
    await world.request(category=Category.TRAFFICKING)
    browser = await world.signed_in(await world.officer())
    assert "In 59 min" in (await browser.get("/console/requests")).words
    world.clock.forward(minutes=14)
    await browser.get("/console/requests")
    world.clock.forward(minutes=14)
    await browser.get("/console/requests")
    world.clock.forward(minutes=14)
    await browser.get("/console/requests")
    world.clock.forward(minutes=14)
    await browser.get("/console/requests")
    world.clock.forward(minutes=14)
    assert "Overdue by 10 min" in (await browser.get("/console/requests")).words


async def test_times_are_those_of_the_office(world: World) -> None:
    await world.request(category=Category.TRAFFICKING)
    browser = await world.signed_in(await world.officer())
    page = await browser.get("/console/requests")
    # Sfax is an hour ahead of UTC: opened at 10:00 there, due at 11:00.
    assert re.search(r"In 59 min 11:00", page.words)
    assert "As of 10:00 CET" in page.words


async def test_only_the_own_office_is_listed(world: World) -> None:
    foreign = await world.request(office=TUNIS)
    own = await world.request()
    browser = await world.signed_in(await world.officer())
    assert NUMBER.findall((await browser.get("/console/requests")).text) == [own]
    assert foreign not in (await browser.get("/console/requests?show=waiting")).text


async def test_filters_stand_in_the_address(world: World) -> None:
    returning = await world.request(category=Category.RETURN)
    child = await world.request(category=Category.CHILD, urgency=Urgency.NOW)
    browser = await world.signed_in(await world.officer())

    async def listed(query: str) -> list[str]:
        return NUMBER.findall((await browser.get(f"/console/requests?{query}")).text)

    assert await listed("category=child") == [child]
    assert await listed("urgency=soon") == [returning]
    assert await listed("language=ar") == [child, returning]
    assert await listed("language=fr") == []
    assert await listed("show=mine") == []
    assert await listed("show=ended") == []


@pytest.mark.parametrize(
    "query",
    [
        "show=x&category=x&urgency=x&page=x",
        "page=0",
        "page=-1",
        "page=99999",
        "page=٣",
        "language=%00",
    ],
)
async def test_an_odd_address_shows_the_queue(world: World, query: str) -> None:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    page = await browser.get(f"/console/requests?{query}")
    assert (page.status, NUMBER.findall(page.text)) == (200, [number])


async def test_mine_and_ended_list_what_they_say(world: World) -> None:
    mine, ended = await world.request(), await world.request()
    browser = await world.signed_in(await world.officer())
    await browser.get("/console/requests")
    for number in (mine, ended):
        await browser.post(f"/console/requests/{number}/claim")
    await browser.post(f"/console/requests/{ended}/close", outcome="duplicate")
    page = await browser.get("/console/requests?show=mine")
    assert NUMBER.findall(page.text) == [mine]
    assert "Taken by you" in page.words
    assert NUMBER.findall((await browser.get("/console/requests?show=ended")).text) == [ended]


async def test_a_long_queue_comes_in_pages(world: World) -> None:
    numbers = {await world.request() for _ in range(53)}
    browser = await world.signed_in(await world.officer())
    first = await browser.get("/console/requests")
    second = await browser.get("/console/requests?show=open&page=2")
    assert "Page 1 of 2" in first.words
    assert (len(NUMBER.findall(first.text)), len(NUMBER.findall(second.text))) == (50, 3)
    assert {*NUMBER.findall(first.text), *NUMBER.findall(second.text)} == numbers


async def test_an_empty_queue_says_what_to_do_next(world: World) -> None:
    browser = await world.signed_in(await world.officer())
    assert "Nothing is waiting" in (await browser.get("/console/requests")).words
    assert "See what is waiting" in (await browser.get("/console/requests?show=mine")).words
    assert "Show all again" in (await browser.get("/console/requests?category=child")).words


async def test_the_queue_tells_nothing_about_the_person(world: World) -> None:
    await world.request()
    browser = await world.signed_in(await world.officer())
    page = await browser.get("/console/requests")
    assert "CANARY" not in page.text
    assert "Sfax, Tunisia" not in page.words


async def test_the_first_administrator_works_until_a_supervisor_comes(world: World) -> None:
    number = await world.request(office=DUTY_DESK)
    admin = await world.officer("admin@example.org", DUTY_DESK, Role.ADMIN)
    browser = await world.signed_in(admin)
    assert NUMBER.findall((await browser.get("/console/requests")).text) == [number]
    assert (await browser.post(f"/console/requests/{number}/claim")).status == 303
    await world.officer("super@example.org", DUTY_DESK, Role.SUPERVISOR)
    page = await browser.get("/console/requests")
    assert "No requests come to your role" in page.words
    assert (await browser.get(f"/console/requests/{number}")).status == 404
