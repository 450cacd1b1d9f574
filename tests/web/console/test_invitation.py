"""From a link to a signed-in officer: once, in time, with a password that is worth it."""

import re

import pyotp

from bot.staff import DUTY_DESK, Role
from tests.web.console.world import PASSWORD, Browser, Seen, World

SECRET = re.compile(r'class="secret">([A-Z2-7 ]+)<')


async def choose(browser: Browser, link: str, **changed: str) -> Seen:
    await browser.get(link)
    fields = {"password": PASSWORD, "again": PASSWORD, **changed}
    return await browser.post(f"{link}/password", **fields)


def code_for(seen: Seen, world: World) -> str:
    found = SECRET.search(seen.text)
    assert found is not None
    return pyotp.TOTP(found[1].replace(" ", "")).at(world.clock.now)


async def accept(world: World, link: str, **changed: str) -> tuple[Browser, Seen]:
    browser = world.browser()
    second = await choose(browser, link, **changed)
    assert second.status == 200
    return browser, await browser.post(link, code=code_for(second, world))


async def test_a_link_leads_to_a_signed_in_officer(world: World) -> None:
    link = await world.invitation("two@example.org")
    browser, last = await accept(world, link)
    assert (last.status, last.location) == (303, "/console/requests")
    page = await browser.get("/console/requests")
    assert page.status == 200
    assert "IOM" in page.words
    assert "officer" in page.words


async def test_the_page_tells_office_role_and_address(world: World) -> None:
    link = await world.invitation("two@example.org", DUTY_DESK, Role.SUPERVISOR)
    page = await world.browser().get(link)
    assert "You will work for Duty desk as supervisor." in page.words
    assert "two@example.org" in page.text


async def test_the_second_step_shows_a_picture_and_the_key_to_type(world: World) -> None:
    seen = await choose(world.browser(), await world.invitation("two@example.org"))
    assert "<svg" in seen.text
    assert "style=" not in seen.text
    assert SECRET.search(seen.text)


async def test_a_link_works_once(world: World) -> None:
    link = await world.invitation("two@example.org")
    await accept(world, link)
    again = await world.browser().get(link)
    assert (again.status, "This invitation is over" in again.words) == (404, True)


async def test_opening_a_link_does_not_use_it_up(world: World) -> None:
    link = await world.invitation("two@example.org")
    for _ in range(3):
        assert (await world.browser().get(link)).status == 200
    assert (await accept(world, link))[1].status == 303


async def test_a_link_is_over_after_a_day(world: World) -> None:
    link = await world.invitation("two@example.org")
    browser = world.browser()
    second = await choose(browser, link)
    world.clock.forward(hours=24)
    assert (await browser.post(link, code=code_for(second, world))).status == 404
    assert (await browser.get(link)).status == 404


async def test_an_invented_link_is_refused_like_a_used_one(world: World) -> None:
    used = await world.invitation("two@example.org")
    await accept(world, used)
    invented = await world.browser().get("/console/invitation/" + "x" * 43)
    again = await world.browser().get(used)
    assert (invented.status, invented.words) == (again.status, again.words)


async def test_an_odd_link_is_no_page(world: World) -> None:
    for odd in ("%00", "a%0d%0ab", "a%20b", "é"):
        for path in (f"/console/invitation/{odd}", f"/console/invitation/{odd}/password"):
            assert (await world.browser().get(path)).status == 404


async def test_a_weak_password_is_refused_with_its_reason(world: World) -> None:
    link = await world.invitation("two@example.org")
    browser = world.browser()
    short = await choose(browser, link, password="fourteen chars", again="fourteen chars")
    assert (short.status, "too short" in short.words) == (400, True)
    common = await choose(browser, link, password="1qaz2wsx3edc4rfv", again="1qaz2wsx3edc4rfv")
    assert (common.status, "list of those that are tried first" in common.words) == (400, True)
    own = await choose(browser, link, password="two@example.org", again="two@example.org")
    assert (own.status, "easy to guess" in own.words) == (400, True)
    assert "fourteen chars" not in short.text


async def test_two_different_passwords_are_refused(world: World) -> None:
    link = await world.invitation("two@example.org")
    seen = await choose(world.browser(), link, again=PASSWORD + "!")
    assert (seen.status, "differ" in seen.words) == (400, True)


async def test_a_wrong_code_makes_no_officer(world: World) -> None:
    link = await world.invitation("two@example.org")
    browser = world.browser()
    second = await choose(browser, link)
    right = code_for(second, world)
    wrong = await browser.post(link, code="000000" if right != "000000" else "111111")
    assert (wrong.status, "does not fit" in wrong.words) == (400, True)
    assert (await browser.get("/console/requests")).location == "/console/sign-in"
    assert code_for(wrong, world) == right
    assert (await browser.post(link, code=right)).status == 303


async def test_a_code_without_a_password_first_is_refused(world: World) -> None:
    link = await world.invitation("two@example.org")
    browser = world.browser()
    await browser.get(link)
    seen = await browser.post(link, code="123456")
    assert (seen.status, "Choose a password first" in seen.words) == (400, True)


async def test_doing_the_first_step_again_makes_a_new_key(world: World) -> None:
    link = await world.invitation("two@example.org")
    browser = world.browser()
    old, new = await choose(browser, link), await choose(browser, link)
    assert code_for(old, world) != code_for(new, world)
    assert (await browser.post(link, code=code_for(old, world))).status == 400


async def test_the_code_of_the_invitation_does_not_sign_in_again(world: World) -> None:
    link = await world.invitation("two@example.org")
    browser = world.browser()
    code = code_for(await choose(browser, link), world)
    await browser.post(link, code=code)
    other = world.browser()
    await other.get("/console/sign-in")
    seen = await other.post(
        "/console/sign-in", email="two@example.org", password=PASSWORD, code=code
    )
    assert seen.status == 401


async def test_the_first_administrator_is_asked_for_an_address(world: World) -> None:
    link = await world.first_invitation()
    assert link is not None
    browser = world.browser()
    bad = await choose(browser, link, email="nobody")
    assert (bad.status, "not an e-mail address" in bad.words) == (400, True)
    browser, last = await accept(world, link, email="First@Example.org")
    assert last.status == 303
    page = await browser.get("/console/requests")
    assert "Duty desk" in page.words
    assert "administrator · supervisor" in page.words


async def test_each_start_voids_the_invitation_before(world: World) -> None:
    old, new = await world.first_invitation(), await world.first_invitation()
    assert old is not None
    assert new is not None
    assert (await world.browser().get(old)).status == 404
    assert (await world.browser().get(new)).status == 200


async def test_there_is_no_first_invitation_where_somebody_can_sign_in(world: World) -> None:
    link = await world.first_invitation()
    await world.officer()
    assert await world.first_invitation() is None
    assert link is not None
    assert (await world.browser().get(link)).status == 404


async def test_the_sign_in_page_tells_what_to_do_while_nobody_can_sign_in(world: World) -> None:
    before = await world.browser().get("/console/sign-in")
    assert "has no officer yet" in before.words
    await world.officer()
    after = await world.browser().get("/console/sign-in")
    assert "has no officer yet" not in after.words


async def test_a_new_invitation_resets_an_officer_and_ends_their_sign_ins(world: World) -> None:
    login = await world.officer("two@example.org")
    old = await world.signed_in(login)
    _, last = await accept(world, await world.invitation("two@example.org"))
    assert last.status == 303
    assert (await old.get("/console/requests")).location == "/console/sign-in"
    world.clock.forward(seconds=60)
    assert (await world.try_sign_in(world.browser(), login)).status == 401
