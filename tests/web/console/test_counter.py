"""At a counter: number and code open what the person would read, and nothing of it is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.privacy import Reason, Sealer, new_check
from bot.referrals import Category, NewCode, made_code, new_code, new_reference, stop_check
from bot.staff import DUTY_DESK, Role
from bot.store.audit import entries
from bot.store.tables import code_failures, metadata, referrals, stubs
from tests.web.console.world import SFAX, TUNIS, Browser, Seen, World

COUNTER = "/console/counter"
WRONG = "Number and code do not match. Check both with the person."
WORDS = "CANARY-WORDS my papers are gone"
ANSWER = "Come on Monday."


@pytest.fixture
def code(sealer: Sealer) -> NewCode:
    return made_code(sealer.keys)


@pytest.fixture(autouse=True)
async def _no_failures(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(delete(code_failures))


async def asks(browser: Browser, number: str, secret: str) -> Seen:
    await browser.get(COUNTER)
    return await browser.post(COUNTER, number=number, secret=secret)


async def failures(world: World) -> int:
    async with world.engine.connect() as connection:
        return len((await connection.execute(select(code_failures.c.id))).all())


async def acts(world: World) -> list[tuple[str, str | None, str | None, str]]:
    async with world.engine.connect() as connection:
        found = [one async for one in entries(connection) if one.action == "counter"]
    return [(one.chain, one.who, one.object, one.outcome) for one in found]


async def answered(world: World, code: NewCode, office: str = SFAX, **fields: object) -> str:
    """Return the number of a request that an officer of its office has answered."""
    number = await world.request(office, code=code, **fields)  # type: ignore[arg-type]
    browser = await world.signed_in(await world.officer("answers@example.org", office))
    page = f"/console/requests/{number}"
    await browser.get(page)
    await browser.post(f"{page}/claim")
    assert (await browser.post(f"{page}/answer", text=ANSWER)).status == 303
    return number


async def test_the_person_reads_state_and_answer_at_any_office(world: World, code: NewCode) -> None:
    number = await answered(world, code)
    login = await world.officer("counter@example.org", TUNIS)
    before = len(await acts(world))
    shown = await asks(await world.signed_in(login), number, code.code)
    assert shown.status == 200
    assert ANSWER in shown.words
    assert "Answered" in shown.words
    assert WORDS not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert code.code not in shown.text
    request = (await world.stored(number)).id
    assert (await acts(world))[before:] == [(TUNIS, login.id, request, "done")]


async def test_number_and_code_are_read_as_people_say_them(world: World, code: NewCode) -> None:
    number = await answered(world, code)
    browser = await world.signed_in(await world.officer("counter@example.org", TUNIS))
    spoken = "".join(chr(0x06F0 + int(one)) for one in code.code)
    shown = await asks(browser, f"{number[:4]} {number[4:]}", "-".join((spoken[:6], spoken[6:])))
    assert ANSWER in shown.words


async def test_nothing_that_was_typed_is_kept(world: World, code: NewCode) -> None:
    number = await answered(world, code)
    browser = await world.signed_in(await world.officer("counter@example.org", TUNIS))
    wrong = new_code()
    assert ANSWER in (await asks(browser, number, code.code)).words
    assert WRONG in (await asks(browser, number, wrong)).words
    async with world.engine.connect() as connection:
        for table in metadata.sorted_tables:
            rows = str((await connection.execute(select(table))).all())
            assert code.code not in rows
            assert wrong not in rows
            assert table.name == "referrals" or number not in rows
        jobs = await connection.execute(text("SELECT args::text FROM procrastinate_jobs"))
        assert code.code not in str(jobs.all())


async def test_what_does_not_open_gets_one_sentence_and_counts(
    world: World, code: NewCode, sealer: Sealer
) -> None:
    number = await answered(world, code)
    request = (await world.stored(number)).id
    async with world.engine.begin() as connection:
        word = stop_check(sealer.keys, "sunflower")
        await connection.execute(update_stop(request, word))
    browser = await world.signed_in(await world.officer("counter@example.org", TUNIS))
    tried = (
        (number, new_code()),
        (new_reference(), code.code),
        (number, "moonlight"),
        (number, "Sunflower"),
        (number, code.code),
    )
    seen = [await asks(browser, *one) for one in tried]
    assert {(one.status, WRONG in one.words) for one in seen} == {(404, True)}
    assert len({one.words for one in seen}) == 1
    assert await failures(world) == len(tried)
    assert (await world.stored(number)).do_not_contact
    assert [outcome for *_, about, outcome in await acts(world) if about is None][-5:] == [
        "refused"
    ] * 5


def update_stop(request: str, word: bytes):  # type: ignore[no-untyped-def]
    return referrals.update().where(referrals.c.id == request).values(stop_check=word)


async def test_a_slip_of_the_finger_counts_nothing(world: World, code: NewCode) -> None:
    browser = await world.signed_in(await world.officer())
    slip = await asks(browser, "12345678", code.code)
    assert (slip.status, "one of these is not right" in slip.words) == (400, True)
    short = await asks(browser, new_reference(), "1234")
    assert (short.status, "The code has twelve digits" in short.words) == (400, True)
    assert "12345678" not in slip.text
    assert await failures(world) == 0


async def test_after_twenty_wrong_codes_one_officer_pauses_for_a_day(
    world: World, code: NewCode
) -> None:
    number = await answered(world, code)
    guessing = await world.officer("guesses@example.org", TUNIS)
    other = await world.signed_in(await world.officer("other@example.org", TUNIS))
    browser = await world.signed_in(guessing)
    for _ in range(20):
        assert (await asks(browser, number, new_code())).status == 404
    paused = await asks(browser, number, code.code)
    assert (paused.status, "too many tries by you" in paused.words) == (429, True)
    assert ANSWER in (await asks(other, number, code.code)).words
    world.clock.forward(hours=25)
    assert ANSWER in (await asks(await world.signed_in(guessing), number, code.code)).words


async def test_what_time_erased_says_so_to_its_code(world: World, sealer: Sealer) -> None:
    reference, code = new_reference(), new_code()
    row = {"reference": reference, "code_check": new_check(sealer.keys, code)[0]}
    day = (world.clock() - timedelta(days=3)).date()
    async with world.engine.begin() as connection:
        made = stubs.insert().values(**row, reason=Reason.UNCLAIMED, erased=day)
        await connection.execute(made)
    browser = await world.signed_in(await world.officer())
    shown = await asks(browser, reference, code)
    assert "No office took this request in time" in shown.words
    assert WRONG in (await asks(browser, reference, new_code())).words


async def test_a_complaint_is_shown_to_the_duty_desks_supervisor_alone(
    world: World, code: NewCode
) -> None:
    number = await world.request(DUTY_DESK, Category.COMPLAINT, code=code)
    browser = await world.signed_in(await world.officer("counter@example.org", SFAX))
    assert WRONG in (await asks(browser, number, code.code)).words
    boss = await world.officer("boss@example.org", DUTY_DESK, Role.SUPERVISOR)
    shown = await asks(await world.signed_in(boss), number, code.code)
    assert "Nobody has answered yet." in shown.words


async def test_who_meets_nobody_and_who_is_pending_opens_nothing(
    world: World, code: NewCode
) -> None:
    number = await answered(world, code)
    analyst = await world.signed_in(await world.officer("a@example.org", SFAX, role=Role.ANALYST))
    assert (await analyst.get(COUNTER)).status == 404
    assert (await analyst.post(COUNTER, number=number, secret=code.code)).status in {403, 404}
    pending = await world.signed_in(await world.newcomer("new@example.org", SFAX))
    refused = await asks(pending, number, code.code)
    assert (refused.status, "You are pending" in refused.words) == (403, True)
    assert ANSWER not in refused.text


async def test_a_foreign_page_cannot_ask(world: World, code: NewCode) -> None:
    number = await answered(world, code)
    browser = await world.signed_in(await world.officer("counter@example.org", TUNIS))
    await browser.get(COUNTER)
    fields = {"csrf": browser.csrf, "number": number, "secret": code.code}
    foreign = await browser.send(COUNTER, fields, {"Origin": "https://elsewhere.example"})
    assert (foreign.status, ANSWER in foreign.text) == (403, False)
