"""What officers do in the console stands in the audit under their own id, refusals too."""

from sqlalchemy import text

from bot.audit import Entry
from bot.staff import DUTY_DESK, Role
from bot.store.audit import entries
from tests.web.console.world import SFAX, TUNIS, World


async def told(world: World, *things: str | None) -> list[tuple[str, str | None, str]]:
    """Return action, officer and outcome of the entries about some things."""
    return [(one.action, one.who, one.outcome) for one in await of(world, *things)]


async def of(world: World, *things: str | None) -> list[Entry]:
    async with world.engine.connect() as connection:
        return [one async for one in entries(connection) if one.object in things]


async def test_a_case_from_taking_to_closing_names_its_officer(world: World) -> None:
    login = await world.officer()
    browser = await world.signed_in(login)
    page = f"/console/requests/{await world.request()}"
    request = (await world.stored(page[-8:])).id
    assert (await browser.get(page)).status == 200
    assert await told(world, request) == []
    await browser.post(f"{page}/claim")
    await browser.get(page)
    await browser.post(f"{page}/answer", text="Come on Monday.")
    await browser.get(page)
    await browser.post(f"{page}/close", outcome="helped")
    me = login.id
    assert await told(world, request) == [
        ("claim", me, "done"),
        ("open", me, "done"),
        ("answer", me, "done"),
        ("open", me, "done"),
        ("read", me, "done"),
        ("close", me, "done"),
    ]
    found = await of(world, request)
    assert {(one.chain, one.office, one.role) for one in found} == {(SFAX, SFAX, "officer")}


async def test_what_was_refused_is_noted_with_who_wanted_it(world: World) -> None:
    first = await world.officer()
    second = await world.officer("two@example.org")
    elsewhere = await world.officer("three@example.org", TUNIS)
    number = await world.request()
    page = f"/console/requests/{number}"
    request = (await world.stored(number)).id
    one, two, three = [await world.signed_in(login) for login in (first, second, elsewhere)]
    await one.get(page)
    await two.get(page)
    await one.post(f"{page}/claim")
    assert (await two.post(f"{page}/claim")).status == 409
    assert (await three.get(page)).status == 404
    assert sorted(await told(world, request)) == sorted(
        [
            ("claim", first.id, "done"),
            ("claim", second.id, "refused"),
            ("open", elsewhere.id, "refused"),
        ]
    )
    refused = [one for one in await of(world, request) if one.who == elsewhere.id]
    assert [(one.chain, one.outcome) for one in refused] == [(TUNIS, "refused")]


async def test_a_number_that_is_none_is_noted_without_repeating_it(world: World) -> None:
    login = await world.officer()
    browser = await world.signed_in(login)
    for typed in ("12345678", "93023125001"):
        assert (await browser.get(f"/console/requests/{typed}")).status == 404
        async with world.engine.connect() as connection:
            asked = text("SELECT count(*) FROM audit_entries WHERE object LIKE :typed")
            assert await connection.scalar(asked, {"typed": f"%{typed}%"}) == 0
    found = [one for one in await of(world, None) if one.who == login.id]
    assert [(one.action, one.outcome) for one in found][-2:] == [("open", "refused")] * 2


async def test_who_admits_and_who_removes_is_named(world: World) -> None:
    holder = await world.officer("one@example.org", SFAX, Role.SUPERVISOR)
    pending = await world.newcomer("two@example.org")
    browser = await world.signed_in(holder)
    page = f"/console/members/{pending.id}"
    await browser.get(page)
    assert (await browser.post(f"{page}/admit")).status == 303
    await browser.get(page)
    assert (await browser.post(f"{page}/remove")).status == 303
    found = await told(world, pending.id)
    assert [one for one in found if one[0] in ("admit", "remove")] == [
        ("admit", holder.id, "done"),
        ("remove", holder.id, "done"),
    ]
    assert ("officer-gone", None, "done") in found


async def test_coming_in_and_going_out_are_entries(world: World) -> None:
    login = await world.officer("desk@example.org", DUTY_DESK)
    browser = await world.signed_in(login)
    await browser.get("/console/requests")
    await browser.post("/console/sign-out")
    found = [one for one in await of(world, None) if one.who == login.id]
    assert [(one.action, one.chain) for one in found] == [
        ("sign-in", DUTY_DESK),
        ("sign-out", DUTY_DESK),
    ]
