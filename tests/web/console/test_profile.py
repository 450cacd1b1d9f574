"""What an officer says of themselves, and what a person wished about who takes their request."""

import pytest

from bot.referrals import State, Wishes
from bot.staff import Role
from bot.store.audit import entries
from tests.web.console.world import SFAX, Browser, Login, Seen, World

PROFILE = "/console/profile"
WOMAN = Wishes(woman=True)
COMMUNITY = Wishes(not_community=True)
WORDS = "CANARY-WORDS my papers are gone"
ASKS_WOMAN = "The person asks that only a woman reads this."
SAYS_NOT = "Your profile does not say so."


async def says(browser: Browser, **ticked: str) -> Seen:
    await browser.get(PROFILE)
    return await browser.post(PROFILE, **ticked)


async def acts(world: World, login: Login) -> list[str]:
    async with world.engine.connect() as connection:
        found = [one async for one in entries(connection) if one.who == login.id]
    return [one.action for one in found if one.outcome == "done" and one.action != "sign-in"]


async def test_an_officer_says_what_they_speak_and_that_she_is_a_woman(world: World) -> None:
    login = await world.officer()
    browser = await world.signed_in(login)
    assert "checked" not in (await browser.get(PROFILE)).text
    seen = await says(browser, **{"language-en": "yes", "woman": "yes"})
    assert (seen.status, seen.location) == (303, f"{PROFILE}?done=kept")
    assert (await browser.get(f"{PROFILE}?done=kept")).text.count(" checked") == 2
    async with world.deps.open() as work:
        staffed = await work.referrals.store.staffed(world.clock())
    assert staffed[SFAX].languages == {"en"}
    assert staffed[SFAX].women


async def test_what_was_said_is_taken_back_and_the_audit_names_both(world: World) -> None:
    login = await world.officer()
    browser = await world.signed_in(login)
    await says(browser, woman="yes")
    await says(browser, woman="yes")
    await says(browser)
    await says(browser, **{"language-en": "yes"})
    said = [one for one in await acts(world, login) if one.startswith("says-")]
    assert said == ["says-woman", "says-not-woman", "says-languages"]
    async with world.deps.open() as work:
        assert not (await work.referrals.store.staffed(world.clock()))[SFAX].women


@pytest.mark.parametrize("language", ["xx", "EN", "", "en,fr", "%00", "e" * 400])
async def test_a_language_that_nobody_can_choose_is_refused(world: World, language: str) -> None:
    browser = await world.signed_in(await world.officer())
    seen = await says(browser, **{f"language-{language}": "yes", "woman": "yes"})
    assert seen.status == 400
    assert "checked" not in (await browser.get(PROFILE)).text


async def test_a_profile_is_for_whoever_is_signed_in_alone(world: World) -> None:
    assert (await world.browser().get(PROFILE)).location == "/console/sign-in"
    browser = await world.signed_in(await world.officer())
    await browser.get(PROFILE)
    browser.csrf = "0" * 64
    assert (await browser.post(PROFILE, woman="yes")).status == 403


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SUPERVISOR])
async def test_only_a_woman_takes_what_only_a_woman_may_read(world: World, role: Role) -> None:
    number = await world.request(wishes=WOMAN)
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer(role=role))
    seen = await browser.get(page)
    assert ASKS_WOMAN in seen.words
    assert SAYS_NOT in seen.words
    assert f"{page}/claim" not in seen.text
    refused = await browser.post(f"{page}/claim", woman="yes")
    assert (refused.status, SAYS_NOT in refused.words) == (403, True)
    assert (await world.stored(number)).state is State.WAITING
    await says(browser, woman="yes")
    shown = await browser.get(page)
    assert ASKS_WOMAN in shown.words
    assert SAYS_NOT not in shown.words
    assert (await browser.post(f"{page}/claim")).status == 303
    assert WORDS in (await browser.get(page)).text


async def test_who_takes_back_what_she_said_reads_no_further(world: World) -> None:
    number = await world.request(wishes=WOMAN)
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    await says(browser, woman="yes")
    await browser.post(f"{page}/claim")
    assert WORDS in (await browser.get(page)).text
    await says(browser)
    shown = await browser.get(page)
    assert WORDS not in shown.text
    assert f"{page}/release" in shown.text


async def test_who_takes_it_confirms_not_to_be_of_the_community(world: World) -> None:
    number = await world.request(wishes=COMMUNITY)
    page = f"/console/requests/{number}"
    login = await world.officer()
    browser = await world.signed_in(login)
    assert "nobody of their community" in (await browser.get(page)).words
    for fields in ({}, {"not-community": "no"}, {"not-community": ""}):
        refused = await browser.post(f"{page}/claim", **fields)
        assert (refused.status, "tick the box first" in refused.words) == (400, True)
    assert (await world.stored(number)).state is State.WAITING
    assert "not-community" not in await acts(world, login)
    assert (await browser.post(f"{page}/claim", **{"not-community": "yes"})).status == 303
    assert (await acts(world, login))[-2:] == ["claim", "not-community"]
    assert (await browser.post(f"{page}/claim")).status == 303
    shown = await browser.get(page)
    assert WORDS in shown.text
    assert "Tell a partner before you pass it on." in shown.words


async def test_what_was_kept_away_is_shown_to_nobody(world: World) -> None:
    wishes = Wishes(not_offices=frozenset({"iom-tn-tunis"}), not_country="LY", tongue="TN")
    number = await world.request(wishes=wishes)
    page = f"/console/requests/{number}"
    browser = await world.signed_in(await world.officer())
    before = await browser.get(page)
    assert "Libya" not in before.words
    assert "not-community" not in before.text
    assert ASKS_WOMAN not in before.words
    assert (await browser.post(f"{page}/claim")).status == 303
    assert "Libya" not in (await browser.get(page)).words
