"""Requests that nobody ends: warned of, given to the duty desk, erased as an incident."""

import pytest
from sqlalchemy import select

from bot.privacy import Reason
from bot.privacy.retention import DAY, Refusal
from bot.referrals import (
    DUTY_DESK,
    Action,
    Kept,
    Lifting,
    NewCode,
    State,
)
from bot.store.retention import INCIDENTS
from bot.store.tables import (
    alerts,
    case_messages,
    referral_events,
    referrals,
    wraps,
)
from tests.store.retention.world import AT, MINUTE, OFFICER, World


async def test_an_unclaimed_request_warns_its_office_four_times_then_the_duty_desk(
    world: World,
) -> None:
    referral = await world.waiting()
    for day in range(90):
        await world.run(AT + day * DAY)
        known = [f"unclaimed-{one}" for one in (60, 75, 83, 88) if one <= day]
        assert await world.alarms() == known, day
    ran = await world.run(AT + 90 * DAY)
    assert ran.counts["handed-over"] == 1
    assert await world.alarms(DUTY_DESK) == ["unclaimed-90"]
    held = await world.store.by_reference(referral.reference)
    assert held is not None
    assert (held.office, held.state) == (DUTY_DESK, State.WAITING)


async def test_the_same_step_warns_once(world: World) -> None:
    await world.waiting()
    for minutes in range(3):
        ran = await world.run(AT + 60 * DAY + minutes * MINUTE)
        assert ran.counts["alarms"] == (1 if minutes == 0 else 0)


async def test_an_unclaimed_request_is_erased_as_an_incident_two_weeks_after_the_desk_got_it(
    world: World, code: NewCode
) -> None:
    referral = await world.waiting(code)
    await world.through(AT, 103)
    assert await world.store.by_reference(referral.reference) is not None
    ran = await world.run(AT + 104 * DAY)
    assert ran.counts[Reason.UNCLAIMED] == 1
    assert await world.store.by_reference(referral.reference) is None
    for table in (wraps, case_messages, referral_events, referrals):
        assert await world.rows(table) == 0, table.name
    about = await world.connection.execute(
        select(alerts.c.office, alerts.c.referral, alerts.c.step)
    )
    assert [tuple(one) for one in about] == [(DUTY_DESK, None, INCIDENTS[Reason.UNCLAIMED])]
    left = await world.store.kept(referral.reference)
    assert left == Kept(code.check, erased=Reason.UNCLAIMED)


@pytest.mark.parametrize("steps", [(Action.CLAIM,), (Action.CLAIM, Action.ANSWER)])
async def test_a_request_in_hand_has_the_same_steps_from_its_last_event(
    world: World, code: NewCode, steps: tuple[Action, ...]
) -> None:
    referral = await world.moved(await world.waiting(code), *steps, at=AT + 10 * DAY)
    await world.run(AT + 69 * DAY)
    assert await world.alarms() == []
    await world.through(AT + 70 * DAY, 103 - 60)
    assert await world.alarms() == [f"unfinished-{one}" for one in (60, 75, 83, 88)]
    freed = await world.store.by_reference(referral.reference)
    assert freed is not None
    assert (freed.office, freed.state, freed.claimed_by) == (DUTY_DESK, State.WAITING, None)
    ran = await world.run(AT + 114 * DAY)
    assert ran.counts[Reason.UNFINISHED] == 1
    assert await world.alarms(DUTY_DESK) == [INCIDENTS[Reason.UNFINISHED]]
    assert (await world.store.kept(referral.reference)).erased is Reason.UNFINISHED


@pytest.mark.parametrize("act", ["stop", "lift"])
async def test_what_leaves_the_state_as_it_is_is_an_event_too(world: World, act: str) -> None:
    referral = await world.waiting()
    if act == "stop":
        await world.store.contacts.stop(referral.id, AT + 50 * DAY)
    else:
        await world.store.contacts.lift(referral, OFFICER, AT + 50 * DAY, Lifting.PROVED)
    await world.run(AT + 109 * DAY)
    assert await world.alarms() == []
    await world.run(AT + 110 * DAY)
    assert await world.alarms() == ["unclaimed-60"]


async def test_what_the_person_writes_is_an_event_too(world: World) -> None:
    referral = await world.waiting()
    await world.store.write(referral, "still here", AT + 50 * DAY)
    await world.run(AT + 109 * DAY)
    assert await world.alarms() == []
    await world.run(AT + 110 * DAY)
    assert await world.alarms() == ["unclaimed-60"]


async def test_a_request_that_the_desk_took_up_again_is_warned_of_anew(world: World) -> None:
    referral = await world.waiting()
    await world.through(AT, 95)
    held = await world.store.by_reference(referral.reference)
    assert held is not None
    await world.moved(held, Action.CLAIM, Action.ANSWER, at=AT + 95 * DAY)
    await world.through(AT + 96 * DAY, 102)
    held = await world.store.by_reference(referral.reference)
    assert held is not None
    assert (await world.run(AT + 199 * DAY)).counts[Reason.UNFINISHED] == 1


async def test_a_program_that_stood_still_erases_nothing_that_nobody_was_warned_of(
    world: World,
) -> None:
    referral = await world.waiting()
    await world.run(AT + 40 * DAY)
    assert (await world.run(AT + 110 * DAY)).refused is Refusal.CLOCK
    ran = await world.run(AT + 111 * DAY)
    assert (ran.counts["handed-over"], ran.counts[Reason.UNCLAIMED]) == (1, 0)
    assert await world.store.by_reference(referral.reference) is not None
    ran = await world.run(AT + 112 * DAY, confirmed=True)
    assert ran.counts[Reason.UNCLAIMED] == 1
