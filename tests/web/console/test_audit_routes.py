"""Every address of the console against the audit: what it leaves there, and what it must not.

The table names each route; one that is new and not in it fails, so that nobody forgets to say
whether it is an act.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from bot.audit import By, Entry
from bot.console import routes
from bot.privacy import split
from bot.referrals import DANGER_TO_LIFE, Danger, Lifting, State
from bot.staff import DUTY_DESK, Role
from bot.store.audit import entries
from bot.store.tables import alerts, referrals
from tests.web.console.onward import ATHENS, LEGAL, agreed, desk, phone
from tests.web.console.test_invitation import accept
from tests.web.console.world import PASSWORD, SFAX, START, TUNIS, Browser, Login, World

CASE = "/console/requests/{reference}"
MEMBER = "/console/members/{officer}"
ALERT = "/console/alerts/{alert}/tick"
AGREEMENT = "/console/agreements/{partner}"
OFFERED = "/console/offers/{offer}"
LINKED = "/offer/{token}"
INVITATION = "/console/invitation/{token}"
PARAMETER = re.compile(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
LINK = "x" * 43


@dataclass(frozen=True)
class Call:
    """A call of a route: what it is about, what is sent along, and the acts that it leaves.

    An act with a star is the program's, all others are the officer's own.  A field in braces is an
    id of the stage.
    """

    on: str = "free"
    fields: Mapping[str, str] = field(default_factory=dict)
    leaves: tuple[str, ...] = ()


ACTS: Mapping[tuple[str, str], Call] = {
    ("GET", CASE): Call("mine", leaves=("open", "read")),
    ("POST", f"{CASE}/claim"): Call(leaves=("claim",)),
    ("POST", f"{CASE}/answer"): Call("mine", {"text": "Come."}, ("read", "answer")),
    ("POST", f"{CASE}/note"): Call("mine", {"text": "Calls late."}, ("note",)),
    ("POST", f"{CASE}/close"): Call("mine", {"outcome": "helped"}, ("close",)),
    ("POST", f"{CASE}/release"): Call("mine", leaves=("release",)),
    ("POST", f"{CASE}/lift"): Call(
        "stopped", {"why": next(iter(Lifting))}, (f"lift:{next(iter(Lifting))}",)
    ),
    ("POST", f"{CASE}/keep"): Call(
        "withdrawn", {"why": DANGER_TO_LIFE}, (f"keep:{DANGER_TO_LIFE}",)
    ),
    ("POST", f"{CASE}/approve"): Call("mine", leaves=("approve",)),
    ("POST", f"{CASE}/override"): Call(
        "mine",
        {"recipient": DUTY_DESK, "why": Danger.CAPTIVE},
        (f"override-ask:{DUTY_DESK}:{Danger.CAPTIVE}",),
    ),
    ("POST", f"{CASE}/pass-office"): Call("mine", {"office": DUTY_DESK}, (f"pass:{DUTY_DESK}",)),
    ("POST", ALERT): Call("alert", leaves=("tick",)),
    ("POST", f"{MEMBER}/admit"): Call("pending", leaves=("admit",)),
    ("POST", f"{MEMBER}/remove"): Call(
        "colleague", leaves=("release", "*officer-gone", "*key-made", "remove")
    ),
    ("POST", "/console/members/renew"): Call("free", {"what": "office"}, ("ask-renewal",)),
    ("POST", "/console/profile"): Call("free", {"woman": "yes"}, ("says-woman",)),
    ("POST", "/console/times"): Call(
        fields={"hours": "", "hour": "60", "three_hours": "180", "day": "8"}, leaves=("times",)
    ),
    ("POST", "/console/times/leave"): Call(
        fields={"gone": "2026-11-30T08:00", "back": "2026-12-04T16:00"}, leaves=("leave",)
    ),
    ("POST", "/console/times/stay"): Call(fields={"absence": "{absence}"}, leaves=("stay",)),
    ("POST", "/console/sign-out"): Call(leaves=("sign-out",)),
}
OF_OTHERS = {
    ("POST", "/console/sign-in"): ("sign-in",),
    ("POST", "/console/members/recover"): ("recover",),
    ("POST", INVITATION): ("*officer-made", "sign-in"),
    ("POST", f"{INVITATION}/password"): (),
    ("POST", "/console/counter"): ("counter",),
    ("POST", AGREEMENT): ("agreement:yes",),
    ("POST", f"{CASE}/pass-on"): ("open", f"offer:{LEGAL}", "offer"),
    ("POST", LINKED): ("*open-packet", "*accept"),
    ("GET", OFFERED): ("open-packet",),
    ("POST", OFFERED): ("accept",),
}
"""What needs another browser than that of an officer with the key, a person's code or a partner:
tests of their own below and in `test_counter.py`."""
QUIET: Mapping[tuple[str, str], Call] = {
    ("GET", "/console"): Call(),
    ("GET", "/console/"): Call(),
    ("GET", "/console/requests"): Call(),
    ("GET", "/console/sign-in"): Call(),
    ("GET", "/console/static/{name}"): Call(),
    ("GET", INVITATION): Call(),
    ("GET", f"{INVITATION}/password"): Call(),
    ("GET", LINKED): Call(),
    ("GET", "/console/agreements"): Call(),
    ("GET", "/console/offers"): Call(),
    ("GET", "/console/alerts"): Call(),
    ("GET", "/console/counter"): Call(),
    ("GET", ALERT): Call("alert"),
    ("GET", "/console/profile"): Call(),
    ("GET", "/console/members"): Call(),
    ("GET", "/console/members/recover"): Call(),
    ("GET", "/console/members/renew"): Call(),
    ("GET", "/console/times"): Call(),
    ("GET", "/console/times/leave"): Call(),
    ("GET", "/console/times/stay"): Call(),
    ("GET", MEMBER): Call("colleague"),
    ("GET", f"{MEMBER}/admit"): Call("pending"),
    ("GET", f"{MEMBER}/remove"): Call("colleague"),
    **{
        ("GET", f"{CASE}/{verb}"): Call("mine")
        for verb in ("claim", "answer", "note", "approve", "close", "release")
    },
    **{("GET", f"{CASE}/{verb}"): Call("mine") for verb in ("override", "pass-on", "pass-office")},
    ("GET", f"{CASE}/lift"): Call("stopped"),
    ("GET", f"{CASE}/keep"): Call("withdrawn"),
    ("*", "/console/{rest}"): Call(),
}
"""What is no act and opens nothing: lists, questions before an act, words for anybody."""
ENDLESS = {("GET", "/console/requests/events")}
"""What is no act either, and never ends by itself: a test of its own below."""
FORMS = {one for one in ACTS if one[0] == "POST" and "{" in one[1]}
NOTHING_THERE = {("POST", ALERT)}
"""A line of another office is not there at all: nothing happens, so nothing is refused."""


@dataclass
class Stage:
    """An office with everything in it that can be acted on, and its supervisor."""

    world: World
    me: Login
    browser: Browser
    ids: dict[str, str]
    objects: dict[str, str]

    async def call(self, route: tuple[str, str], call: Call, browser: Browser | None = None) -> int:
        """Make a call and return its status."""
        method, path = route
        who = browser or self.browser
        path = PARAMETER.sub(self.ids.get(call.on, LINK), path)
        if method == "POST":
            fields = {name: value.format(**self.ids) for name, value in call.fields.items()}
            return (await who.post(path, **fields)).status
        return (await who.get(path)).status

    async def entries(self) -> list[Entry]:
        """Return every entry there is, oldest first."""
        return await every(self.world)


async def every(world: World) -> list[Entry]:
    """Return every entry there is, oldest first."""
    async with world.engine.connect() as connection:
        found = [one async for one in entries(connection)]
    return sorted(found, key=lambda one: one.running)


@pytest.fixture
async def stage(world: World) -> Stage:
    me = await world.officer("boss@example.org", SFAX, Role.SUPERVISOR)
    colleague = await world.officer("colleague@example.org")
    pending = await world.newcomer("pending@example.org")
    await world.officer("duty@example.org", DUTY_DESK)
    numbers = {one: await world.request() for one in ("free", "mine", "stopped", "withdrawn")}
    theirs = await world.request()
    objects = {one: (await world.stored(number)).id for one, number in numbers.items()}
    async with world.deps.open() as work:
        rules, store = work.referrals, work.referrals.store
        await work.times.leave(START, START + timedelta(days=2), By(me.id, START))
        (away,) = await work.times.absences(me.id, START)
        for name, officer in (("mine", me), ("stopped", me), ("theirs", colleague)):
            found = await store.by_reference(numbers.get(name, theirs))
            assert found is not None
            taken = await rules.claim(found, officer.id)
            await rules.write_back(taken, "CANARY")
    async with world.engine.begin() as connection:
        changed: dict[str, dict[str, object]] = {
            "stopped": {"do_not_contact": True},
            "withdrawn": {"state": State.WITHDRAWN},
        }
        for name, values in changed.items():
            mine = update(referrals).where(referrals.c.id == objects[name])
            await connection.execute(mine.values(**values))
        row = insert(alerts).values(office=SFAX, referral=objects["free"], step="new", at=START)
        alert = (await connection.execute(row.returning(alerts.c.id))).scalar_one()
    objects |= {"colleague": colleague.id, "pending": pending.id, "alert": objects["free"]}
    ids = {**numbers, "colleague": colleague.id, "pending": pending.id, "alert": str(alert)}
    ids["absence"] = str(away.id)
    browser = await world.signed_in(me)
    await browser.get("/console/members")
    return Stage(world, me, browser, ids, objects)


def told(found: list[Entry], me: str) -> list[str]:
    """Return the acts, those that are not the officer's with a star."""
    return [one.action if one.who == me else f"*{one.action}" for one in found]


async def test_every_address_is_in_the_table(world: World) -> None:
    known = {(one.method, PARAMETER.sub(r"{\1}", one.path)) for one in routes(world.deps)}
    assert known == {*ACTS, *OF_OTHERS, *QUIET, *ENDLESS}


@pytest.mark.parametrize("route", sorted(ACTS), ids=" ".join)
async def test_an_act_leaves_its_entries_and_no_other(stage: Stage, route: tuple[str, str]) -> None:
    call = ACTS[route]
    before = len(await stage.entries())
    assert await stage.call(route, call) in (200, 303)
    found = (await stage.entries())[before:]
    assert told(found, stage.me.id) == list(call.leaves)
    mine = [one for one in found if one.who is not None]
    assert {(one.role, one.office, one.chain) for one in mine} == {("supervisor", SFAX, SFAX)}
    assert {one.outcome for one in found} == {"done"}
    if call.on != "free" or "{" in route[1]:
        assert stage.objects[call.on] in {one.object for one in found}


@pytest.mark.parametrize("route", sorted(FORMS - NOTHING_THERE), ids=" ".join)
async def test_what_is_refused_to_another_office_leaves_one_entry_there(
    stage: Stage, route: tuple[str, str]
) -> None:
    foreign = await stage.world.officer("foreign@example.org", TUNIS, Role.SUPERVISOR)
    browser = await stage.world.signed_in(foreign)
    await browser.get("/console/members")
    before = len(await stage.entries())
    assert await stage.call(route, ACTS[route], browser) == 404
    (found,) = (await stage.entries())[before:]
    assert (found.who, found.role, found.office, found.chain) == (
        foreign.id,
        "supervisor",
        TUNIS,
        TUNIS,
    )
    assert (found.action, found.outcome) == (route[1].rpartition("/")[2], "refused")
    assert found.object == stage.objects[ACTS[route].on]


@pytest.mark.parametrize(
    "route", sorted(FORMS - {("POST", f"{CASE}/close"), ("POST", f"{CASE}/release")}), ids=" ".join
)
async def test_what_a_pending_colleague_is_refused_leaves_one_entry(
    stage: Stage, route: tuple[str, str]
) -> None:
    late = await stage.world.newcomer("late@example.org", SFAX, Role.SUPERVISOR)
    browser = await stage.world.signed_in(late)
    await browser.get("/console/members")
    before = len(await stage.entries())
    # Nobody reads or answers what somebody else has in hand; a pending officer has nothing in hand.
    # A note is as little theirs as the request: for them the form is not there.
    refused = (404,) if route == ("POST", f"{CASE}/note") else (403, 409)
    assert await stage.call(route, ACTS[route], browser) in refused
    (found,) = (await stage.entries())[before:]
    assert (found.who, found.outcome) == (late.id, "refused")
    assert found.action == route[1].rpartition("/")[2]


async def test_what_is_no_act_leaves_nothing(stage: Stage) -> None:
    before = len(await stage.entries())
    for route, call in QUIET.items():
        assert await stage.call(route, call) in (200, 303, 404), route
    assert (await stage.entries())[before:] == []


async def test_a_queue_that_is_left_open_leaves_nothing(live: World, stage: Stage) -> None:
    before = len(await stage.entries())
    address = f"{live.deps.public_url}/console/requests/events"
    async with stage.browser.session.get(address) as response:
        assert stage.ids["free"].encode() in await response.content.readline()
    assert (await stage.entries())[before:] == []


async def test_coming_by_invitation_and_by_shares_is_noted(stage: Stage) -> None:
    world, before = stage.world, len(await stage.entries())
    browser, last = await accept(world, await world.invitation("new@example.org"))
    assert last.status == 303
    new = (await stage.entries())[-1].who
    assert new is not None
    made = (await stage.entries())[before:]
    assert told(made, new) == ["*invite", *OF_OTHERS["POST", INVITATION]]
    await browser.get("/console/members")
    before = len(await stage.entries())
    shares = split(world.recovery)
    for first, status in ((shares[1], 400), (shares[0], 303)):
        fields = {"first": first, "second": shares[1]}
        assert (await browser.post("/console/members/recover", **fields)).status == status
    found = (await stage.entries())[before:]
    assert [(one.action, one.outcome, one.who) for one in found] == [
        ("recover", "refused", new),
        ("recover", "done", new),
    ]


async def test_what_goes_to_a_partner_by_a_link_is_noted_at_the_office(world: World) -> None:
    boss = await world.officer("boss@example.org", ATHENS, Role.SUPERVISOR)
    browser = await world.signed_in(boss)
    await browser.get("/console/agreements")
    before = len(await every(world))
    await browser.post(f"/console/agreements/{LEGAL}", agreed="yes", since="2026-01-01")
    found = (await every(world))[before:]
    assert told(found, boss.id) == list(OF_OTHERS["POST", AGREEMENT])
    made = await desk(world)
    before = len(await every(world))
    link = await made.link()
    found = (await every(world))[before:]
    # The officer looks at the request before; the page opens it.
    assert told(found, made.login.id)[-3:] == list(OF_OTHERS["POST", f"{CASE}/pass-on"])
    before, one = len(await every(world)), phone(world)
    for fields in ({}, {"say": "accept"}):
        assert (await one.post(link, **fields)).status == 200
    found = (await every(world))[before:]
    assert told(found, made.login.id) == list(OF_OTHERS["POST", LINKED])
    assert {one.chain for one in found} == {ATHENS}


async def test_what_a_partner_with_an_account_reads_and_says_is_noted(world: World) -> None:
    await agreed(world, LEGAL)
    partner = await world.officer("partner@example.org", LEGAL, Role.PARTNER)
    theirs = await world.signed_in(partner)
    await (await desk(world)).offer()
    listed = await theirs.get("/console/offers")
    (address,) = {one for one in listed.text.split('"') if one.startswith("/console/offers/")}
    before = len(await every(world))
    assert (await theirs.get(address)).status == 200
    opened = (await every(world))[before:]
    assert told(opened, partner.id) == list(OF_OTHERS["GET", OFFERED])
    assert {one.chain for one in opened} == {LEGAL}
    before = len(await every(world))
    assert (await theirs.post(address, say="accept")).status == 303
    said = (await every(world))[before:]
    assert told(said, partner.id) == list(OF_OTHERS["POST", OFFERED])
    assert {one.chain for one in said} == {ATHENS}


async def test_no_entry_holds_anything_that_was_written(stage: Stage) -> None:
    for route, call in ACTS.items():
        if route[1] != "/console/sign-out":
            await stage.call(route, call)
    async with stage.world.engine.connect() as connection:
        rows = await connection.execute(text("SELECT t::text FROM audit_entries AS t"))
        written = "\n".join(rows.scalars())
    hidden = ("CANARY", "Come", "example.org", PASSWORD, *stage.ids.values())
    shown = {stage.ids[one] for one in ("colleague", "pending", "alert", "absence")}
    assert not [one for one in hidden if one in written and one not in shown]
