"""How long a partner can read what it was offered: on the page, with a clock that is moved."""

from collections.abc import Awaitable, Callable

import pytest

from bot.referrals import Outcome, State
from bot.staff import Role
from tests.web.console.onward import LEGAL, OTHER, WORDS, Desk, agreed, desk, phone
from tests.web.console.world import Browser, Login, Seen, World

NO_LONGER = "shown here no more"


@pytest.fixture
async def sender(world: World) -> Desk:
    await agreed(world, LEGAL, OTHER)
    return await desk(world)


@pytest.fixture
async def theirs(world: World) -> Login:
    return await world.officer("partner@example.org", LEGAL, Role.PARTNER)


async def accepted(sender: Desk, theirs: Login) -> str:
    """Let the partner accept the request; return the address of its page."""
    await sender.offer()
    browser = await sender.world.signed_in(theirs)
    address = addresses(await browser.get("/console/offers"))[0]
    assert WORDS in (await browser.get(address)).text
    assert (await browser.post(address, say="accept")).status == 303
    return address


def addresses(seen: Seen) -> list[str]:
    return [one for one in seen.text.split('"') if one.startswith("/console/offers/")]


async def test_a_partner_with_an_account_reads_it_for_thirty_days_and_then_only_has_it(
    sender: Desk, theirs: Login
) -> None:
    address, world = await accepted(sender, theirs), sender.world
    world.clock.forward(days=29)
    assert WORDS in (await (await world.signed_in(theirs)).get(address)).text
    world.clock.forward(days=1)
    browser = await world.signed_in(theirs)
    later = await browser.get(address)
    assert (later.status, WORDS in later.text) == (200, False)
    assert NO_LONGER in later.words
    assert "Papers and staying" not in later.words
    assert (await browser.post(address, say="write", text="CANARY-PARTNER")).status == 303
    assert await world.told(sender.number) == ["CANARY-PARTNER"]
    assert (await browser.post(address, say="hand-back")).status == 303
    assert (await world.stored(sender.number)).state is State.WAITING


async def closed(sender: Desk, _theirs: Browser, _address: str) -> None:
    async with sender.world.deps.open() as work:
        found = await sender.world.stored(sender.number)
        await work.referrals.close(found, sender.login.id, Outcome.HELPED)


async def given_back(sender: Desk, _theirs: Browser, _address: str) -> None:
    async with sender.world.deps.open() as work:
        await work.referrals.release(await sender.world.stored(sender.number), sender.login.id)


async def withdrawn(sender: Desk, _theirs: Browser, _address: str) -> None:
    async with sender.world.deps.open() as work:
        await work.referrals.withdraw(await sender.world.stored(sender.number))


async def erased(sender: Desk, _theirs: Browser, _address: str) -> None:
    async with sender.world.deps.open() as work:
        await work.referrals.store.erase(await sender.world.stored(sender.number))


async def handed_back(_sender: Desk, theirs: Browser, address: str) -> None:
    assert (await theirs.post(address, say="hand-back")).status == 303


@pytest.mark.parametrize("end", [closed, given_back, withdrawn, erased, handed_back])
async def test_once_the_request_is_with_the_partner_no_more_its_page_is_gone_at_once(
    sender: Desk, theirs: Login, end: Callable[[Desk, Browser, str], Awaitable[None]]
) -> None:
    address = await accepted(sender, theirs)
    browser = await sender.world.signed_in(theirs)
    assert WORDS in (await browser.get(address)).text
    await end(sender, browser, address)
    gone = await browser.get(address)
    assert (gone.status, WORDS in gone.text) == (404, False)
    assert addresses(await browser.get("/console/offers")) == []


async def test_a_page_that_a_link_opened_shows_nothing_when_the_time_to_answer_is_over(
    sender: Desk,
) -> None:
    link, one = await sender.link(), phone(sender.world)
    await one.post(link)
    assert WORDS in (await one.post(link, say="odd")).text
    # The clock has not come by yet to take the offer back.
    sender.world.clock.forward(days=6)
    late = await one.post(link, say="odd")
    assert (late.status, WORDS in late.text) == (410, False)


async def test_what_a_link_opened_is_shown_with_the_yes_for_the_last_time(sender: Desk) -> None:
    link, one = await sender.link(), phone(sender.world)
    await one.post(link)
    assert WORDS in (await one.post(link, say="accept")).text
    for seen in (await one.post(link, say="odd"), await one.get(f"/offer/{one.page}")):
        assert WORDS not in seen.text
