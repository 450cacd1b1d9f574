"""Signing in: what lets an officer in, what slows a guesser down, when a sign-in ends."""

import asyncio

from sqlalchemy import text

from bot.staff import Role
from tests.web.console.world import Login, World


async def test_password_and_code_let_an_officer_in(world: World) -> None:
    browser = await world.signed_in(await world.officer())
    assert (await browser.get("/console/requests")).status == 200


async def test_the_address_may_be_typed_in_capitals(world: World) -> None:
    login = await world.officer()
    assert (await world.try_sign_in(world.browser(), login, email="ONE@Example.org")).status == 303


async def test_every_failure_looks_the_same(world: World) -> None:
    login = await world.officer()
    right = login.code(world.clock.now)
    wrong = "000000" if right != "000000" else "111111"
    pages = set()
    for changed in (
        {"password": "some other long words"},
        {"code": wrong},
        {"email": "nobody@example.org"},
        {"email": "no address"},
        {"password": ""},
        {"code": ""},
    ):
        world.clock.forward(minutes=20)
        fields = {"code": login.code(world.clock.now), **changed}
        seen = await world.try_sign_in(world.browser(), login, **fields)
        shown = seen.words
        pages.add((seen.status, shown))
    assert len(pages) == 1
    assert pages.pop()[0] == 401


async def test_a_code_is_accepted_once(world: World) -> None:
    login = await world.officer()
    code = login.code(world.clock.now)
    assert (await world.try_sign_in(world.browser(), login, code=code)).status == 303
    assert (await world.try_sign_in(world.browser(), login, code=code)).status == 401
    world.clock.forward(seconds=30)
    assert (await world.try_sign_in(world.browser(), login, code=code)).status == 401


async def test_a_code_sent_twice_at_once_lets_one_in(world: World) -> None:
    login = await world.officer()
    browsers = [world.browser(), world.browser()]
    seen = await asyncio.gather(*(world.try_sign_in(one, login) for one in browsers))
    assert sorted(one.status for one in seen) == [303, 401]


async def test_failures_slow_down_and_then_tell_how_long_to_wait(world: World) -> None:
    login = await world.officer()
    browser = world.browser()
    statuses = [
        (await world.try_sign_in(browser, login, password="wrong words again")).status
        for _ in range(4)
    ]
    last = await world.try_sign_in(browser, login)
    assert statuses == [401] * 4
    assert [round(wait) for wait in world.paused] == [1, 2, 4]
    assert (last.status, last.headers["Retry-After"]) == (429, "8")
    assert "Wait 8 seconds" in last.words


async def test_nobody_is_locked_out_for_good(world: World) -> None:
    login = await world.officer()
    browser = world.browser()
    for _ in range(30):
        await world.try_sign_in(browser, login, password="wrong words again")
        world.clock.forward(seconds=42)
    assert (await world.try_sign_in(browser, login)).status == 303


async def test_an_unknown_address_slows_down_like_a_known_one(world: World) -> None:
    login = Login("", "nobody@example.org", "A" * 32)
    await world.officer()
    browser = world.browser()
    statuses = [(await world.try_sign_in(browser, login)).status for _ in range(5)]
    assert statuses == [401] * 4 + [429]


async def test_a_stranger_elsewhere_does_not_slow_the_officer_down(world: World) -> None:
    login = await world.officer()
    elsewhere = await world.officer("other@example.org")
    for _ in range(5):
        await world.try_sign_in(world.browser(), elsewhere, password="wrong words again")
    assert (await world.try_sign_in(world.browser(), login)).status == 303


async def test_guessing_codes_with_the_right_password_is_slow_from_anywhere(world: World) -> None:
    login = await world.officer()
    for _ in range(4):
        await world.try_sign_in(world.browser(), login, code="")
    async with world.engine.begin() as connection:
        counts = (await connection.execute(text("SELECT count FROM sign_in_failures"))).scalars()
        assert sorted(counts) == [4, 4]


async def test_success_forgets_the_failures(world: World) -> None:
    login = await world.officer()
    browser = world.browser()
    await world.try_sign_in(browser, login, password="wrong words again")
    assert (await world.try_sign_in(browser, login)).status == 303
    async with world.engine.begin() as connection:
        assert not (await connection.execute(text("SELECT 1 FROM sign_in_failures"))).first()


async def test_a_sign_in_ends_after_fifteen_idle_minutes(world: World) -> None:
    browser = await world.signed_in(await world.officer())
    world.clock.forward(minutes=14)
    assert (await browser.get("/console/requests")).status == 200
    world.clock.forward(minutes=14)
    assert (await browser.get("/console/requests")).status == 200
    world.clock.forward(minutes=15)
    assert (await browser.get("/console/requests")).location == "/console/sign-in"


async def test_a_sign_in_ends_after_eight_hours_of_work(world: World) -> None:
    browser = await world.signed_in(await world.officer())
    for _ in range(47):
        world.clock.forward(minutes=10)
        assert (await browser.get("/console/requests")).status == 200
    world.clock.forward(minutes=10)
    assert (await browser.get("/console/requests")).location == "/console/sign-in"


async def test_a_third_sign_in_ends_the_oldest(world: World) -> None:
    login = await world.officer()
    first, second, third = [await world.signed_in(login) for _ in range(3)]
    assert (await first.get("/console/requests")).status == 303
    assert (await second.get("/console/requests")).status == 200
    assert (await third.get("/console/requests")).status == 200


async def test_signing_out_ends_the_sign_in_on_the_server(world: World) -> None:
    browser = await world.signed_in(await world.officer())
    await browser.get("/console/requests")
    stolen = {c.key: c.value for c in browser.session.cookie_jar}
    out = await browser.post("/console/sign-out")
    assert (out.status, out.location) == (303, "/console/sign-in")
    thief = world.browser()
    thief.session.cookie_jar.update_cookies(stolen)
    assert (await thief.get("/console/requests")).location == "/console/sign-in"


async def test_the_cookie_is_hidden_from_scripts_and_other_sites(world: World) -> None:
    login = await world.officer()
    seen = await world.try_sign_in(world.browser(), login)
    cookie = seen.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    async with world.engine.begin() as connection:
        rows = (await connection.execute(text("SELECT sign_ins::text FROM sign_ins"))).scalars()
        assert all(cookie.split(";")[0].removeprefix("session=") not in row for row in rows)


async def test_whoever_is_signed_in_is_led_to_the_requests(world: World) -> None:
    browser = await world.signed_in(await world.officer())
    assert (await browser.get("/console/sign-in")).location == "/console/requests"
    assert (await browser.get("/console/")).location == "/console/requests"
    assert (await world.browser().get("/console")).location == "/console/sign-in"


async def test_a_role_without_a_queue_is_told_so(world: World) -> None:
    browser = await world.signed_in(await world.officer(role=Role.EDITOR))
    page = await browser.get("/console/requests")
    assert (page.status, "No requests come to your role" in page.words) == (200, True)


async def test_nothing_of_an_officer_stands_in_clear_in_the_database(world: World) -> None:
    login = await world.officer("canary.officer@example.org")
    async with world.engine.begin() as connection:
        rows = (await connection.execute(text("SELECT officers::text FROM officers"))).scalars()
        stored = "".join(rows)
    hidden = (login.email, login.secret, login.password)
    assert not any(word in stored or word.encode().hex() in stored for word in hidden)
