"""A request in the hands of officers: take, read, answer, give back, close, and who may not."""

import asyncio

import pytest

from bot.referrals import Category, Consent, Contact, Particulars, Request, State, Urgency
from bot.staff import DUTY_DESK, Role
from tests.web.console.world import SFAX, TUNIS, World

WORDS = "CANARY-WORDS my papers are gone"


async def test_a_request_is_taken_read_answered_and_closed(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    before = await browser.get(page)
    assert WORDS not in before.text
    assert "Sealed until somebody takes the request" in before.words
    assert (await browser.post(f"{page}/claim")).location.startswith(page)
    taken = await browser.get(page)
    assert WORDS in taken.text
    assert "Sfax, Tunisia" in taken.words
    answered = await browser.post(f"{page}/answer", text="Come on Monday.\r\nBring nothing.")
    assert (answered.status, await world.told(number)) == (303, ["Come on Monday.\nBring nothing."])
    assert (await world.stored(number)).state is State.ANSWERED
    closed = await browser.post(f"{page}/close", outcome="helped")
    assert (closed.status, closed.location) == (303, "/console/requests?done=closed")
    ended = await browser.get(page)
    assert "Closed: The person was helped (you)" in ended.words
    assert "/claim" not in ended.text
    assert "/answer" not in ended.text


async def test_taking_twice_is_the_same_as_taking_once(world: World) -> None:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    await browser.get("/console/requests")
    for _ in range(2):
        assert (await browser.post(f"/console/requests/{number}/claim")).status == 303
    await browser.post(f"/console/requests/{number}/answer", text="Come on Monday.")
    assert (await browser.post(f"/console/requests/{number}/claim")).status == 303
    assert (await world.stored(number)).state is State.ANSWERED


async def test_of_two_who_take_at_once_one_wins_and_the_other_sees_it(world: World) -> None:
    number = await world.request()
    one = await world.signed_in(await world.officer("one@example.org"))
    two = await world.signed_in(await world.officer("two@example.org"))
    await one.get("/console/requests")
    await two.get("/console/requests")
    seen = await asyncio.gather(*(b.post(f"/console/requests/{number}/claim") for b in (one, two)))
    assert sorted(s.status for s in seen) == [303, 409]
    loser = next(s for s in seen if s.status == 409)
    assert "somebody else was faster" in loser.words
    assert WORDS not in loser.text


async def test_a_second_taker_reads_nothing_and_can_do_nothing(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    one = await world.signed_in(await world.officer("one@example.org"))
    two = await world.signed_in(await world.officer("two@example.org"))
    await one.get(page)
    await one.post(f"{page}/claim")
    await one.post(f"{page}/answer", text="SECRET-ANSWER")
    shown = await two.get(page)
    assert WORDS not in shown.text
    assert "SECRET-ANSWER" not in shown.text
    assert "Only the officer who took this request can read it." in shown.words
    for verb, fields in (
        ("claim", {}),
        ("release", {}),
        ("answer", {"text": "No."}),
        ("close", {"outcome": "helped"}),
    ):
        assert (await two.post(f"{page}/{verb}", **fields)).status == 409
    assert await world.told(number) == ["SECRET-ANSWER"]


async def test_a_request_given_back_waits_again(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    assert (await browser.post(f"{page}/release")).status == 303
    assert (await world.stored(number)).state is State.WAITING
    assert WORDS not in (await browser.get(page)).text


@pytest.mark.parametrize("verb", ["release", "answer", "close"])
async def test_what_is_not_taken_cannot_be_worked_on(world: World, verb: str) -> None:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    await browser.get("/console/requests")
    seen = await browser.post(f"/console/requests/{number}/{verb}", text="Hello", outcome="helped")
    assert seen.status == 409
    assert (await world.stored(number)).state is State.WAITING


async def test_a_foreign_request_looks_like_one_that_is_not_there(world: World) -> None:
    foreign = await world.request(office=TUNIS)
    browser = await world.signed_in(await world.officer(office=SFAX))
    await browser.get("/console/requests")
    seen = [
        await browser.get(f"/console/requests/{number}")
        for number in (foreign, "48219035", "48219034", "x", "4821%209035", "%00", "9" * 400)
    ]
    assert {s.status for s in seen} == {404}
    assert len({s.words for s in seen}) == 1
    posts = [
        await browser.post(f"/console/requests/{number}/{verb}", text="Hi", outcome="helped")
        for number in (foreign, "48219035", "%00", "x%0d%0ay")
        for verb in ("claim", "release", "answer", "close")
    ]
    assert {s.status for s in posts} == {404}
    assert (await world.stored(foreign)).state is State.WAITING


async def test_a_complaint_is_seen_by_the_supervisor_of_the_duty_desk_alone(world: World) -> None:
    number = await world.request(office=DUTY_DESK, category=Category.COMPLAINT)
    hidden = await world.signed_in(await world.officer("o@example.org", DUTY_DESK))
    heard = await world.signed_in(await world.officer("s@example.org", DUTY_DESK, Role.SUPERVISOR))
    assert (await hidden.get(f"/console/requests/{number}")).status == 404
    assert number[:4] not in (await hidden.get("/console/requests")).words
    assert (await heard.get(f"/console/requests/{number}")).status == 200
    assert number[:4] in (await heard.get("/console/requests")).words


async def test_whom_a_complaint_is_about_is_shown_once_it_is_opened(world: World) -> None:
    await world.has_key(DUTY_DESK)
    told = Particulars("CANARY-WORDS they asked for money", against="CANARY-OFFICE")
    yes = Consent(office=True, partner=False, contact=Contact.CODE)
    asked = Request(Category.COMPLAINT, Urgency.SOON, "en", yes, told)
    heard = await world.signed_in(await world.officer("s@example.org", DUTY_DESK, Role.SUPERVISOR))
    async with world.deps.open() as work:
        number = (await work.referrals.open(asked, DUTY_DESK, None)).reference
    assert "CANARY-OFFICE" not in (await heard.get(f"/console/requests/{number}")).text
    await heard.post(f"/console/requests/{number}/claim")
    assert "CANARY-OFFICE" in (await heard.get(f"/console/requests/{number}")).words


async def test_a_clinician_sees_medical_requests_alone(world: World) -> None:
    other = await world.request(category=Category.RETURN)
    medical = await world.request(category=Category.MEDICAL)
    browser = await world.signed_in(await world.officer(role=Role.CLINICIAN))
    page = await browser.get("/console/requests")
    assert medical in page.text
    assert other not in page.text
    assert (await browser.get(f"/console/requests/{other}")).status == 404


async def test_a_text_that_is_too_long_is_kept_in_the_form(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    text = "نص طويل " * 2500
    seen = await browser.post(f"{page}/answer", text=text)
    assert seen.status == 400
    assert "19999 characters long; 4000 are possible" in seen.words
    assert text.strip() in seen.text
    assert await world.told(number) == []


@pytest.mark.parametrize("text", ["", "   \r\n ", "\x00\x01"])
async def test_an_empty_answer_is_refused(world: World, text: str) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    seen = await browser.post(f"{page}/answer", text=text)
    assert (seen.status, "Write something first." in seen.words) == (400, True)


async def test_an_answer_sent_twice_is_kept_once(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    await browser.post(f"{page}/answer", text="First.")
    world.clock.forward(seconds=1)
    twice = [browser.post(f"{page}/answer", text="Come on Monday.") for _ in range(3)]
    assert {s.status for s in await asyncio.gather(*twice)} == {303}
    assert await world.told(number) == ["First.", "Come on Monday."]


async def test_a_text_that_comes_too_late_is_given_back(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    login = await world.officer()
    browser, window = await world.signed_in(login), await world.signed_in(login)
    await browser.get(page)
    await browser.post(f"{page}/claim")
    await window.get(page)
    await browser.post(f"{page}/release")
    seen = await window.post(f"{page}/answer", text="WRITTEN IN VAIN")
    assert (seen.status, "WRITTEN IN VAIN" in seen.text) == (409, True)


async def test_a_text_sent_after_the_sign_in_ended_is_given_back(world: World) -> None:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    await browser.get(f"/console/requests/{number}")
    world.clock.forward(minutes=15)
    seen = await browser.post(f"/console/requests/{number}/answer", text="KEPT TEXT")
    assert (seen.status, "KEPT TEXT" in seen.text) == (401, True)


async def test_closing_needs_an_outcome(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await browser.get(page)
    await browser.post(f"{page}/claim")
    for fields in ({}, {"outcome": "bored"}):
        seen = await browser.post(f"{page}/close", **fields)
        assert (seen.status, "Choose how it ended" in seen.words) == (400, True)
    assert (await world.stored(number)).state is State.CLAIMED


async def test_what_the_person_allowed_stands_in_words(world: World) -> None:
    code = await world.request(contact=Contact.CODE)
    here = await world.request(contact=Contact.HERE)
    browser = await world.signed_in(await world.officer())
    by_code = (await browser.get(f"/console/requests/{code}")).words
    assert "This office and the duty desk may have the request." in by_code
    assert "It may not be passed to any other organisation." in by_code
    assert "Nothing is sent to them unasked." in by_code
    in_chat = (await browser.get(f"/console/requests/{here}")).words
    assert "They may be written to now, at any hour: a neutral line" in in_chat


async def test_a_step_defers_news_only_for_who_chose_to_be_written_to(world: World) -> None:
    browser = await world.signed_in(await world.officer())
    await browser.get("/console/requests")
    for contact, expected in ((Contact.CODE, []), (Contact.HERE, ["news"])):
        number = await world.request(contact=contact)
        await browser.post(f"/console/requests/{number}/claim")
        world.deferred.clear()
        await browser.post(f"/console/requests/{number}/answer", text="Come on Monday.")
        assert world.deferred == expected


async def test_what_a_person_wrote_is_shown_as_text(world: World) -> None:
    number = await world.request(words="<script>alert(1)</script> & \u202eabc\n{{ 7 * 7 }}")
    browser = await world.signed_in(await world.officer())
    page = f"/console/requests/{number}"
    await browser.get(page)
    await browser.post(f"{page}/claim")
    seen = await browser.get(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; \u202eabc\n{{ 7 * 7 }}" in seen.text
    assert "<script" not in seen.text
    assert 'dir="auto"' in seen.text


async def test_the_address_of_a_form_leads_back_when_reloaded(world: World) -> None:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    seen = await browser.get(f"/console/requests/{number}/answer")
    assert (seen.status, seen.location) == (303, f"/console/requests/{number}")
    assert (await browser.get("/console/requests/%0d%0aSet-Cookie:x/answer")).status == 404
