"""Neither side learns who the other is: officers, persons and partners see each other's words."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.referrals import Address, Contact, Hours
from bot.store.counts import open_requests
from bot.store.tables import alerts, offers, referral_events
from tests.web.console.onward import LEGAL, PAPERS, WORDS, Desk, Phone, agreed, desk, phone
from tests.web.console.world import World

PERSON, CHAT = "canary-pseudonym-of-a-person", "canary-chat-5512340099"
PAGES = ("requests", "alerts", "audit", "members", "offers", "partners", "counter")
WRITTEN = "Please come to the office on Monday with whatever you have."
REPLY = "CANARY-REPLY I am at the station"


@pytest.fixture
async def sender(world: World) -> Desk:
    """Give an officer who has in hand what somebody asked who is written to in their chat."""
    await agreed(world, LEGAL)
    here = replace(PAPERS.consent, contact=Contact.HERE)
    to = Address(PERSON, "telegram", CHAT, Hours.ANY, "Europe/Athens")
    return await desk(world, request=replace(PAPERS, consent=here, answer_to=to))


async def accepted(sender: Desk) -> tuple[Phone, list[str]]:
    """Return a partner's browser after a yes, and all that it was shown."""
    link, partner = await sender.link(), phone(sender.world)
    shown = [(await partner.get(link)).text, (await partner.post(link)).text]
    assert WORDS in shown[-1]
    shown.append((await partner.post(link, say="accept")).text)
    shown.append((await partner.get(f"/offer/{partner.page}")).text)
    return partner, shown


def of_officer(sender: Desk) -> tuple[str, ...]:
    return (sender.login.id, sender.login.email, sender.login.email.partition("@")[0])


async def test_no_office_sees_which_chat_a_person_writes_from(sender: Desk) -> None:
    """Every page of the console, the lines that ring, and the list for operators."""
    world, browser = sender.world, sender.browser
    assert (await browser.post(f"{sender.page}/answer", text=WRITTEN)).status == 303
    async with world.deps.open() as work:
        await work.referrals.write_back(await world.stored(sender.number), REPLY)
    await world.alert("created", sender.number)
    await world.alerts_come()
    shown = [(await browser.get(sender.page)).text]
    assert REPLY in shown[0]
    shown += [(await browser.get(f"/console/{one}")).text for one in PAGES]
    shown.append(repr(await open_requests(world.engine, None)))
    async with world.engine.connect() as connection:
        for table in (alerts, referral_events):
            shown.append(repr((await connection.execute(select(table))).all()))
    assert [secret for secret in (PERSON, CHAT) for one in shown if secret in one] == []


async def test_no_partner_sees_who_asks_which_chat_they_have_or_which_officer_passed_it_on(
    sender: Desk,
) -> None:
    _, shown = await accepted(sender)
    for secret in (PERSON, CHAT, "CANARY-SAFE", *of_officer(sender)):
        assert [one for one in shown if secret in one] == [], secret
    async with sender.world.engine.connect() as connection:
        kept = repr((await connection.execute(select(offers))).all())
    assert [secret for secret in (PERSON, CHAT, sender.login.email) if secret in kept] == []


async def test_no_person_sees_which_officer_or_partner_browser_wrote(sender: Desk) -> None:
    """The answer as the chat gets it, every step of the history, and the line that goes out."""
    world = sender.world
    assert (await sender.browser.post(f"{sender.page}/answer", text=WRITTEN)).status == 303
    partner, _ = await accepted(sender)
    await partner.post(f"/offer/{partner.page}", say="write", text="CANARY-PARTNER we can help")
    referral = await world.stored(sender.number)
    async with world.deps.open() as work:
        read = await work.referrals.store.answers(referral, None)
    assert WRITTEN in {one.text for one in read}
    told = repr([(one.id, one.at, one.author, one.text) for one in read])
    for secret in (*of_officer(sender), partner.page):
        assert secret not in told, secret
