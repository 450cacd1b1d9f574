"""What stands before an office until somebody ticks it off: in words, with who did and when."""

import ast
import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.console.steps import OTHER, SINCE, said_of
from bot.privacy import Reason
from bot.privacy.retention import ALARMS, DESK_DAYS
from bot.referrals import DO_NOT_CONTACT, MANY_TEXTS, WITHDRAWN, Action, Category
from bot.staff import DUTY_DESK, Role
from bot.store.limits import MANY, CodeFailures
from bot.store.retention import REFUSED
from tests.architecture.sources import ROOT
from tests.web.console.world import SFAX, TUNIS, Browser, World

ALERTS = "/console/alerts"
TICK = re.compile(r'action="(/console/alerts/\d+/tick)"')
MESSAGE = "0b8f6c1e-6a55-4d0f-9d5c-2f0d8f6f5a11"
WROTE = "The person wrote again."
PARTNER = "partner-"
"""Before what a partner says: the code joins the two."""
BY_PARTNER = (Action.ACCEPT, Action.DECLINE, Action.FULL, Action.HAND_BACK)


def written_steps() -> Iterator[str]:
    """Yield every step that stands in the program, by how jobs and rules name them."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            named = named_step(node)
            if isinstance(named, ast.JoinedStr):
                (named, *_) = named.values
            if isinstance(named, ast.Constant) and named.value is not None:
                yield str(named.value)
    for reason in (Reason.UNCLAIMED, Reason.UNFINISHED):
        yield from (f"{reason}-{days}" for days in (*ALARMS, DESK_DAYS))
    yield from (f"{PARTNER}{says}" for says in BY_PARTNER)
    yield from (WITHDRAWN, DO_NOT_CONTACT, REFUSED, MANY, MANY_TEXTS, MESSAGE)


def named_step(node: ast.AST) -> ast.AST | None:
    """Return what names the step where a line is made: `step=`, or the last of `.alert(...)`."""
    if isinstance(node, ast.keyword) and node.arg == "step":
        return node.value
    by = node.func if isinstance(node, ast.Call) else None
    alerts = isinstance(by, ast.Attribute) and by.attr == "alert"
    return node.args[1] if isinstance(node, ast.Call) and alerts and len(node.args) > 1 else None


STEPS = sorted(set(written_steps()) - {PARTNER})


def test_the_steps_of_the_program_are_found() -> None:
    found = {one.rstrip(SINCE) for one in STEPS}
    assert {"new", "withdrawn", "do-not-contact", "override", "passed", "link-again"} <= found


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_words_of_its_own(step: str) -> None:
    assert said_of(step) is not OTHER


def test_a_step_that_nobody_knows_yet_is_no_raw_code() -> None:
    assert said_of("late-2") is OTHER


async def test_every_step_shows_as_a_sentence(world: World) -> None:
    number = await world.request()
    for step in (*STEPS, "late-2"):
        await world.alert(step, number)
    browser = await world.signed_in(await world.officer(role=Role.SUPERVISOR))
    page = await browser.get(ALERTS)
    assert [step for step in (*STEPS, "late-2") if step != "new" and step in page.words] == []
    assert len(TICK.findall(page.text)) == len(STEPS) + 1
    assert "Nobody has taken this request for 75 days." in page.words


async def test_the_number_in_the_banner_goes_down_with_each_tick(world: World) -> None:
    number = await world.request()
    await world.alert("new", number)
    await world.alert(MESSAGE, number)
    browser = await world.signed_in(await world.officer())
    page = await browser.get("/console/requests")
    assert "Alerts 2" in page.words
    listed = await browser.get(ALERTS)
    assert f"/console/requests/{number}" in listed.text
    first = TICK.findall(listed.text)[0]
    assert (await browser.post(first)).location == ALERTS
    after = await browser.get(ALERTS)
    assert "Alerts 1" in after.words
    assert f"{WROTE} {number[:4]}" in after.words.partition("Ticked off lately")[2]


async def test_who_ticked_off_and_when_is_shown_to_colleagues(world: World) -> None:
    await world.alert("do-not-contact", await world.request())
    one = await world.signed_in(await world.officer("one@example.org"))
    two = await world.signed_in(await world.officer("two@example.org"))
    await one.post(TICK.findall((await one.get(ALERTS)).text)[0])
    assert "Ticked off by you, 10:01 CET" in (await one.get(ALERTS)).words
    assert "Ticked off by one@example.org, 10:01 CET" in (await two.get(ALERTS)).words


async def test_a_tick_twice_or_of_a_foreign_line_changes_nothing(world: World) -> None:
    await world.alert("new", await world.request(office=TUNIS))
    far = await world.signed_in(await world.officer("far@example.org", TUNIS))
    near = await world.signed_in(await world.officer("near@example.org"))
    foreign = TICK.findall((await far.get(ALERTS)).text)[0]
    await near.get(ALERTS)
    for path in (foreign, f"{ALERTS}/999999999999999999/tick"):
        assert (await near.post(path)).status == 303
    assert "Alerts 1" in (await far.get(ALERTS)).words
    for _ in range(2):
        assert (await far.post(foreign)).status == 303
    assert (await far.get(ALERTS)).words.count("Ticked off by you") == 1
    assert (await near.get(f"{ALERTS}/x/tick")).status == 404


async def test_somebody_pending_sees_lines_and_ticks_nothing_off(world: World) -> None:
    await world.alert("new", await world.request())
    one = await world.signed_in(await world.officer("one@example.org"))
    pending = await world.signed_in(await world.newcomer("two@example.org"))
    address = TICK.findall((await one.get(ALERTS)).text)[0]
    page = await pending.get(ALERTS)
    assert ("A new request." in page.words, TICK.findall(page.text)) == (True, [])
    assert "one@example.org" not in page.text
    assert (await pending.post(address)).status == 403
    assert "Alerts 1" in (await one.get(ALERTS)).words


async def test_taking_a_request_ticks_off_what_only_asks_for_that(world: World) -> None:
    number = await world.request()
    for step in ("new", MESSAGE, "unclaimed-60", "do-not-contact"):
        await world.alert(step, number)
    browser = await world.signed_in(await world.officer())
    assert "Alerts 4" in (await browser.get("/console/requests")).words
    await browser.post(f"/console/requests/{number}/claim")
    page = await browser.get(ALERTS)
    assert "Alerts 1" in page.words
    assert "must not be contacted" in page.words.partition("Ticked off lately")[0]


@pytest.mark.parametrize(("verb", "fields"), [("answer", {"text": "Hello"}), ("close", {})])
async def test_going_on_ticks_off_what_came_since(
    world: World, verb: str, fields: dict[str, str]
) -> None:
    number = await world.request()
    browser = await world.signed_in(await world.officer())
    await browser.get("/console/requests")
    await browser.post(f"/console/requests/{number}/claim")
    await world.alert(MESSAGE, number)
    await browser.post(f"/console/requests/{number}/{verb}", outcome="helped", **fields)
    assert "Alerts 0" in (await browser.get(ALERTS)).words


async def test_who_takes_and_who_ticks_off_at_once_do_not_wait_for_each_other(
    world: World,
) -> None:
    one = await world.signed_in(await world.officer("one@example.org"))
    two = await world.signed_in(await world.officer("two@example.org"))
    for _ in range(5):
        number = await world.request()
        await world.alert("new", number)
        await one.get("/console/requests")
        tick = TICK.findall((await two.get(ALERTS)).text)[0]
        both = (one.post(f"/console/requests/{number}/claim"), two.post(tick))
        assert [seen.status for seen in await asyncio.gather(*both)] == [303, 303]
    assert "Alerts 0" in (await one.get(ALERTS)).words


async def test_many_wrong_codes_stand_before_the_duty_desk_once_a_day(world: World) -> None:
    failures = CodeFailures(world.engine)
    for hours in (0, 1, 25):
        await failures.alarm(world.clock.now + timedelta(hours=hours))
    browser = await world.signed_in(await world.officer("one@example.org", DUTY_DESK))
    page = await browser.get(ALERTS)
    assert page.words.count("Very many wrong codes were typed in one day.") == 2


async def test_a_complaint_is_no_line_for_others(world: World) -> None:
    number = await world.request(DUTY_DESK, Category.COMPLAINT)
    await world.alert("new", number)
    await world.alert("retention-refused", office=DUTY_DESK)
    officer = await world.signed_in(await world.officer("one@example.org", DUTY_DESK))
    boss = await world.officer("boss@example.org", DUTY_DESK, Role.SUPERVISOR)
    page = await officer.get(ALERTS)
    assert ("Alerts 1" in page.words, number[:4] in page.words) == (True, False)
    assert "Erasing by time waits" in page.words
    assert "Alerts 2" in (await (await world.signed_in(boss)).get(ALERTS)).words


async def test_a_request_that_went_elsewhere_has_no_link(world: World) -> None:
    number = await world.request()
    await world.alert("unclaimed-88", number)
    async with world.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE referrals SET office = 'duty-desk'")
    browser = await world.signed_in(await world.officer())
    page = await browser.get(ALERTS)
    assert f"Request {number[:4]} {number[4:]} is at another office now." in page.words
    assert f"/console/requests/{number}" not in page.text


async def test_who_has_no_queue_has_no_alerts(world: World) -> None:
    browser = await world.signed_in(await world.newcomer("ed@example.org", SFAX, Role.EDITOR))
    assert "Alerts" not in (await browser.get("/console/requests")).words
    assert (await browser.get(ALERTS)).status == 404


async def test_an_empty_list_says_what_will_stand_there(world: World) -> None:
    browser: Browser = await world.signed_in(await world.officer())
    assert "Nothing to tick off" in (await browser.get(ALERTS)).words
