"""Going beyond what a person allowed: two people, a reason, the audit; and who must agree."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.referrals import Category, ConsentMissing, Referral, Wishes
from bot.staff import DUTY_DESK, Role
from bot.store.tables import audit_entries
from tests.web.console.world import SFAX, TUNIS, Browser, World

REASON = {"recipient": TUNIS, "why": "captive"}


@dataclass
class Office:
    """A request in Sfax, its supervisor and an officer, both signed in."""

    world: World
    number: str
    boss: Browser
    officer: Browser

    @property
    def page(self) -> str:
        return f"/console/requests/{self.number}"

    @property
    def override(self) -> str:
        return f"{self.page}/override"

    async def covered(self, recipient: str = TUNIS) -> bool:
        referral = await self.world.stored(self.number)
        async with self.world.deps.open() as work:
            try:
                await work.referrals.may_pass(referral, recipient)
            except ConsentMissing:
                return False
        return True

    async def asked(self) -> str:
        """Return the id under which the proposal is confirmed."""
        referral = await self.world.stored(self.number)
        async with self.world.deps.open() as work:
            record = await work.referrals.store.consents.record(referral)
        return str(record.overrides[0].id)

    async def acts(self, referral: Referral) -> list[tuple[str, str]]:
        """Return what the audit says of the request: the act and how it ended."""
        entries = audit_entries.c
        found = select(entries.action, entries.outcome).where(entries.object == referral.id)
        async with self.world.engine.connect() as connection:
            rows = (await connection.execute(found.order_by(entries.running))).all()
        return [(row.action, row.outcome) for row in rows]


@pytest.fixture
async def office(world: World) -> Office:
    number = await world.request()
    boss = await world.signed_in(await world.officer("boss@example.org", role=Role.SUPERVISOR))
    officer = await world.signed_in(await world.officer("one@example.org"))
    await world.officer("two@example.org", TUNIS)
    for browser in (boss, officer):
        await browser.get("/console/requests")
    return Office(world, number, boss, officer)


async def test_a_supervisor_proposes_and_a_second_person_confirms(office: Office) -> None:
    shown = await office.boss.get(office.page)
    assert "A life is in danger, and there is no yes" in shown.words
    form = await office.boss.get(office.override)
    assert TUNIS in form.text
    assert (await office.boss.post(office.override, **REASON)).location.endswith("proposed")
    assert not await office.covered()
    waiting = await office.officer.get(office.page)
    assert "A second officer must confirm that" in waiting.words
    assert "They are held and may die there" in (await office.officer.get(office.override)).words
    confirmed = await office.officer.post(office.override, confirm=await office.asked())
    assert confirmed.location.endswith("overridden")
    assert await office.covered()
    assert "decided that" in (await office.boss.get(office.page)).words
    acts = await office.acts(await office.world.stored(office.number))
    assert (f"override-ask:{TUNIS}:captive", "done") in acts
    assert ("override", "done") in acts


async def test_who_proposed_it_cannot_confirm_it(office: Office) -> None:
    await office.boss.post(office.override, **REASON)
    form = await office.boss.get(office.override)
    assert "A second officer must confirm it" in form.words
    assert 'name="confirm"' not in form.text
    refused = await office.boss.post(office.override, confirm=await office.asked())
    assert refused.status == 409
    assert not await office.covered()


async def test_an_officer_alone_proposes_nothing(office: Office) -> None:
    assert "there is no yes" not in (await office.officer.get(office.page)).words
    assert (await office.officer.post(office.override, **REASON)).status == 404
    assert not (await office.officer.get(office.override)).text.count("<select")


async def test_who_does_not_hold_the_key_confirms_nothing(office: Office) -> None:
    await office.boss.post(office.override, **REASON)
    pending = await office.world.signed_in(await office.world.newcomer("new@example.org"))
    await pending.get("/console/requests")
    assert (await pending.post(office.override, confirm=await office.asked())).status == 403
    assert not await office.covered()


async def test_another_office_knows_nothing_of_it(office: Office) -> None:
    await office.boss.post(office.override, **REASON)
    foreign = await office.world.signed_in(
        await office.world.officer("far@example.org", TUNIS, Role.SUPERVISOR)
    )
    await foreign.get("/console/requests")
    assert (await foreign.get(office.override)).status == 404
    assert (await foreign.post(office.override, confirm=await office.asked())).status == 404
    assert not await office.covered()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"recipient": TUNIS},
        {"recipient": TUNIS, "why": "because"},
        {"recipient": "nowhere", "why": "captive"},
        {"recipient": SFAX, "why": "captive"},
        {"confirm": "١"},
        {"confirm": "99999999999999999999"},
    ],
)
async def test_odd_input_changes_nothing(office: Office, fields: dict[str, str]) -> None:
    answer = await office.boss.post(office.override, **fields)
    assert answer.status in (400, 409)
    assert not await office.covered()


async def test_an_override_is_for_that_one_alone(office: Office) -> None:
    await office.boss.post(office.override, **REASON)
    await office.officer.post(office.override, confirm=await office.asked())
    assert await office.covered()
    assert not await office.covered("somewhere-else")


async def test_after_a_day_or_when_it_was_used_it_covers_nothing_and_the_page_says_it_no_more(
    office: Office,
) -> None:
    await office.boss.post(office.override, **REASON)
    await office.officer.post(office.override, confirm=await office.asked())
    assert "once, within 24 hours" in (await office.boss.get(office.override)).words
    office.world.clock.forward(hours=25)
    assert not await office.covered()
    login = await office.world.officer("three@example.org")
    later = await office.world.signed_in(login)
    assert "decided that" not in (await later.get(office.page)).words


async def test_an_office_that_the_person_kept_away_is_not_among_those_to_choose(
    office: Office,
) -> None:
    assert f'value="{TUNIS}"' in (await office.boss.get(office.override)).text
    office.number = await office.world.request(wishes=Wishes(not_offices=frozenset({TUNIS})))
    assert f'value="{TUNIS}"' not in (await office.boss.get(office.override)).text
    assert (await office.boss.post(office.override, **REASON)).status == 400


async def test_a_supervisor_agrees_that_a_child_is_passed_on(office: Office) -> None:
    office.number = await office.world.request(category=Category.CHILD)
    shown = await office.officer.get(office.page)
    assert "a supervisor must agree before it is passed on" in shown.words
    assert "/approve" not in shown.text
    assert (await office.officer.post(f"{office.page}/approve")).status == 404
    assert not await office.covered(DUTY_DESK)
    assert "/approve" in (await office.boss.get(office.page)).text
    for _ in range(2):
        assert (await office.boss.post(f"{office.page}/approve")).status == 303
    assert await office.covered(DUTY_DESK)
    assert "A supervisor agreed" in (await office.officer.get(office.page)).words
    acts = await office.acts(await office.world.stored(office.number))
    assert acts.count(("approve", "done")) == 1


async def test_a_complaint_is_seen_by_the_supervisor_of_the_duty_desk_alone(world: World) -> None:
    number = await world.request(DUTY_DESK, Category.COMPLAINT)
    boss = await world.signed_in(
        await world.officer("boss@example.org", DUTY_DESK, Role.SUPERVISOR)
    )
    others = [
        await world.signed_in(await world.officer("one@example.org", DUTY_DESK)),
        await world.signed_in(await world.officer("doc@example.org", DUTY_DESK, Role.CLINICIAN)),
        await world.signed_in(await world.officer("far@example.org", SFAX, Role.SUPERVISOR)),
    ]
    await world.alert("new", number)
    page, spaced = f"/console/requests/{number}", f"{number[:4]} {number[4:]}"
    assert (await boss.get(page)).status == 200
    for there in ("/console/requests", "/console/alerts"):
        assert spaced in (await boss.get(there)).words
    for one in others:
        for there in ("/console/requests", "/console/alerts"):
            assert spaced not in (await one.get(there)).words
        for form in ("claim", "answer", "close", "release", "override", "approve", "pass-on"):
            refused = await one.post(f"{page}/{form}", text="x", outcome="helped")
            assert (form, refused.status) == (form, 404)
        assert (await one.get(page)).status == 404
    assert (await boss.post(f"{page}/claim")).status == 303


async def test_of_a_complaint_every_entry_of_the_audit_is_of_the_duty_desk_or_of_who_was_refused(
    world: World,
) -> None:
    number = await world.request(DUTY_DESK, Category.COMPLAINT)
    login = await world.officer("boss@example.org", DUTY_DESK, Role.SUPERVISOR)
    boss = await world.signed_in(login)
    await boss.get("/console/requests")
    await boss.post(f"/console/requests/{number}/claim")
    await boss.get(f"/console/requests/{number}")
    referral = await world.stored(number)
    entries = audit_entries.c
    async with world.engine.connect() as connection:
        found = await connection.execute(
            select(entries.chain, entries.who).where(entries.object == referral.id)
        )
    rows = found.all()
    assert rows
    assert {(row.chain, row.who) for row in rows} == {(DUTY_DESK, login.id)}


async def test_for_a_complaint_nobody_else_can_be_chosen(world: World) -> None:
    number = await world.request(DUTY_DESK, Category.COMPLAINT)
    boss = await world.signed_in(
        await world.officer("boss@example.org", DUTY_DESK, Role.SUPERVISOR)
    )
    page = f"/console/requests/{number}/override"
    assert "<select" not in (await boss.get(page)).text
    assert (await boss.post(page, recipient=SFAX, why="captive")).status == 400
