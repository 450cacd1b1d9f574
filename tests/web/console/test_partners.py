"""Agreements that a supervisor keeps, and a partner that has an account."""

from bot.referrals import Purpose, State
from bot.staff import DUTY_DESK, Role
from tests.web.console.onward import ATHENS, LEGAL, OTHER, TOKEN, WORDS, agreed, desk
from tests.web.console.world import World

AGREEMENTS = "/console/agreements"


async def test_a_supervisor_says_with_whom_data_may_be_shared(world: World) -> None:
    made = await desk(world)
    boss = await world.signed_in(await world.officer("boss@example.org", ATHENS, Role.SUPERVISOR))
    shown = await boss.get(AGREEMENTS)
    assert f'action="{AGREEMENTS}/{LEGAL}"' in shown.text
    assert "gr-emergency" not in shown.text
    assert (await made.offer()).status == 409
    kept = await boss.post(f"{AGREEMENTS}/{LEGAL}", agreed="yes", since="2026-01-01", until="")
    assert kept.status == 303
    assert "In force: requests can be passed." in (await boss.get(AGREEMENTS)).words
    assert (await made.offer()).status == 200


async def test_an_agreement_needs_days_that_are_days(world: World) -> None:
    boss = await world.signed_in(await world.officer("boss@example.org", ATHENS, Role.SUPERVISOR))
    await boss.get(AGREEMENTS)
    for since, until in (("", ""), ("soon", ""), ("2026-02-01", "2026-01-01")):
        fields = {"agreed": "yes", "since": since, "until": until}
        assert (await boss.post(f"{AGREEMENTS}/{LEGAL}", **fields)).status == 400
    async with world.deps.open() as work:
        assert await work.agreements.every() == {}


async def test_nobody_else_says_it_and_nobody_for_another_country(world: World) -> None:
    one = await world.signed_in(await world.officer("one@example.org", ATHENS))
    assert (await one.get(AGREEMENTS)).status == 404
    assert (await one.post(f"{AGREEMENTS}/{LEGAL}", agreed="no")).status == 404
    boss = await world.signed_in(await world.officer("boss@example.org", role=Role.SUPERVISOR))
    await boss.get(AGREEMENTS)
    fields = {"agreed": "yes", "since": "2026-01-01"}
    assert (await boss.post(f"{AGREEMENTS}/{LEGAL}", **fields)).status == 404
    duty = await world.signed_in(
        await world.officer("duty@example.org", DUTY_DESK, Role.SUPERVISOR)
    )
    assert f"{AGREEMENTS}/{LEGAL}" in (await duty.get(f"{AGREEMENTS}?country=gr")).text
    assert (await duty.post(f"{AGREEMENTS}/{LEGAL}", **fields)).status == 303


async def test_the_page_of_a_partner_with_an_account_says_that_the_yes_was_taken_back(
    world: World,
) -> None:
    await agreed(world, LEGAL, OTHER)
    theirs = await world.signed_in(await world.officer("partner@example.org", LEGAL, Role.PARTNER))
    made = await desk(world)
    await made.offer()
    listed = await theirs.get("/console/offers")
    (address,) = {one for one in listed.text.split('"') if one.startswith("/console/offers/")}
    await theirs.get(address)
    await theirs.post(address, say="accept")
    async with world.deps.open() as work:
        referral = await world.stored(made.number)
        await work.referrals.answered(referral, Purpose.PARTNER, given=False, language="en")
    assert "The person has taken back their yes" in (await theirs.get("/console/offers")).words
    for seen in (await theirs.get(address), await theirs.post(address, say="decline")):
        assert seen.status == 410
        assert "Please delete what you noted of it" in seen.words
        assert WORDS not in seen.text
    assert (await theirs.post(address, say="hand-back")).status == 404
    assert (await theirs.post(address, say="write", text="too late")).status == 404
    assert (await world.stored(made.number)).state is State.WAITING


async def test_a_partner_with_an_account_reads_accepts_writes_and_gives_back(
    world: World,
) -> None:
    await agreed(world, LEGAL, OTHER)
    theirs = await world.signed_in(await world.officer("partner@example.org", LEGAL, Role.PARTNER))
    made = await desk(world)
    given = await made.offer()
    assert (given.status, TOKEN.search(given.text)) == (200, None)
    listed = await theirs.get("/console/offers")
    (address,) = {one for one in listed.text.split('"') if one.startswith("/console/offers/")}
    opened = await theirs.get(address)
    assert WORDS in opened.text
    assert made.number not in opened.text
    assert (await theirs.get(made.page)).status == 404
    stranger = await world.signed_in(await world.officer("other@example.org", OTHER, Role.PARTNER))
    assert (await stranger.get(address)).status == 404
    assert (await theirs.post(address, say="decline")).status == 400
    assert (await theirs.post(address, say="accept")).status == 303
    assert (await world.stored(made.number)).state is State.ACCEPTED
    assert (await theirs.post(address, say="write", text="CANARY-PARTNER")).status == 303
    assert await world.told(made.number) == ["CANARY-PARTNER"]
    seen = await made.browser.get(made.page)
    assert "Accepted by a partner" in seen.words
    assert (await theirs.post(address, say="hand-back")).location == "/console/offers"
    assert (await world.stored(made.number)).state is State.WAITING
    assert (await theirs.get(address)).status == 404
