"""A person who must not be contacted, the word that proves the office, and who may lift what."""

import pytest

from bot.staff import Role
from tests.web.console.test_audit import told
from tests.web.console.world import Browser, World

WORD = "SAFE-WORD apricot"
STOPPED = "Do not contact this person"
LIFT = "They can be answered again"


async def stopped(world: World, number: str) -> str:
    """Let the word that stops everything be typed, and return the page of the request."""
    referral = await world.stored(number)
    async with world.deps.open() as work:
        await work.referrals.store.contacts.stop(referral.id, world.clock())
    return f"/console/requests/{number}"


async def taken(world: World, page: str, email: str = "one@example.org") -> Browser:
    browser = await world.signed_in(await world.officer(email))
    await browser.get(page)
    await browser.post(f"{page}/claim")
    return browser


async def test_the_word_that_proves_the_office_shows_to_who_reads_the_text(world: World) -> None:
    number = await world.request(safe_word=WORD)
    page = f"/console/requests/{number}"
    other = await world.signed_in(await world.officer("two@example.org"))
    browser = await taken(world, page)
    assert f"{WORD} The person chose it. Say or write this word" in (await browser.get(page)).words
    assert WORD not in (await other.get(page)).text


async def test_without_such_a_word_nothing_is_said_of_it(world: World) -> None:
    page = f"/console/requests/{await world.request()}"
    assert "proves you" not in (await (await taken(world, page)).get(page)).words


async def test_do_not_contact_is_said_in_the_queue_and_first_of_all_in_the_case(
    world: World,
) -> None:
    page = await stopped(world, await world.request())
    browser = await world.signed_in(await world.officer())
    assert "Do not contact" in (await browser.get("/console/requests")).words
    shown = await browser.get(page)
    assert shown.words.index(STOPPED) < shown.words.index("Received")
    assert "Nothing is sent to them any more" in shown.words
    assert (LIFT in shown.words, "can lift this" in shown.words) == (False, True)


async def test_who_has_it_in_hand_lifts_it_with_a_reason_after_being_asked(world: World) -> None:
    number = await world.request()
    page = await stopped(world, number)
    browser = await taken(world, page)
    request = await world.stored(number)
    assert request.do_not_contact
    assert LIFT in (await browser.get(page)).words
    asked = await browser.get(f"{page}/lift")
    assert "Do so only when you are sure that it is the person" in asked.words
    for fields in ({}, {"why": "bored"}):
        refused = await browser.post(f"{page}/lift", **fields)
        assert (refused.status, "Choose why" in refused.words) == (400, True)
    assert (await world.stored(number)).do_not_contact
    for _ in range(2):
        done = await browser.post(f"{page}/lift", why="proved")
        assert (done.status, done.location) == (303, f"{page}?done=lifted")
    shown = await browser.get(f"{page}?done=lifted")
    assert "The person can be answered again" in shown.words
    assert STOPPED not in shown.words
    assert shown.words.count("The person may be answered again") == 1
    lifted = [one for one in await told(world, request.id) if one[0].startswith("lift")]
    assert [(action, outcome) for action, _, outcome in lifted] == [("lift:proved", "done")]


async def test_the_audit_of_the_office_that_has_it_says_who_lifted(world: World) -> None:
    number = await world.request()
    page = await stopped(world, number)
    login = await world.officer("boss@example.org", role=Role.SUPERVISOR)
    browser = await world.signed_in(login)
    await browser.get(f"{page}/lift")
    await browser.post(f"{page}/lift", why="mistake")
    request = (await world.stored(number)).id
    assert ("lift:mistake", login.id, "done") in await told(world, request)


async def test_an_officer_who_does_not_have_it_in_hand_lifts_nothing(world: World) -> None:
    number = await world.request()
    page = await stopped(world, number)
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    assert (await browser.get(f"{page}/lift")).status == 404
    assert (await browser.post(f"{page}/lift", why="proved")).status == 404
    assert (await world.stored(number)).do_not_contact


async def test_a_pending_supervisor_lifts_nothing(world: World) -> None:
    number = await world.request()
    page = await stopped(world, number)
    await world.officer("one@example.org")
    boss = await world.newcomer("boss@example.org", role=Role.SUPERVISOR)
    browser = await world.signed_in(boss)
    await browser.get(page)
    for seen in (
        await browser.get(f"{page}/lift"),
        await browser.post(f"{page}/lift", why="proved"),
    ):
        assert (seen.status, "You are pending" in seen.words) == (403, True)
    assert (await world.stored(number)).do_not_contact


async def test_an_answer_meanwhile_is_kept_and_the_officer_knows_that_nobody_reads_it(
    world: World,
) -> None:
    page = await stopped(world, await world.request())
    browser = await taken(world, page)
    await browser.post(f"{page}/answer", text="Come on Monday.")
    shown = (await browser.get(f"{page}?done=answered")).words
    assert "What you answer is kept, but nobody can read it before this is lifted." in shown
    assert "Nothing may be sent to them, and their code opens nothing." in shown


@pytest.mark.parametrize("verb", ["lift", "keep"])
async def test_a_foreign_request_is_neither_lifted_nor_kept(world: World, verb: str) -> None:
    page = await stopped(world, await world.request(office="iom-tn-tunis"))
    boss = await world.officer("boss@example.org", role=Role.SUPERVISOR)
    browser = await world.signed_in(boss)
    await browser.get("/console/requests")
    assert (await browser.get(f"{page}/{verb}")).status == 404
    assert (await browser.post(f"{page}/{verb}", why="proved")).status == 404
