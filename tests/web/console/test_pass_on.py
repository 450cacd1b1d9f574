"""Passing on in the console: whom an officer may choose, a link shown once, the next at a press."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.referrals import Answer, Category, Particulars, Purpose, State, Wishes
from bot.staff import DUTY_DESK, Profile
from bot.store.tables import audit_entries
from tests.web.console.onward import (
    ATHENS,
    LEGAL,
    OTHER,
    PAPERS,
    TOKEN,
    WORDS,
    Desk,
    agreed,
    asked,
    desk,
    phone,
)
from tests.web.console.world import World

LESVOS, ROME = "iom-gr-lesvos", "iom-it-rome"


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
    assert "not this kind of work" in shown.words
    assert f'value="{OTHER}" required checked' in shown.text
    assert f'value="{LEGAL}"' not in shown.text
    assert WORDS not in shown.text
    again = await sender.link(OTHER)
    assert WORDS in (await phone(sender.world).post(again)).text
    stored = await sender.world.stored(sender.number)
    assert (stored.state, stored.claimed_by) == (State.OFFERED, sender.login.id)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (Wishes(woman=True), "only a woman reads this"),
        (Wishes(not_community=True), "nobody of their community reads this"),
    ],
)
async def test_what_a_partner_cannot_be_held_to_is_said_first_and_passing_it_on_is_audited(
    world: World, wishes: Wishes, said: str
) -> None:
    await agreed(world, LEGAL)
    made = await wishing(world, wishes)
    shown = await made.browser.get(made.page)
    assert said in shown.words
    assert "A partner cannot be held to that" in shown.words
    refused = await made.offer()
    assert (refused.status, TOKEN.search(refused.text)) == (400, None)
    assert "tick the box first" in refused.words
    assert (await world.stored(made.number)).state is State.CLAIMED
    assert await acts(world, made) == []
    assert TOKEN.search((await made.offer(**{"despite-wishes": "yes"})).text)
    assert await acts(world, made) == [("despite-wishes", made.login.id)]


async def test_without_such_a_wish_nothing_is_asked(sender: Desk) -> None:
    assert "despite-wishes" not in (await sender.browser.get(sender.page)).text
    await sender.link()
    assert await acts(sender.world, sender) == []


async def wishing(world: World, wishes: Wishes) -> Desk:
    """Return an officer, a woman, who took a request of somebody who wishes who reads it."""
    login = await world.officer("athens@example.org", ATHENS)
    async with world.deps.open() as work:
        await work.keep_profile(login.id, Profile(woman=True))
    number = await asked(world, request=replace(PAPERS, wishes=wishes))
    browser = await world.signed_in(login)
    await browser.get(f"/console/requests/{number}")
    await browser.post(f"/console/requests/{number}/claim", **{"not-community": "yes"})
    return Desk(world, login, browser, number)


async def acts(world: World, made: Desk) -> list[tuple[str, str]]:
    """Return who passed the request on despite a wish, from the audit."""
    referral, entries = await world.stored(made.number), audit_entries.c
    found = select(entries.action, entries.who).where(
        entries.object == referral.id, entries.action == "despite-wishes"
    )
    async with world.engine.connect() as connection:
        return [(row.action, row.who) for row in await connection.execute(found)]


@pytest.mark.parametrize(
    ("office", "wishes"),
    [(LESVOS, Wishes(not_offices=frozenset({LESVOS}))), (ROME, Wishes(not_country="IT"))],
)
async def test_an_office_that_the_person_kept_away_cannot_be_chosen_and_gets_nothing(
    world: World, office: str, wishes: Wishes
) -> None:
    for number, one in enumerate((LESVOS, ROME)):
        await world.officer(f"far{number}@example.org", one)
    made = await wishing(world, wishes)
    async with world.deps.open() as work:
        referral = await world.stored(made.number)
        yes = Answer(Purpose.OFFICE, True, "1", "en", referral.created, (LESVOS, ROME))
        await work.referrals.store.consents.add(referral, (yes,))
    shown = (await made.browser.get(made.page)).text
    other = ROME if office == LESVOS else LESVOS
    assert f'value="{other}"' in shown
    assert f'value="{office}"' not in shown
    refused = await made.browser.post(f"{made.page}/pass-office", office=office)
    assert refused.status == 409
    assert (await world.stored(made.number)).office == ATHENS


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
