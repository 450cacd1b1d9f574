"""The times of an office and the absences of its officers, as the console takes them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.audit import Entry
from bot.staff import DUTY_DESK, Role
from bot.store.audit import entries
from tests.web.console.world import SFAX, START, Browser, World

TIMES = "/console/times"
GOOD = {"hours": "Mo-Fr 08:00-16:00", "hour": "45", "three_hours": "120", "day": "6"}
WEEK = {"gone": "2026-11-30T08:00", "back": "2026-12-04T16:00"}


@pytest.fixture(autouse=True)
async def clean(world: World) -> None:
    async with world.engine.begin() as connection:
        for table in ("office_times", "absences"):
            await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608


async def boss(world: World, office: str = SFAX) -> Browser:
    login = await world.officer("boss@example.org", office, Role.SUPERVISOR)
    browser = await world.signed_in(login)
    await browser.get(TIMES)
    return browser


async def acts(world: World) -> list[Entry]:
    async with world.engine.connect() as connection:
        found = [one async for one in entries(connection)]
    return [one for one in found if one.action in ("times", "leave", "stay")]


async def test_a_supervisor_sets_hours_and_times_and_routing_counts_with_them(
    world: World,
) -> None:
    browser = await boss(world)
    before = len(await acts(world))
    kept = await browser.post(TIMES, **GOOD)
    assert (kept.status, kept.location) == (303, f"{TIMES}?done=kept")
    page = await browser.get(TIMES)
    assert [page.text.count(f'value="{one}"') for one in GOOD.values()] == [1, 1, 1, 1]
    async with world.deps.open() as work:
        crew = (await work.referrals.crews())[SFAX]
    assert crew.worktime.hours == GOOD["hours"]
    assert crew.times.hour == timedelta(minutes=45)
    assert crew.times.day == timedelta(hours=6)
    assert [one.action for one in (await acts(world))[before:]] == ["times"]


async def test_no_hours_are_the_working_days_of_the_country(world: World) -> None:
    browser = await boss(world)
    await browser.post(TIMES, **GOOD)
    assert (await browser.post(TIMES, **{**GOOD, "hours": "  "})).status == 303
    async with world.deps.open() as work:
        assert (await work.times.of(SFAX)).hours is None


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("hours", "whenever"),
        ("hours", "Mo-Fr 08:00-16:00 " * 20),
        ("hours", "2020 Jan 01 10:00-11:00"),
        ("hours", "off"),
        ("hour", "14"),
        ("hour", "181"),
        ("hour", ""),
        ("hour", "-30"),
        ("hour", "1e2"),
        ("hour", "9" * 4000),
        ("three_hours", "29"),
        ("three_hours", "721"),
        ("day", "0"),
        ("day", "41"),
        ("day", "\u00b2"),
    ],
)
async def test_what_cannot_be_so_is_refused_and_kept_in_the_form(
    world: World, field: str, typed: str
) -> None:
    browser = await boss(world)
    refused = await browser.post(TIMES, **{**GOOD, field: typed})
    assert refused.status == 400
    said = "cannot be read" if field == "hours" else "15 to 180 minutes"
    assert said in refused.words
    assert f'value="{typed}"' in refused.text
    async with world.deps.open() as work:
        assert (await work.times.of(SFAX)).hours is None


async def test_an_officer_sees_the_times_and_cannot_set_them(world: World) -> None:
    await boss(world)
    browser = await world.signed_in(await world.officer())
    page = await browser.get(TIMES)
    assert page.status == 200
    assert "Keep these times" not in page.words
    assert (await browser.post(TIMES, **GOOD)).status == 403
    async with world.deps.open() as work:
        assert (await work.times.of(SFAX)).hours is None


async def test_the_duty_desk_sets_times_and_has_no_hours(world: World) -> None:
    browser = await boss(world, DUTY_DESK)
    assert 'name="hours"' not in (await browser.get(TIMES)).text
    assert (await browser.post(TIMES, **GOOD)).status == 303
    async with world.deps.open() as work:
        assert (await work.times.of(DUTY_DESK)).hours is None


async def test_an_officer_notes_an_absence_on_the_clock_of_the_office_and_takes_it_back(
    world: World,
) -> None:
    login = await world.officer()
    browser = await world.signed_in(login)
    await browser.get(TIMES)
    assert (await browser.post(f"{TIMES}/leave", **WEEK)).location == f"{TIMES}?done=away"
    async with world.deps.open() as work:
        (noted,) = await work.times.absences(login.id, START)
        crew = (await work.referrals.crews())[SFAX]
    # Eight in Sfax is seven in UTC.
    assert noted.gone.hour == 7
    assert crew.worktime.away == ((noted.gone, noted.back),)
    other = await world.signed_in(await world.officer("two@example.org"))
    await other.get(TIMES)
    await other.post(f"{TIMES}/stay", absence=str(noted.id))
    assert str(noted.id) in (await browser.get(TIMES)).text
    for absence in (str(noted.id), str(noted.id), "", "x", "9" * 40):
        assert (await browser.post(f"{TIMES}/stay", absence=absence)).status == 303
    async with world.deps.open() as work:
        assert await work.times.absences(login.id, START) == ()


@pytest.mark.parametrize(
    "typed",
    [
        {"gone": "2026-12-04T16:00", "back": "2026-11-30T08:00"},
        {"gone": "2026-11-20T08:00", "back": "2026-11-21T08:00"},
        {"gone": "2026-11-30T08:00", "back": "2028-11-30T08:00"},
        {"gone": "2026-11-30T08:00", "back": "2026-11-30T08:00"},
        {"gone": "soon", "back": ""},
        {"gone": "0001-01-01T00:00", "back": "9999-12-31T23:59"},
        {},
    ],
)
async def test_an_absence_that_cannot_be_so_is_refused(world: World, typed: dict[str, str]) -> None:
    login = await world.officer()
    browser = await world.signed_in(login)
    await browser.get(TIMES)
    refused = await browser.post(f"{TIMES}/leave", **typed)
    assert refused.status == 400
    assert "Give a first and a last moment" in refused.words
    async with world.deps.open() as work:
        assert await work.times.absences(login.id, START) == ()


async def test_whom_requests_do_not_reach_has_no_times(world: World) -> None:
    browser = await world.signed_in(await world.officer("news@example.org", SFAX, Role.EDITOR))
    assert (await browser.get(TIMES)).status == 404
