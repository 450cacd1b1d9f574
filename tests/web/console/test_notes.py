"""Private notes: who reads them, who never does."""

import pytest
from sqlalchemy import func, select

from bot.referrals import Wishes
from bot.staff import Role
from bot.store.counts import open_requests
from bot.store.tables import case_notes
from tests.web.console.onward import LEGAL, WORDS, agreed, desk, phone
from tests.web.console.world import NO_WISH, TUNIS, Browser, World

NOTE = "CANARY-NOTE calls only after six"


async def taken(world: World, wishes: Wishes = NO_WISH) -> tuple[Browser, str]:
    """Return the browser of a woman who took a request, and the page of it."""
    page = f"/console/requests/{await world.request(wishes=wishes)}"
    browser = await world.signed_in(await world.officer("canary-officer@example.org"))
    await says_woman(browser, "yes")
    await browser.get(page)
    assert (await browser.post(f"{page}/claim")).status == 303
    await browser.get(page)
    return browser, page


async def says_woman(browser: Browser, woman: str) -> None:
    await browser.get("/console/profile")
    assert (await browser.post("/console/profile", woman=woman)).status == 303


async def notes(world: World) -> int:
    async with world.engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(case_notes)) or 0)


async def test_a_note_is_kept_for_who_may_open_the_case(world: World) -> None:
    browser, page = await taken(world)
    assert (await browser.post(f"{page}/note", text=NOTE)).location == f"{page}?done=noted"
    await browser.post(f"{page}/note", text=NOTE)
    assert await notes(world) == 1, "pressed twice is the same as once"
    mine = await browser.get(f"{page}?done=noted")
    assert NOTE in mine.text
    assert "Your note is kept. The person never sees it." in mine.words
    assert await world.told(page.rpartition("/")[2]) == []


async def test_others_neither_read_nor_write_notes(world: World) -> None:
    browser, page = await taken(world)
    await browser.post(f"{page}/note", text=NOTE)
    colleague = await world.signed_in(await world.officer("two@example.org"))
    pending = await world.signed_in(await world.newcomer("three@example.org"))
    foreign = await world.signed_in(await world.officer("four@example.org", TUNIS))
    editor = await world.signed_in(await world.officer("five@example.org", role=Role.EDITOR))
    for other in (colleague, pending, foreign, editor):
        assert NOTE not in (await other.get(page)).text
        await other.get("/console/requests")
        assert (await other.post(f"{page}/note", text="mine too")).status == 404
    assert await notes(world) == 1


async def test_a_note_that_cannot_be_kept_is_not_lost(world: World) -> None:
    browser, page = await taken(world)
    empty = await browser.post(f"{page}/note", text="  ")
    assert (empty.status, "Write something first." in empty.words) == (400, True)
    long = await browser.post(f"{page}/note", text="x" * 4001)
    assert (long.status, "x" * 4001 in long.text) == (400, True)
    assert await notes(world) == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
async def test_where_only_a_woman_may_read_only_she_reads_the_notes(
    world: World, role: Role
) -> None:
    hers, page = await taken(world, Wishes(woman=True))
    await hers.post(f"{page}/note", text=NOTE)
    assert NOTE in (await hers.get(page)).text
    assert (await hers.post(f"{page}/release")).status == 303
    another = await world.signed_in(await world.officer("two@example.org", role=role))
    assert NOTE not in (await another.get(page)).text
    refused = await another.post(f"{page}/claim")
    assert (refused.status, NOTE in refused.text) == (403, False)
    assert (await another.post(f"{page}/note", text="mine too")).status == 404
    await says_woman(another, "yes")
    await another.get(page)
    assert (await another.post(f"{page}/claim")).status == 303
    assert NOTE in (await another.get(page)).text


async def test_who_takes_back_to_be_a_woman_reads_and_writes_no_more_notes(world: World) -> None:
    browser, page = await taken(world, Wishes(woman=True))
    await browser.post(f"{page}/note", text=NOTE)
    await says_woman(browser, "")
    assert NOTE not in (await browser.get(page)).text
    assert (await browser.post(f"{page}/note", text="one more")).status == 404
    assert await notes(world) == 1


async def test_no_partner_gets_a_note_and_none_stands_outside_the_case(world: World) -> None:
    """Link, packet, answer, what the accepted page shows later; queue, alerts, audit, command."""
    await agreed(world, LEGAL)
    sender = await desk(world)
    await sender.browser.post(f"{sender.page}/note", text=NOTE)
    assert NOTE in (await sender.browser.get(sender.page)).text
    link, partner = await sender.link(), phone(world)
    shown = [await partner.get(link), await partner.post(link)]
    assert WORDS in shown[-1].text
    shown.append(await partner.post(link, say="accept"))
    shown.append(await partner.get(f"/offer/{partner.page}"))
    for path in ("requests", "alerts", "audit", "members", "offers", "partners"):
        shown.append(await sender.browser.get(f"/console/{path}"))
    assert [one.status for one in shown[:4]] == [200] * 4
    assert [NOTE in one.text for one in shown] == [False] * len(shown)
    assert NOTE not in repr(await open_requests(world.engine, None))
