"""Whatever people, officers, the clock and a failing channel do: no line leaves outside the rules.

The real handlers, rules, store, job and sender are driven by random sequences; what must hold
stands in `contract.py`.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import (
    Knowledge,
)
from bot.privacy import Keys, Sealer
from tests.conversations.contract import FROM_TO, MORNING, STARTS, ZONES, begun, step
from tests.conversations.stage import Stage

OFFICER = st.sampled_from(["answers", "answers", "closes", "lifts", "gives back"])
STEPS = st.one_of(
    st.tuples(st.just("officer"), OFFICER),
    st.tuples(st.just("officer"), st.just("answers")),
    st.tuples(st.just("later"), st.sampled_from([1, 5, 9, 24, 14 * 24])),
    st.tuples(st.just("later"), st.integers(1, 12)),
    st.tuples(st.just("phone"), st.sampled_from(["away", "here"])),
    st.tuples(st.just("opens"), st.just("")),
    st.tuples(st.just("again"), st.just("")),
    st.tuples(st.just("hours"), st.sampled_from(list(FROM_TO))),
    st.tuples(
        st.sampled_from(["declines", "erases", "stops", "types", "blocks"]),
        st.just(""),
    ),
    st.tuples(st.just("types"), st.just("in place of the code")),
)


AGAIN: list[tuple[str, str | int]] = [("officer", "answers"), ("opens", ""), ("again", "")]


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    start=st.sampled_from(STARTS),
    coded=st.booleans(),
    hours=st.sampled_from(list(FROM_TO)),
    zone=st.sampled_from(ZONES),
    steps=st.lists(STEPS, min_size=1, max_size=14),
)
@example(
    start=MORNING,
    coded=False,
    hours="morning",
    zone="Asia/Kathmandu",
    steps=[("later", 3), ("officer", "answers"), ("later", 18)],
)
@example(
    start=MORNING, coded=False, hours="any", zone="UTC", steps=[*AGAIN, *AGAIN, *AGAIN, *AGAIN]
)
@example(
    start=MORNING,
    coded=True,
    hours="evening",
    zone="UTC",
    steps=[("officer", "answers"), ("erases", ""), ("later", 11)],
)
@example(
    start=MORNING,
    coded=False,
    hours="any",
    zone="UTC",
    steps=[("later", 14 * 24), ("officer", "answers")],
)
@example(
    start=MORNING,
    coded=True,
    hours="any",
    zone="UTC",
    steps=[
        ("types", "in place of the code"),
        ("officer", "answers"),
        ("officer", "lifts"),
        ("officer", "answers"),
        ("opens", ""),
        ("hours", "any"),
        ("officer", "answers"),
        ("types", ""),
        ("officer", "answers"),
    ],
)
@example(
    start=STARTS[1],
    coded=True,
    hours="morning",
    zone="Europe/Berlin",
    steps=[("later", 5 * 24), ("officer", "answers"), ("officer", "closes"), ("later", 24)],
)
@example(
    start=MORNING,
    coded=False,
    hours="morning",
    zone="UTC",
    steps=[
        ("later", 4),
        ("phone", "away"),
        ("officer", "answers"),
        ("later", 3),
        ("phone", "here"),
    ],
)
async def test_no_line_leaves_that_the_person_did_not_allow(
    engine: AsyncEngine,
    sealer: Sealer,
    keys: Keys,
    knowledge: Knowledge,
    start: datetime,
    coded: bool,
    hours: str,
    zone: str,
    steps: list[tuple[str, str | int]],
) -> None:
    stage = Stage(engine, sealer, keys, knowledge, start)
    world = await begun(stage, hours, zone, coded=coded)
    for what in steps:
        await step(world, what)
        await world.works()
        await world.holds()
        stage.later(timedelta(minutes=1))


async def test_lines_do_come_where_they_are_allowed(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "evening", "Africa/Tunis")
    steps: list[tuple[str, str | int]] = [("officer", "answers"), ("later", 9)]
    for what in (*steps, ("phone", "away"), ("later", 1), ("phone", "here"), ("later", 1)):
        await step(world, what)
        await world.works()
    assert world.phone.lines == 1
    for what in (("opens", ""), ("again", ""), ("officer", "answers"), ("later", 24)):
        await step(world, what)
        await world.works()
    assert world.phone.lines == 2


@pytest.mark.parametrize(
    ("start", "zone", "opens"),
    [
        ("2026-10-24T20:00+00:00", "Europe/Berlin", "2026-10-25T07:00+00:00"),
        ("2027-03-27T20:00+00:00", "Europe/Berlin", "2027-03-28T06:00+00:00"),
        ("2026-11-01T02:00+00:00", "America/New_York", "2026-11-01T13:00+00:00"),
    ],
)
async def test_across_a_change_of_the_clock_a_line_waits_for_the_persons_own_morning(
    engine: AsyncEngine,
    sealer: Sealer,
    keys: Keys,
    knowledge: Knowledge,
    start: str,
    zone: str,
    opens: str,
) -> None:
    stage = Stage(engine, sealer, keys, knowledge, datetime.fromisoformat(start))
    world = await begun(stage, "morning", zone)
    await world.acts("answers")
    await world.works()
    for before, lines in ((timedelta(seconds=1), 0), (timedelta(), 1)):
        stage.now = datetime.fromisoformat(opens) - before
        await world.works()
        assert world.phone.lines == lines


async def test_after_the_stop_word_is_lifted_a_line_needs_the_code_and_a_new_yes(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "any", "UTC", coded=True)
    for what in (("types", "in place of the code"), ("opens", ""), ("hours", "any")):
        await step(world, what)
        await world.acts("answers")
        await world.works()
    assert world.phone.lines == 0
    assert not await world.addressed()
    await world.acts("lifts")
    await world.acts("answers")
    await world.works()
    assert world.phone.lines == 0
    for what in (("opens", ""), ("hours", "any")):
        await step(world, what)
    await world.acts("answers")
    await world.works()
    assert world.phone.lines == 1


async def test_at_the_close_the_address_stays_for_the_one_line_that_was_allowed_and_no_longer(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    stage = Stage(engine, sealer, keys, knowledge, MORNING)
    world = await begun(stage, "evening", "UTC", coded=True)
    await world.acts("closes")
    await world.works()
    assert await world.addressed()
    stage.later(timedelta(hours=11, minutes=5))
    await world.works()
    assert (world.phone.lines, await world.addressed()) == (1, False)


async def test_at_the_close_within_the_hours_the_line_goes_and_the_address_with_it(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "any", "UTC", coded=True)
    await world.acts("closes")
    await world.works()
    assert (world.phone.lines, await world.addressed()) == (1, False)


async def test_a_line_under_way_is_stopped_by_the_word_that_stops_everything(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "any", "UTC")
    world.phone.away = True
    await world.acts("answers")
    await world.works()
    await step(world, ("types", ""))
    world.phone.away = False
    world.stage.later(timedelta(minutes=1))
    await world.works()
    assert world.phone.lines == 0
    assert world.phone.yes is None


async def test_a_line_that_was_late_for_its_window_waits_for_the_next(
    engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    world = await begun(Stage(engine, sealer, keys, knowledge, MORNING), "morning", "UTC")
    world.stage.later(timedelta(hours=5))
    world.phone.away = True
    await world.acts("answers")
    await world.works()
    world.phone.away = False
    world.stage.later(timedelta(hours=2))
    await world.works()
    assert world.phone.lines == 0
    world.stage.later(timedelta(hours=19, minutes=1))
    await world.works()
    assert world.phone.lines == 1
