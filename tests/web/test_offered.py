"""A partner without an account: a link that opens once on any phone, and what it can say."""

import pytest

from bot.referrals import Purpose, State
from tests.web.console.conftest import world as world
from tests.web.console.onward import LEGAL, OTHER, WORDS, Desk, agreed, desk, phone
from tests.web.console.world import World


@pytest.fixture
async def sender(world: World) -> Desk:
    await agreed(world, LEGAL, OTHER)
    return await desk(world)


async def test_looking_at_a_link_opens_nothing_and_a_press_opens_it_once(sender: Desk) -> None:
    link = await sender.link()
    one, two = phone(sender.world), phone(sender.world)
    for _ in range(2):
        before = await one.get(link)
        assert before.status == 200
        assert WORDS not in before.text
    opened = await one.post(link)
    assert WORDS in opened.text
    assert "Athens, Greece" in opened.words
    again = await two.post(link)
    assert (again.status, WORDS in again.text) == (410, False)
    assert "This link was opened before" in again.words
    assert "alert" in sender.world.deferred
    assert "used again after it had been opened" in (await sender.browser.get(sender.page)).words


async def test_no_number_no_code_no_way_to_the_person_is_on_the_page(sender: Desk) -> None:
    opened = await phone(sender.world).post(await sender.link())
    assert sender.number not in opened.text
    assert "CANARY-SAFE" not in opened.text


async def test_what_was_not_ticked_is_not_there(sender: Desk) -> None:
    link = await sender.link(**{"field-words": "no", "field-place": "no"})
    opened = await phone(sender.world).post(link)
    assert "Papers and staying" in opened.words
    assert WORDS not in opened.text
    assert "Athens" not in opened.words.replace("IOM Greece", "")


async def test_the_page_sets_no_cookie_runs_no_script_and_asks_nobody_else(sender: Desk) -> None:
    link = await sender.link()
    for seen in (await phone(sender.world).get(link), await phone(sender.world).post(link)):
        policy = seen.headers["Content-Security-Policy"]
        assert "script-src" not in policy
        assert policy.startswith("default-src 'none'")
        assert "<script" not in seen.text
        assert " style=" not in seen.text
        assert "http" not in seen.text.replace("http-equiv", "")
        assert seen.headers["Cache-Control"] == "no-store"


async def test_who_accepts_writes_through_the_office_and_may_give_it_back(sender: Desk) -> None:
    link = await sender.link()
    one = phone(sender.world)
    await one.post(link)
    accepted = await one.post(link, say="accept")
    assert WORDS in accepted.text
    assert (await sender.world.stored(sender.number)).state is State.ACCEPTED
    kept = f"/offer/{one.page}"
    later = await one.get(kept)
    assert (later.status, WORDS in later.text) == (200, False)
    sent = await one.post(kept, say="write", text="CANARY-PARTNER bring the letter")
    assert "The office has what you wrote." in sent.words
    assert (await sender.world.told(sender.number)) == ["CANARY-PARTNER bring the letter"]
    seen = await sender.browser.get(sender.page)
    assert "CANARY-PARTNER" in seen.text
    assert "Accepted by a partner" in seen.words
    back = await one.post(kept, say="hand-back")
    assert back.status == 200
    assert (await sender.world.stored(sender.number)).state is State.WAITING
    assert (await one.get(kept)).status == 404
    assert (await one.post(kept, say="write", text="too late")).status == 410


async def test_only_the_page_that_opened_it_may_answer(sender: Desk) -> None:
    link = await sender.link()
    await phone(sender.world).post(link)
    thief = phone(sender.world)
    thief.page = link.removeprefix("/offer/")
    assert (await thief.post(link, say="accept")).status == 410
    assert (await sender.world.stored(sender.number)).state is State.OFFERED


async def test_a_no_needs_a_reason_and_a_day_must_be_one(sender: Desk) -> None:
    link = await sender.link()
    one = phone(sender.world)
    await one.post(link)
    for fields in ({"say": "decline"}, {"say": "full", "until": "soon"}, {"say": "odd"}):
        refused = await one.post(link, **fields)
        assert (refused.status, WORDS in refused.text) == (400, True)
    assert (await sender.world.stored(sender.number)).state is State.OFFERED
    done = await one.post(link, say="decline", why="no-room")
    assert "asks somebody else" in done.words
    assert (await sender.world.stored(sender.number)).state is State.WAITING


async def test_taking_it_back_kills_the_link_and_the_page_at_once(sender: Desk) -> None:
    link = await sender.link()
    one = phone(sender.world)
    await one.post(link)
    async with sender.world.deps.open() as work:
        await work.referrals.withdraw(await sender.world.stored(sender.number))
    assert (await one.post(link, say="accept")).status == 410
    assert (await phone(sender.world).post(link)).status == 410
    assert (await phone(sender.world).get(link)).status == 410


async def test_a_yes_that_is_taken_back_shuts_the_page_and_asks_to_delete_what_was_noted(
    sender: Desk,
) -> None:
    link = await sender.link()
    one = phone(sender.world)
    await one.post(link)
    assert WORDS in (await one.post(link, say="accept")).text
    await taken_back(sender)
    kept = f"/offer/{one.page}"
    for seen in (
        await one.get(kept),
        await one.get(link),
        await one.post(kept, say="write", text="too late"),
        await one.post(link, say="hand-back"),
    ):
        assert seen.status == 410
        assert "The person has taken back their yes" in seen.words
        assert "Please delete what you noted of it" in seen.words
        assert WORDS not in seen.text
    stored = await sender.world.stored(sender.number)
    assert (stored.state, stored.claimed_by) == (State.WAITING, None)
    assert "took back their yes to partners" in (await sender.browser.get(sender.page)).words


async def test_a_yes_that_is_taken_back_shuts_a_page_that_was_not_answered_yet(
    sender: Desk,
) -> None:
    link = await sender.link()
    one = phone(sender.world)
    assert WORDS in (await one.post(link)).text
    await taken_back(sender)
    refused = await one.post(link, say="accept")
    assert refused.status == 410
    assert "Please delete what you noted of it" in refused.words
    assert (await sender.world.stored(sender.number)).state is State.WAITING


async def taken_back(sender: Desk) -> None:
    """Let the person who holds the code take back their yes to partners."""
    referral = await sender.world.stored(sender.number)
    async with sender.world.deps.open() as work:
        await work.referrals.answered(referral, Purpose.PARTNER, given=False, language="en")


async def test_a_link_that_is_over_or_unknown_says_nothing_of_the_request(sender: Desk) -> None:
    link = await sender.link()
    sender.world.clock.forward(days=6)
    assert (await phone(sender.world).get(link)).status == 410
    assert (await phone(sender.world).post(link)).status == 410
    unknown = await phone(sender.world).get("/offer/" + "A" * 43)
    assert unknown.status == 404


async def test_a_body_that_is_no_form_is_refused(sender: Desk) -> None:
    link = await sender.link()
    one = phone(sender.world)
    async with one.session.post(one.origin + link, json={"page": "x"}) as response:
        assert response.status == 415
