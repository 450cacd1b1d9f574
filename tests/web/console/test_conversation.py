"""Office and person write to each other through the bot: what is held up, and what nobody sees."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.console.talk import UNKNOWN_TIME, local_time, zone_of
from bot.directory import Point
from bot.referrals import Allowed, Contact, Hours, Particulars, State
from bot.store.tables import audit_entries, case_messages, case_notes
from tests.web.console.world import START, Browser, Login, Seen, World

ARABIC = "تعال إلى مكتبنا يوم الاثنين الساعة العاشرة"
NOTE = "CANARY-NOTE calls only after six"
PAPERS = "أرسل لي صورة جواز سفرك من فضلك"
KEEP = "احتفظ برمزك في مكان لا يعرفه أحد"
HOTEL = "نلتقي في الفندق مساء يوم الاثنين"


async def taken(world: World, **asked: Any) -> tuple[Browser, str, Login]:
    """Return an officer's browser, and a request that they have in hand."""
    number = await world.request(**asked)
    login = await world.officer("canary-officer@example.org")
    browser = await world.signed_in(login)
    page = f"/console/requests/{number}"
    await browser.get(page)
    assert (await browser.post(f"{page}/claim")).status == 303
    await browser.get(page)
    return browser, number, login


async def answer(browser: Browser, number: str, text: str, **fields: str) -> Seen:
    return await browser.post(f"/console/requests/{number}/answer", text=text, **fields)


async def acts(world: World, login: Login, like: str) -> list[Any]:
    async with world.engine.connect() as connection:
        found = await connection.execute(
            select(audit_entries)
            .where(audit_entries.c.action.like(like), audit_entries.c.who == login.id)
            .order_by(audit_entries.c.running)
        )
        return list(found.all())


async def rows(world: World, table: Any) -> int:
    async with world.engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def test_nothing_of_the_officer_reaches_the_person(world: World) -> None:
    browser, number, login = await taken(world, contact=Contact.HERE)
    assert (await answer(browser, number, ARABIC)).status == 303
    await browser.post(f"/console/requests/{number}/note", text=NOTE)
    referral = await world.stored(number)
    async with world.deps.open() as work:
        (read,) = await work.referrals.store.answers(referral, None)
    assert read.text == ARABIC
    told = repr((read.id, read.at, read.author, read.text))
    for secret in (login.id, login.email, login.email.partition("@")[0], NOTE):
        assert secret not in told


async def test_nothing_of_the_persons_chat_reaches_the_officer(world: World) -> None:
    browser, number, _ = await taken(world, contact=Contact.HERE)
    async with world.deps.open() as work:
        await work.referrals.write_back(await world.stored(number), "I am at the station")
    seen = await browser.get(f"/console/requests/{number}")
    assert "I am at the station" in seen.text
    for secret in ("person-1", "web", "chat id"):
        assert f">{secret}<" not in seen.text
    assert "person-1" not in seen.text


async def test_what_a_person_writes_back_alerts_the_office_each_time(world: World) -> None:
    _, number, _ = await taken(world)
    before = list(world.deferred)
    for text in ("one", "two"):
        async with world.deps.open() as work:
            await work.referrals.write_back(await world.stored(number), text)
    assert world.deferred[len(before) :].count("alert") == 2


async def test_an_answer_shows_in_the_persons_direction_and_apart_from_the_page(
    world: World,
) -> None:
    browser, number, _ = await taken(world)
    await answer(browser, number, ARABIC)
    seen = await browser.get(f"/console/requests/{number}")
    assert f'<div class="words" dir="auto">{ARABIC}</div>' in seen.text
    assert '<textarea id="text" name="text" rows="7" dir="auto"' in seen.text
    assert '<bdi lang="ar" dir="' in seen.text


async def test_the_page_says_what_time_it_is_for_the_person(world: World) -> None:
    browser, number, _ = await taken(world)
    seen = await browser.get(f"/console/requests/{number}")
    assert "Where they are it is 2026-11-24 10:00 (Africa/Tunis)." in seen.words


def test_a_zone_that_was_chosen_wins_then_the_town_then_a_country_with_one_clock() -> None:
    chosen = Allowed(Hours.ANY, "Asia/Dhaka", START)
    unsaid = Allowed(Hours.ANY, "UTC", START)
    tunis = Particulars(country="TN")
    assert zone_of(chosen, tunis) == ZoneInfo("Asia/Dhaka")
    assert zone_of(unsaid, tunis) == ZoneInfo("Africa/Tunis")
    kinshasa = Particulars(country="CD", town=Point(-4.3, 15.3))
    assert zone_of(None, kinshasa) == ZoneInfo("Africa/Kinshasa")
    for unknown in (Particulars(), Particulars(country="CD")):
        assert zone_of(None, unknown) is None
    assert zone_of(Allowed(Hours.ANY, "Mars/Base", START), tunis) == ZoneInfo("Africa/Tunis")
    assert local_time(None, START) is UNKNOWN_TIME


@pytest.mark.parametrize(
    "text",
    ["Please send me your code.", "ما هو رمزك؟", "¿Cuál es su código?", "1184 0297 7640"],
)
async def test_a_text_that_asks_for_the_code_goes_in_no_case(world: World, text: str) -> None:
    browser, number, login = await taken(world)
    for fields in ({}, {"sure": "code code-named language papers private-place"}):
        seen = await answer(browser, number, text, **fields)
        assert seen.status == 400
        assert "This was not sent: it seems to ask for the code" in seen.words
        assert text in seen.text, "what was written is lost"
    assert (await world.told(number), await rows(world, case_messages)) == ([], 0)
    assert {one.outcome for one in await acts(world, login, "answer")} == {"refused"}


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (PAPERS, "papers", "This seems to ask for a photo or copy of papers"),
        (HOTEL, "private-place", "This seems to propose a meeting at a home, a hotel"),
        (KEEP, "code-named", "This speaks of the code."),
    ],
)
async def test_papers_a_private_meeting_or_the_code_wait_for_a_yes_that_the_audit_keeps(
    world: World, text: str, code: str, said: str
) -> None:
    browser, number, login = await taken(world)
    seen = await answer(browser, number, text)
    assert (seen.status, await world.told(number)) == (400, [])
    assert said in seen.words
    assert f">{text}</textarea>" in seen.text
    assert f'name="sure" value="{code}"' in seen.text
    assert await acts(world, login, "confirm:%") == []
    assert (await answer(browser, number, text, sure=code)).status == 303
    assert await world.told(number) == [text]
    (entry,) = await acts(world, login, "confirm:%")
    referral = await world.stored(number)
    assert (entry.action, entry.object, entry.chain) == (
        f"confirm:{code}",
        referral.id,
        referral.office,
    )
    assert text not in repr(entry)


async def test_a_yes_to_one_thing_is_none_to_another(world: World) -> None:
    browser, number, _ = await taken(world)
    seen = await answer(browser, number, f"{PAPERS}. {HOTEL}", sure="papers")
    assert seen.status == 400
    assert 'name="sure" value="papers private-place"' in seen.text
    assert await world.told(number) == []


async def test_another_language_than_the_persons_is_asked_about_and_then_goes(
    world: World,
) -> None:
    browser, number, login = await taken(world)
    text = "We have read your message and we will write to you again tomorrow."
    seen = await answer(browser, number, text)
    assert seen.status == 400
    assert "This looks like English. The person reads ar, as far as we know." in seen.words
    assert text in seen.text
    assert (await answer(browser, number, text, sure="language")).status == 303
    assert await world.told(number) == [text]
    assert await acts(world, login, "confirm:%") == []


@pytest.mark.parametrize("text", [ARABIC, "OK", "IOM Tunis, 71 860 312", "merci beaucoup"])
async def test_what_is_in_their_language_or_says_too_little_goes_at_once(
    world: World, text: str
) -> None:
    browser, number, _ = await taken(world)
    assert (await answer(browser, number, text)).status == 303
    assert await world.told(number) == [text]


async def test_a_prepared_reply_is_put_behind_what_is_written_and_not_sent(world: World) -> None:
    browser, number, _ = await taken(world)
    page = await browser.get(f"/console/requests/{number}")
    assert '<option value="going-back">' in page.text
    assert '<option value="complaint-received">' not in page.text
    assert page.text.index('<option value="ar">') < page.text.index('<option value="en">')
    fields = {"insert": "yes", "reply": "we-read-it", "reply_language": "ar"}
    seen = await answer(browser, number, "مرحبا", **fields)
    assert (seen.status, await world.told(number)) == (200, [])
    written = seen.text.partition(">مرحبا")[2].partition("</textarea>")[0]
    assert written.startswith("\n\nشكرا لرسالتك.")
    assert (await answer(browser, number, f"مرحبا{written}")).status == 303


async def test_what_the_directory_lacks_is_named_and_must_be_filled_in(world: World) -> None:
    browser, number, _ = await taken(world)
    fields = {"insert": "yes", "reply": "come-to-the-office", "reply_language": "ar"}
    seen = await answer(browser, number, "", **fields)
    assert seen.status == 200
    assert "The directory does not know this of your office. Fill it in: {address}" in seen.words
    text = seen.text.partition('dir="auto" required')[2].partition(">")[2]
    text = text.partition("</textarea>")[0]
    refused = await answer(browser, number, text)
    assert (refused.status, await world.told(number)) == (400, [])
    assert "Fill in what still stands in braces, or remove it: {address}" in refused.words


@pytest.mark.parametrize("reply", ["", "no-such-reply", "../../secret"])
async def test_no_reply_chosen_keeps_the_text(world: World, reply: str) -> None:
    browser, number, _ = await taken(world)
    seen = await answer(browser, number, "my text", insert="yes", reply=reply, reply_language="ar")
    assert seen.status == 400
    assert "Choose a reply first." in seen.words
    assert ">my text</textarea>" in seen.text


@pytest.mark.parametrize("verb", ["answer", "note"])
async def test_a_draft_outlives_an_expired_sign_in(world: World, verb: str) -> None:
    browser, number, _ = await taken(world)
    page = f"/console/requests/{number}"
    world.clock.forward(hours=1)
    late = await browser.post(f"{page}/{verb}", text="DRAFT of an answer")
    assert (late.status, ">DRAFT of an answer</textarea>" in late.text) == (401, True)
    assert (await rows(world, case_messages), await rows(world, case_notes)) == (0, 0)


async def test_after_the_end_there_is_nothing_to_write_in(world: World) -> None:
    browser, number, _ = await taken(world)
    page = f"/console/requests/{number}"
    await browser.post(f"{page}/note", text=NOTE)
    await browser.post(f"{page}/close", outcome="helped")
    assert (await world.stored(number)).state is State.CLOSED
    seen = await browser.get(page)
    assert f"{page}/note" not in seen.text
    assert (await browser.post(f"{page}/note", text="later")).status == 404
