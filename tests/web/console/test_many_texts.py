"""An officer opens more sealed texts than their work asks for: who is told, and who is not."""

import re
import uuid

from bot.audit import Act, By
from bot.referrals import MANY_TEXTS, MOST_TEXTS
from bot.staff import Role
from bot.store.audit import Audit, entries
from tests.web.console.world import SFAX, TUNIS, Browser, Login, World

ALERTS = "/console/alerts"
TICK = re.compile(r'action="(/console/alerts/\d+/tick)"')
SAID = "One officer opened what is sealed of more than 40 requests within 24 hours."
BOSS = "boss@example.org"


async def opened(world: World, officer: Login, times: int) -> None:
    """Note that an officer opened so many requests, as their pages do."""
    async with world.engine.begin() as connection:
        for _ in range(times):
            act = Act("open", str(uuid.uuid4()), chain=SFAX)
            await Audit(connection).note(act, By(officer.id, world.clock()))


async def opens(world: World, browser: Browser) -> str:
    """Take a request and read it; return its number."""
    number = await world.request()
    await browser.get("/console/requests")
    assert (await browser.post(f"/console/requests/{number}/claim")).status == 303
    assert "CANARY-WORDS" in (await browser.get(f"/console/requests/{number}")).text
    return number


async def seen(browser: Browser) -> bool:
    return SAID in (await browser.get(ALERTS)).words


async def test_a_supervisor_hears_of_the_next_one_after_forty_and_who_it_is(world: World) -> None:
    login = await world.officer("one@example.org")
    one = await world.signed_in(login)
    boss = await world.signed_in(await world.officer(BOSS, role=Role.SUPERVISOR))
    await opened(world, login, MOST_TEXTS - 1)
    await opens(world, one)
    assert not await seen(boss)
    number = await opens(world, one)
    page = await boss.get(ALERTS)
    assert f"{SAID} " in page.words
    line = page.words.partition(SAID)[2]
    assert "About one@example.org" in line
    assert "Alerts 1" in page.words
    assert (number[:4] in page.words, login.id in page.text) == (False, False)


async def test_neither_the_officer_nor_a_colleague_nor_another_office_sees_it(
    world: World,
) -> None:
    login = await world.officer("one@example.org")
    one = await world.signed_in(login)
    two = await world.signed_in(await world.officer("two@example.org"))
    boss = await world.signed_in(await world.officer(BOSS, role=Role.SUPERVISOR))
    far = await world.officer("far@example.org", TUNIS, Role.SUPERVISOR)
    await opened(world, login, MOST_TEXTS)
    await opens(world, one)
    tick = TICK.findall((await boss.get(ALERTS)).text)[0]
    others = (one, two, await world.signed_in(far))
    for browser in others:
        page = await browser.get(ALERTS)
        assert (SAID in page.words, "Alerts 0" in page.words) == (False, True)
        await browser.post(tick)
    assert await seen(boss)
    assert "Alerts 1" in (await boss.get(ALERTS)).words
    await boss.post(tick)
    for browser in others:
        assert not await seen(browser)


async def test_a_supervisor_ticks_it_off_and_it_comes_again_after_a_day(world: World) -> None:
    login = await world.officer("one@example.org")
    one = await world.signed_in(login)
    boss_login = await world.officer(BOSS, role=Role.SUPERVISOR)
    boss = await world.signed_in(boss_login)
    await opened(world, login, MOST_TEXTS)
    await opens(world, one)
    assert (await boss.post(TICK.findall((await boss.get(ALERTS)).text)[0])).location == ALERTS
    await opens(world, one)
    page = await boss.get(ALERTS)
    assert "Alerts 0" in page.words
    assert f"{SAID} " in page.words.partition("Ticked off lately")[2]
    async with world.engine.connect() as connection:
        told = f"{MANY_TEXTS}:{login.id}"
        ticks = [each async for each in entries(connection) if each.object == told]
    assert [(each.action, each.who) for each in ticks] == [("tick", boss_login.id)]
    world.clock.forward(hours=25)
    one, boss = await world.signed_in(login), await world.signed_in(boss_login)
    await opened(world, login, MOST_TEXTS)
    assert "Alerts 0" in (await boss.get(ALERTS)).words
    await opens(world, one)
    assert "Alerts 1" in (await boss.get(ALERTS)).words


async def test_a_supervisor_who_opens_too_many_sees_it_as_any_supervisor(world: World) -> None:
    login = await world.officer(BOSS, role=Role.SUPERVISOR)
    boss = await world.signed_in(login)
    await opened(world, login, MOST_TEXTS)
    await opens(world, boss)
    assert f"About {BOSS}" in (await boss.get(ALERTS)).words


async def test_the_name_is_not_shown_to_a_pending_supervisor_nor_of_somebody_gone(
    world: World,
) -> None:
    login = await world.officer("one@example.org")
    one = await world.signed_in(login)
    boss = await world.signed_in(await world.officer(BOSS, role=Role.SUPERVISOR))
    pending = await world.newcomer("two@example.org", SFAX, Role.SUPERVISOR)
    await opened(world, login, MOST_TEXTS)
    await opens(world, one)
    page = await (await world.signed_in(pending)).get(ALERTS)
    assert (SAID in page.words, "one@example.org" in page.text) == (True, False)
    assert "About an officer whose name is not shown here" in page.words
    await boss.get(f"/console/members/{login.id}")
    await boss.post(f"/console/members/{login.id}/remove")
    page = await boss.get(ALERTS)
    assert "About an officer whose name is not shown here" in page.words
