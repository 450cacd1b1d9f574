"""Who holds the key of an office: who is pending, who admits, two shares, and who leaves."""

from bot.privacy import split
from bot.referrals import Action, State
from bot.staff import DUTY_DESK, Role
from tests.web.console.test_audit import told
from tests.web.console.test_invitation import accept
from tests.web.console.world import SFAX, TUNIS, Browser, World

WORDS = "CANARY-WORDS my papers are gone"
MEMBERS = "/console/members"
PENDING = "You are pending: a colleague with the key must admit you."


async def test_a_second_officer_is_pending_until_a_colleague_admits_them(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    first = await world.signed_in(await world.officer("one@example.org"))
    newcomer = await world.newcomer("two@example.org")
    second = await world.signed_in(newcomer)
    queue = await second.get("/console/requests")
    assert (number[:4] in queue.words, PENDING in queue.words) == (True, True)
    shown = await second.get(page)
    assert (shown.status, PENDING in shown.words, "/claim" in shown.text) == (200, True, False)
    refused = await second.post(f"{page}/claim")
    assert (refused.status, PENDING in refused.words) == (403, True)
    assert (await world.stored(number)).state is State.WAITING
    listed = await first.get(MEMBERS)
    assert listed.text.index("two@example.org") < listed.text.index("one@example.org")
    confirm = await first.get(f"{MEMBERS}/{newcomer.id}")
    assert "two@example.org officer" in confirm.words
    done = await first.post(f"{MEMBERS}/{newcomer.id}/admit")
    assert (done.status, done.location) == (303, f"{MEMBERS}?done=admitted")
    await second.get(page)
    assert (await second.post(f"{page}/claim")).status == 303
    assert WORDS in (await second.get(page)).text


async def test_both_see_the_same_check_number(world: World) -> None:
    first = await world.signed_in(await world.officer("one@example.org"))
    newcomer = await world.newcomer("two@example.org")
    own = (await (await world.signed_in(newcomer)).get(MEMBERS)).words
    number = own.partition("your check number: ")[2][:14]
    assert number in (await first.get(f"{MEMBERS}/{newcomer.id}")).words


async def test_a_key_that_changed_after_it_was_compared_is_not_admitted(world: World) -> None:
    first = await world.signed_in(await world.officer("one@example.org"))
    newcomer = await world.newcomer("two@example.org")
    page = await first.get(f"{MEMBERS}/{newcomer.id}")
    number = page.text.partition('name="number" value="')[2][:14]
    assert f"Check number: {number}" in page.words
    await accept(world, await world.invitation("two@example.org"))
    seen = await first.post(f"{MEMBERS}/{newcomer.id}/admit", number=number)
    assert (seen.status, "another check number" in seen.words) == (409, True)
    page = await first.get(f"{MEMBERS}/{newcomer.id}")
    now = page.text.partition('name="number" value="')[2][:14]
    assert now != number
    done = await first.post(f"{MEMBERS}/{newcomer.id}/admit", number=now)
    assert done.location == f"{MEMBERS}?done=admitted"


async def test_somebody_pending_admits_nobody_and_sees_nobody(world: World) -> None:
    await world.officer("one@example.org")
    pending = await world.newcomer("two@example.org")
    other = await world.newcomer("three@example.org")
    browser = await world.signed_in(pending)
    page = await browser.get(MEMBERS)
    assert "one@example.org" not in page.text
    assert (await browser.post(f"{MEMBERS}/{other.id}/admit")).status == 403
    assert (await browser.post(f"{MEMBERS}/{other.id}/remove")).status == 403
    assert (await browser.post(f"{MEMBERS}/{pending.id}/admit")).status == 404


async def test_a_foreign_officer_looks_like_one_that_is_not_there(world: World) -> None:
    foreign = await world.officer("far@example.org", TUNIS)
    browser = await world.signed_in(await world.officer("one@example.org"))
    await browser.get(MEMBERS)
    assert (await browser.get(f"{MEMBERS}/x")).status == 404
    for officer in (foreign.id, "0" * 8 + foreign.id[8:]):
        assert (await browser.get(f"{MEMBERS}/{officer}")).status == 404
        assert (await browser.post(f"{MEMBERS}/{officer}/admit")).status == 404


async def test_an_editor_has_no_members_page(world: World) -> None:
    await world.officer("one@example.org")
    browser = await world.signed_in(await world.newcomer("ed@example.org", SFAX, Role.EDITOR))
    assert (await browser.get(MEMBERS)).status == 404


async def test_an_officer_removes_nobody(world: World) -> None:
    one = await world.signed_in(await world.officer("one@example.org"))
    two = await world.officer("two@example.org")
    page = await one.get(f"{MEMBERS}/{two.id}")
    assert "Remove this officer" not in page.words
    assert (await one.post(f"{MEMBERS}/{two.id}/remove")).status == 403


async def test_a_reset_officer_is_pending_again(world: World) -> None:
    number = await world.request()
    await world.officer("one@example.org")
    await world.officer("two@example.org")
    browser, last = await accept(world, await world.invitation("two@example.org"))
    assert last.status == 303
    assert PENDING in (await browser.get(f"/console/requests/{number}")).words


async def test_two_shares_admit_and_wrong_ones_do_not(world: World) -> None:
    number = await world.request()
    shares = split(world.recovery)
    browser = await world.signed_in(await world.newcomer("one@example.org"))
    await browser.get(MEMBERS)
    foreign = split(b"f" * 32)
    for first, second in ((shares[0], shares[0]), (shares[0], foreign[1]), foreign[:2], ("", "a")):
        seen = await browser.post(f"{MEMBERS}/recover", first=first, second=second)
        assert seen.status == 400
        assert first not in seen.text or not first
    done = await browser.post(f"{MEMBERS}/recover", first=shares[2], second=shares[0])
    assert (done.status, done.location) == (303, f"{MEMBERS}?done=recovered")
    page = f"/console/requests/{number}"
    await browser.get(page)
    await browser.post(f"{page}/claim")
    assert WORDS in (await browser.get(page)).text


async def test_who_leaves_is_signed_out_and_what_they_had_waits_again(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    boss = await world.signed_in(await world.officer("boss@example.org", SFAX, Role.SUPERVISOR))
    leaver = await world.officer("two@example.org")
    browser = await world.signed_in(leaver)
    await browser.get(page)
    await browser.post(f"{page}/claim")
    await boss.get(f"{MEMBERS}/{leaver.id}")
    done = await boss.post(f"{MEMBERS}/{leaver.id}/remove")
    assert (done.status, done.location) == (303, f"{MEMBERS}?done=removed")
    assert (await browser.get(page)).location == "/console/sign-in"
    assert (await world.try_sign_in(world.browser(), leaver)).status == 401
    assert (await world.stored(number)).state is State.WAITING
    assert {version for _, version in await world.keys(SFAX)} == {1, 2}
    await boss.post(f"{page}/claim")
    assert WORDS in (await boss.get(page)).text


async def test_what_who_leaves_had_is_taken_back_by_who_removes_them(world: World) -> None:
    number = await world.request()
    boss = await world.officer("boss@example.org", SFAX, Role.SUPERVISOR)
    leaver = await world.officer("two@example.org")
    await take(await world.signed_in(leaver), number)
    browser = await world.signed_in(boss)
    await browser.get(f"{MEMBERS}/{leaver.id}")
    assert (await browser.post(f"{MEMBERS}/{leaver.id}/remove")).status == 303
    referral = await world.stored(number)
    async with world.deps.open() as work:
        case = await work.referrals.case(referral)
    assert (case.events[-1].action, case.events[-1].officer) == (Action.RELEASE, boss.id)
    acts = [one for one in await told(world, referral.id) if one[0] == "release"]
    assert acts == [("release", boss.id, "done")]


async def take(browser: Browser, number: str) -> None:
    await browser.get(f"/console/requests/{number}")
    assert (await browser.post(f"/console/requests/{number}/claim")).status == 303


async def test_a_pending_officer_keeps_the_text_they_wanted_to_send(world: World) -> None:
    number = await world.request()
    page = f"/console/requests/{number}"
    login = await world.officer("one@example.org")
    browser = await world.signed_in(login)
    await browser.get(page)
    await browser.post(f"{page}/claim")
    async with world.deps.open() as work:
        await work.staff.keys.release(login.id)
    seen = await browser.post(f"{page}/answer", text="KEPT TEXT")
    assert (seen.status, "KEPT TEXT" in seen.text) == (403, True)
    assert (await browser.post(f"{page}/release")).status == 303


async def test_the_administrator_admits_the_first_supervisor_and_then_reads_no_more(
    world: World,
) -> None:
    number = await world.request(DUTY_DESK)
    admin = await world.signed_in(await world.officer("admin@example.org", DUTY_DESK, Role.ADMIN))
    boss = await world.newcomer("boss@example.org", DUTY_DESK, Role.SUPERVISOR)
    await admin.get(f"{MEMBERS}/{boss.id}")
    assert (await admin.post(f"{MEMBERS}/{boss.id}/admit")).status == 303
    assert (await admin.get(f"/console/requests/{number}")).status == 404
    browser = await world.signed_in(boss)
    await browser.get("/console/requests")
    assert (await browser.post(f"/console/requests/{number}/claim")).status == 303
    assert WORDS in (await browser.get(f"/console/requests/{number}")).text
