"""What stands before a partner with an account: offered, nearly over, taken back; ticked off."""

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.referrals import Outcome, Purpose
from bot.staff import Role
from bot.store.late import Late
from tests.web.console.onward import LEGAL, OTHER, WORDS, Desk, agreed, desk
from tests.web.console.world import Login, World

ALERTS = "/console/alerts"
TICK = re.compile(r'action="(/console/alerts/\d+/tick)"')
OFFERED = "A request is offered to your organisation."
ENDS = "The time to answer what was offered to you is nearly over."
OVER = "The office has the request again, or it was taken back."


@pytest.fixture
async def sender(world: World) -> Desk:
    await agreed(world, LEGAL, OTHER)
    return await desk(world)


@pytest.fixture
async def theirs(world: World) -> Login:
    return await world.officer("partner@example.org", LEGAL, Role.PARTNER)


async def standing(world: World, login: Login) -> str:
    """Return what is not ticked off, as the officer of the partner reads it now."""
    await world.alerts_come()
    shown = await (await world.signed_in(login)).get(ALERTS)
    assert shown.status == 200
    return shown.words.partition("Ticked off lately")[0]


async def test_a_partner_is_told_that_a_request_is_offered_and_nothing_of_it(
    sender: Desk, theirs: Login
) -> None:
    world = sender.world
    assert OFFERED not in await standing(world, theirs)
    await sender.offer()
    assert OFFERED in await standing(world, theirs)
    browser = await world.signed_in(theirs)
    shown = await browser.get(ALERTS)
    assert '<a href="/console/offers">' in shown.text
    for never in (sender.number, sender.number[:4], WORDS, "Papers and staying"):
        assert never not in shown.text
    # The banner counts it on every page; but for its name it leads to no list of requests.
    assert "Alerts 1" in (await browser.get("/console/offers")).words
    assert shown.text.count('href="/console/requests"') == 1
    assert (await browser.get("/console/requests")).location == "/console/offers"


async def test_a_line_is_ticked_off_like_one_of_an_office_and_the_audit_says_by_whom(
    sender: Desk, theirs: Login
) -> None:
    await sender.offer()
    await sender.world.alerts_come()
    browser = await sender.world.signed_in(theirs)
    (tick,) = TICK.findall((await browser.get(ALERTS)).text)
    assert (await browser.post(tick)).status == 303
    after = await browser.get(ALERTS)
    assert "Nothing to tick off" in after.words
    assert "Ticked off by you" in after.words


async def test_nobody_else_sees_or_ticks_off_what_is_offered_to_a_partner(
    sender: Desk, theirs: Login
) -> None:
    world = sender.world
    await sender.offer()
    await world.alerts_come()
    (tick,) = TICK.findall((await (await world.signed_in(theirs)).get(ALERTS)).text)
    other = await world.signed_in(await world.officer("other@example.org", OTHER, Role.PARTNER))
    for one in (other, await world.signed_in(sender.login)):
        assert OFFERED not in (await one.get(ALERTS)).words
        await one.post(tick)
    assert OFFERED in await standing(world, theirs)


async def test_what_a_partner_answers_ticks_off_what_asked_it_to(
    sender: Desk, theirs: Login
) -> None:
    world = sender.world
    await sender.offer()
    await world.alerts_come()
    browser = await world.signed_in(theirs)
    listed = await browser.get("/console/offers")
    (address,) = {one for one in listed.text.split('"') if one.startswith("/console/offers/")}
    await browser.get(address)
    assert (await browser.post(address, say="accept")).status == 303
    seen = await standing(world, theirs)
    assert OFFERED not in seen
    # It is not told again that the time ends, nor of what it does itself.
    world.clock.forward(days=6)
    again = await world.signed_in(theirs)
    await again.get(address)
    assert (await again.post(address, say="hand-back")).status == 303
    seen = await standing(world, theirs)
    assert (ENDS in seen, OVER in seen) == (False, False)


async def test_a_partner_is_told_once_more_before_its_time_to_answer_is_over(
    sender: Desk, theirs: Login
) -> None:
    world = sender.world
    await sender.offer()
    async with world.deps.open() as work:
        (made,) = await work.offers.of(await world.stored(sender.number))
    left = made.expires - world.clock()
    world.clock.now += left * 0.7
    assert ENDS not in await standing(world, theirs)
    world.clock.now = made.expires - left * 0.2
    for _ in range(2):
        assert (await standing(world, theirs)).count(ENDS) == 1
        world.clock.forward(minutes=1)


async def expired(sender: Desk) -> None:
    world = sender.world
    world.clock.forward(days=6)
    late = Late(
        world.engine.begin, world.parts.sealer, world.parts.defer, lambda: world.deps.directory
    )
    await late.scan(world.clock(), world.clock())


async def given_back(sender: Desk) -> None:
    browser = await sender.world.signed_in(sender.login)
    await browser.get(sender.page)
    assert (await browser.post(f"{sender.page}/release")).status == 303


async def withdrawn(sender: Desk) -> None:
    async with sender.world.deps.open() as work:
        await work.referrals.withdraw(await sender.world.stored(sender.number))


async def closed(sender: Desk) -> None:
    async with sender.world.deps.open() as work:
        found = await sender.world.stored(sender.number)
        await work.referrals.close(found, sender.login.id, Outcome.HELPED)


@pytest.mark.parametrize("end", [expired, given_back, withdrawn, closed])
async def test_a_partner_is_told_when_it_need_not_answer_any_more(
    sender: Desk, theirs: Login, end: Callable[[Desk], Awaitable[None]]
) -> None:
    await sender.offer()
    await standing(sender.world, theirs)
    await end(sender)
    seen = await standing(sender.world, theirs)
    assert seen.count(OVER) == 1
    assert sender.number[:4] not in seen


async def test_a_partner_is_asked_to_delete_what_it_noted_when_the_yes_is_taken_back(
    sender: Desk, theirs: Login
) -> None:
    await sender.offer()
    async with sender.world.deps.open() as work:
        referral = await sender.world.stored(sender.number)
        await work.referrals.answered(referral, Purpose.PARTNER, given=False, language="en")
    seen = await standing(sender.world, theirs)
    assert "Please delete what you noted" in seen
    assert OVER not in seen


async def test_erasing_a_request_leaves_no_line_before_the_partner(
    sender: Desk, theirs: Login
) -> None:
    await sender.offer()
    assert OFFERED in await standing(sender.world, theirs)
    async with sender.world.deps.open() as work:
        await work.referrals.store.erase(await sender.world.stored(sender.number))
    assert "Nothing to tick off" in await standing(sender.world, theirs)
