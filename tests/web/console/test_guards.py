"""What stands in front of every page: origin, form, headers, and logs that tell nothing."""

import io
import json
import logging

import pytest
from multidict import CIMultiDict

from bot.privacy import Log
from bot.privacy.logs import JsonFormatter
from bot.referrals import State
from tests.web.console.world import PASSWORD, Browser, World


async def officer_with_request(world: World) -> tuple[Browser, str]:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    await browser.get(f"/console/requests/{number}")
    return browser, f"/console/requests/{number}"


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "é"])
async def test_a_form_without_its_field_is_refused(world: World, csrf: str | None) -> None:
    browser, page = await officer_with_request(world)
    fields = {} if csrf is None else {"csrf": csrf}
    seen = await browser.send(f"{page}/claim", fields, {"Origin": browser.origin})
    assert seen.status == 403
    assert (await world.stored(page[-8:])).state is State.WAITING


async def test_the_form_of_another_officer_is_refused(world: World) -> None:
    browser, page = await officer_with_request(world)
    other = await world.signed_in(await world.officer("two@example.org"))
    await other.get(page)
    browser.csrf = other.csrf
    assert (await browser.post(f"{page}/claim")).status == 403


@pytest.mark.parametrize(
    "origin", [None, "null", "https://elsewhere.example.org", "http://127.0.0.1:1", "http://x@y"]
)
async def test_a_form_from_another_page_is_refused(world: World, origin: str | None) -> None:
    browser, page = await officer_with_request(world)
    headers = {} if origin is None else {"Origin": origin}
    seen = await browser.send(f"{page}/claim", {"csrf": browser.csrf}, headers)
    assert seen.status == 403
    anybody = await browser.send("/console/sign-in", {"csrf": browser.csrf}, headers)
    assert anybody.status == 403


async def test_a_foreign_host_is_refused(world: World) -> None:
    browser, page = await officer_with_request(world)
    headers = {"Origin": "http://elsewhere.example.org", "Host": "elsewhere.example.org"}
    seen = await browser.send(f"{page}/claim", {"csrf": browser.csrf}, headers)
    assert seen.status == 403


async def test_a_sign_in_needs_the_form_of_this_browser(world: World) -> None:
    login = await world.officer()
    mine, other = world.browser(), world.browser()
    await other.get("/console/sign-in")
    mine.csrf = other.csrf
    fields = {"email": login.email, "password": PASSWORD, "code": login.code(world.clock.now)}
    assert (await mine.post("/console/sign-in", **fields)).status == 403


@pytest.mark.parametrize("verb", ["claim", "answer", "close", "release", "/console/sign-out"])
async def test_nobody_posts_without_a_sign_in(world: World, verb: str) -> None:
    number = await world.request()
    browser = world.browser()
    await browser.get("/console/sign-in")
    path = verb if verb.startswith("/") else f"/console/requests/{number}/{verb}"
    assert (await browser.post(path)).status == 401
    assert (await world.stored(number)).state is State.WAITING


async def test_every_page_carries_the_strict_headers(world: World) -> None:
    browser, page = await officer_with_request(world)
    for path in ("/console/requests", page, "/console/nowhere", "/console", "/console/sign-in"):
        headers = CIMultiDict((await browser.get(path)).headers)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


async def test_no_page_has_inline_style_or_script(world: World) -> None:
    browser, page = await officer_with_request(world)
    await browser.post(f"{page}/claim")
    for path in ("/console/requests", page, "/console/nowhere"):
        text = (await browser.get(path)).text
        assert not any(bad in text for bad in ("<style", "style=", "<script>", "onclick", "http:"))


async def test_our_own_files_are_served_and_nothing_else(world: World) -> None:
    browser = world.browser()
    page = await browser.get("/console/sign-in")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    style = await browser.get(address)
    assert (style.status, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in style.headers["Cache-Control"]
    for name in ("nothing.css", "..%2Fgate.py", "%2e%2e/gate.py", "gate.py"):
        assert (await browser.get(f"/console/static/{name}")).status == 404


async def test_an_unknown_page_is_404_for_anybody(world: World) -> None:
    assert (await world.browser().get("/console/nowhere")).status == 404


async def test_a_body_that_is_no_form_is_refused(world: World) -> None:
    browser, page = await officer_with_request(world)
    headers = {"Origin": browser.origin}
    async with browser.session.post(
        f"{browser.origin}{page}/claim", json={"csrf": browser.csrf}, headers=headers
    ) as response:
        assert response.status == 415
    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=nonsense", **headers}
    async with browser.session.post(
        f"{browser.origin}{page}/claim", data=b"csrf=x", headers=kind
    ) as response:
        assert response.status == 400
    plain = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    async with browser.session.post(
        f"{browser.origin}{page}/answer", data=io.BytesIO(b"text=" + b"x" * 2**20), headers=plain
    ) as response:
        assert response.status == 413


async def test_logs_hold_no_password_code_token_or_text(world: World) -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(JsonFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        Log("bot").warning("canary-line")
        login = await world.officer("canary@example.org")
        await world.try_sign_in(world.browser(), login, password="CANARY-PASSWORD")
        browser, page = await officer_with_request(world)
        await browser.post(f"{page}/claim")
        await browser.post(f"{page}/answer", text="CANARY-ANSWER")
        link = await world.invitation("canary2@example.org")
        await world.browser().get(link)
        cookies = [cookie.value for cookie in browser.session.cookie_jar]
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    lines = heard.getvalue()
    assert "canary-line" in lines
    assert all(json.loads(line) for line in lines.splitlines())
    hidden = ("CANARY", "canary@", "canary2@", PASSWORD, login.secret, link[-43:], *cookies)
    assert not [word for word in hidden if word in lines]
