"""What time does to a request as an officer sees it: taken back, kept, old, ended; and zones."""

import re

import pytest

from bot.referrals import Contact
from bot.staff import Role
from tests.web.console.test_audit import told
from tests.web.console.world import Browser, World

WORDS = "CANARY-WORDS my papers are gone"


async def taken_back(world: World) -> tuple[str, str, Browser]:
    """Let an officer take a request and the person withdraw it; number, page, their browser."""
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    world.clock.forward(minutes=10)
    async with world.deps.open() as work:
        await work.referrals.withdraw(await world.stored(number))
    return number, page, browser


async def test_what_was_taken_back_says_until_when_and_shows_no_words(world: World) -> None:
    _, page, browser = await taken_back(world)
    shown = await browser.get(page)
    assert "The person took this request back" in shown.words
    assert "is erased after 72 hours, on 27 November 2026, 10:10 CET" in shown.words
    assert WORDS not in shown.text
    assert "A life is in danger" not in shown.words
    assert (await browser.get(f"{page}/keep")).status == 404
    assert (await browser.post(f"{page}/keep", why="danger-to-life")).status == 404


async def test_a_supervisor_keeps_it_for_danger_to_life_and_then_reads_it(world: World) -> None:
    number, page, browser = await taken_back(world)
    login = await world.officer("boss@example.org", role=Role.SUPERVISOR)
    boss = await world.signed_in(login)
    shown = await boss.get(page)
    assert ("A life is in danger" in shown.words, WORDS in shown.text) == (True, False)
    asked = await boss.get(f"{page}/keep")
    assert "kept for 104 days from the withdrawal" in asked.words
    refused = await boss.post(f"{page}/keep")
    assert (refused.status, "Tick the box" in refused.words) == (400, True)
    for _ in range(2):
        done = await boss.post(f"{page}/keep", why="danger-to-life")
        assert (done.status, done.location) == (303, f"{page}?done=kept")
    kept = await boss.get(f"{page}?done=kept")
    assert "kept until 8 March 2027, 10:10 CET, for supervisors" in kept.words
    assert WORDS in kept.text
    assert WORDS not in (await browser.get(page)).text
    request = (await world.stored(number)).id
    entries = [one for one in await told(world, request) if one[1] == login.id]
    assert [action for action, _, _ in entries] == ["keep:danger-to-life", "open"]


async def test_what_was_not_taken_back_is_not_kept(world: World) -> None:
    page = f"/console/requests/{await world.request()}"
    boss = await world.signed_in(await world.officer("boss@example.org", role=Role.SUPERVISOR))
    await boss.get(page)
    assert (await boss.get(f"{page}/keep")).status == 404
    assert (await boss.post(f"{page}/keep", why="danger-to-life")).status == 404


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (59, ""),
        (62, "for 62 days. After 90 days it goes to the duty desk, which must close it; 14 days"),
        (91, "for 91 days. The duty desk must take it and close it with an outcome"),
    ],
)
async def test_a_request_that_waits_long_says_what_comes(
    world: World, days: int, expected: str
) -> None:
    number = await world.request()
    world.clock.forward(days=days)
    browser = await world.signed_in(await world.officer())
    words = (await browser.get(f"/console/requests/{number}")).words
    assert ("Nothing has happened here" in words) == bool(expected)
    assert expected in words


async def test_whoever_wrote_last_starts_the_time_again(world: World) -> None:
    number = await world.request(contact=Contact.HERE)
    world.clock.forward(days=50)
    async with world.deps.open() as work:
        await work.referrals.write_back(await world.stored(number), "Still here.")
    world.clock.forward(days=20)
    browser = await world.signed_in(await world.officer())
    assert "Nothing has happened" not in (await browser.get(f"/console/requests/{number}")).words


@pytest.mark.parametrize("ended", [False, True])
async def test_a_word_that_stops_contact_starts_the_time_of_an_open_request_again(
    world: World, ended: bool
) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    if ended:
        browser = await world.signed_in(await world.officer())
        await browser.get(page)
        await browser.post(f"{page}/claim")
        await browser.post(f"{page}/close", outcome="helped")
    world.clock.forward(days=10 if ended else 50)
    async with world.deps.open() as work:
        at = world.clock()
        await work.referrals.store.contacts.stop((await world.stored(number)).id, at)
    world.clock.forward(days=1 if ended else 20)
    browser = await world.signed_in(await world.officer("two@example.org"))
    words = (await browser.get(page)).words
    assert "Nothing has happened" not in words
    assert ("Erased 24 December 2026" in words) == ended


async def test_of_a_closed_request_only_days_are_shown(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    await browser.post(f"{page}/close", outcome="helped")
    shown = await browser.get(page)
    assert "Erased 24 December 2026" in shown.words
    assert "24 November 2026 Closed: The person was helped" in shown.words
    assert re.search(r"\d\d:\d\d", shown.words) is None


async def test_every_time_says_its_zone(world: World) -> None:
    number = await world.request(contact=Contact.HERE)
    await world.alert("new", number)
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    world.clock.forward(hours=20)
    browser = await world.signed_in(await world.officer("two@example.org"))
    await browser.get(page)
    await browser.post(f"{page}/claim")
    for path in (page, "/console/requests", "/console/alerts"):
        words = (await browser.get(path)).words
        times = re.findall(r"\d\d:\d\d(?! to| ?\()(?:[, ](\w+))?", words)
        assert times, path
        assert set(times) == {"CET"}, path
