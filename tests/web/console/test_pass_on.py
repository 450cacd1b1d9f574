"""Passing on in the console: whom an officer may choose, a link shown once, the next at a press."""

from dataclasses import replace

import pytest

from bot.referrals import Category, Particulars, State
from bot.staff import DUTY_DESK
from tests.web.console.onward import (
    ATHENS,
    LEGAL,
    OTHER,
    PAPERS,
    TOKEN,
    WORDS,
    Desk,
    agreed,
    desk,
    phone,
)
from tests.web.console.world import World


@pytest.fixture
async def sender(world: World) -> Desk:
    await agreed(world, LEGAL, OTHER)
    return await desk(world)


async def test_only_partners_with_an_agreement_stand_there_nearest_first(sender: Desk) -> None:
    shown = await sender.browser.get(sender.page)
    assert f'value="{LEGAL}" required checked' in shown.text
    assert f'value="{OTHER}"' in shown.text
    assert 'value="gr-gcr"' not in shown.text


async def test_the_link_stands_in_one_answer_and_nowhere_afterwards(sender: Desk) -> None:
    shown = await sender.offer()
    assert TOKEN.search(shown.text)
    assert (await sender.world.stored(sender.number)).state is State.OFFERED
    later = await sender.browser.get(sender.page)
    assert not TOKEN.search(later.text)
    assert "Not opened yet." in later.words
    assert (await sender.offer()).status == 409


async def test_without_a_yes_to_partners_the_page_says_why(world: World) -> None:
    await agreed(world, LEGAL)
    made = await desk(world, partner=False)
    assert "did not allow that a partner" in (await made.browser.get(made.page)).words
    refused = await made.offer()
    assert (refused.status, TOKEN.search(refused.text)) == (409, None)
    assert "did not allow that a partner" in refused.words
    assert (await world.stored(made.number)).state is State.CLAIMED


async def test_without_an_agreement_the_page_says_why(world: World) -> None:
    made = await desk(world)
    assert "agreement on data" in (await made.browser.get(made.page)).words
    refused = await made.offer()
    assert (refused.status, TOKEN.search(refused.text)) == (409, None)
    assert "no agreement on data" in refused.words
    assert (await world.stored(made.number)).state is State.CLAIMED


async def test_after_a_no_the_next_one_is_asked_by_one_press(sender: Desk) -> None:
    link = await sender.link(LEGAL)
    one = phone(sender.world)
    await one.post(link)
    await one.post(link, say="decline", why="not-ours")
    shown = await sender.browser.get(sender.page)
    assert "Declined by a partner" in shown.words
    assert "not something they do" in shown.words
    assert f'value="{OTHER}" required checked' in shown.text
    assert f'value="{LEGAL}"' not in shown.text
    assert WORDS not in shown.text
    again = await sender.link(OTHER)
    assert WORDS in (await phone(sender.world).post(again)).text
    stored = await sender.world.stored(sender.number)
    assert (stored.state, stored.claimed_by) == (State.OFFERED, sender.login.id)


async def test_a_colleague_without_the_claim_passes_nothing_on(sender: Desk) -> None:
    two = await sender.world.signed_in(await sender.world.officer("two@example.org", ATHENS))
    await two.get(sender.page)
    seen = await two.post(f"{sender.page}/pass-on", partner=LEGAL)
    assert (seen.status, TOKEN.search(seen.text)) == (409, None)
    other = await sender.world.signed_in(await sender.world.officer("sfax@example.org"))
    await other.get("/console/requests")
    assert (await other.post(f"{sender.page}/pass-on", partner=LEGAL)).status == 404


async def test_an_office_that_the_yes_covers_gets_it_and_here_it_is_gone(world: World) -> None:
    await world.officer("duty@example.org", DUTY_DESK)
    made = await desk(world)
    shown = await made.browser.get(made.page)
    assert f'value="{DUTY_DESK}"' in shown.text
    refused = await made.browser.post(f"{made.page}/pass-office", office="iom-it-rome")
    assert refused.status == 409
    passed = await made.browser.post(f"{made.page}/pass-office", office=DUTY_DESK)
    assert passed.location == "/console/requests?done=passed"
    stored = await world.stored(made.number)
    assert (stored.office, stored.state) == (DUTY_DESK, State.WAITING)
    assert (await made.browser.get(made.page)).status == 404


async def test_the_officer_reads_for_whom_a_partner_is(world: World) -> None:
    await agreed(world, "at-lefoe-ibf", "at-men-via", "at-drehscheibe")
    told = Particulars(WORDS, country="AT")
    made = await desk(
        world, request=replace(PAPERS, category=Category.TRAFFICKING, particulars=told)
    )
    shown = await made.browser.get(made.page)
    assert "Trafficked Women , Vienna For women." in shown.words
    assert "For men." in shown.words
    # What is for children alone does not stand there for an adult, and gets nothing by a made form.
    assert "at-drehscheibe" not in shown.text
    refused = await made.offer("at-drehscheibe")
    assert (refused.status, TOKEN.search(refused.text)) == (409, None)
    assert "requests never go to such a place" in refused.words
