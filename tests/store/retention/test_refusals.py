"""Too many requests at once, and clocks that lie."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import system_clock
from bot.privacy import DraftSealer, Reason, Sealer
from bot.privacy.retention import DAY, Refusal, Run
from bot.referrals import (
    DUTY_DESK,
    Action,
    NewCode,
)
from bot.store.erasurelog import NAME, ErasureLog
from bot.store.erasures import Erasure
from bot.store.retention import REFUSED, Ran, Retention
from bot.store.tables import (
    alerts,
    chats,
    metadata,
    referral_events,
    referrals,
    retention_clock,
    stubs,
)
from tests.store.retention.world import AT, HOUR, OFFICER, World, a_chat


async def test_one_run_erases_twenty_and_refuses_one_more(world: World) -> None:
    made = [await world.waiting() for _ in range(21)]
    for one in made[:20]:
        await world.moved(one, Action.CLAIM, Action.CLOSE)
    await world.moved(made[20], Action.CLAIM, Action.CLOSE, at=AT + DAY)
    ran = await world.run(AT + 31 * DAY)
    assert (ran.refused, ran.due, ran.limit) == (Refusal.TOO_MANY, 21, 20)
    assert await world.rows(referrals) == 21
    assert await world.alarms(DUTY_DESK) == [REFUSED]
    ran = await world.run(AT + 30 * DAY)
    assert (ran.refused, ran.counts[Reason.CLOSED]) == (None, 20)


async def test_a_refused_run_still_clears_chats_and_what_people_took_back(world: World) -> None:
    for _ in range(21):
        await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    for _ in range(25):
        await world.moved(await world.waiting(), Action.CLAIM, Action.WITHDRAW)
    await world.connection.execute(insert(chats).values(a_chat(AT)[1]))
    ran = await world.run(AT + 31 * DAY)
    assert ran.refused is Refusal.TOO_MANY
    assert (ran.counts["withdrawn"], ran.counts["chats"]) == (25, 1)
    assert await world.rows(referrals) == 21


async def test_the_operators_word_lets_many_go(world: World) -> None:
    for _ in range(25):
        await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    ran = await world.run(AT + 31 * DAY, confirmed=True)
    assert (ran.refused, ran.counts[Reason.CLOSED]) == (None, 25)


async def test_refusals_stand_once_before_the_desk_until_ticked_off(world: World) -> None:
    for _ in range(21):
        await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    for hours in range(3):
        await world.run(AT + 31 * DAY + hours * HOUR)
    assert await world.alarms(DUTY_DESK) == [REFUSED]
    await world.connection.execute(update(alerts).values(ticked=AT, ticked_by=OFFICER))
    await world.run(AT + 31 * DAY + 4 * HOUR)
    assert await world.alarms(DUTY_DESK) == [REFUSED, REFUSED]


async def test_ten_years_ahead_nothing_happens_without_the_operators_word(world: World) -> None:
    await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    await world.waiting()
    await world.connection.execute(insert(chats).values(a_chat(AT)[1]))
    before = [await world.rows(one) for one in metadata.sorted_tables]
    ran = await world.run(AT + 3650 * DAY, AT)
    assert (ran.refused, ran.counts) == (Refusal.AHEAD, {})
    assert [await world.rows(one) for one in metadata.sorted_tables] == before
    ran = await world.run(AT + 3650 * DAY, AT, confirmed=True)
    assert ran.refused is None
    assert (await world.rows(referrals), await world.rows(chats)) == (0, 0)


async def test_a_machine_whose_clock_leaps_ten_years_erases_nothing_before_somebody_looks(
    world: World,
) -> None:
    await world.run(AT)
    await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    await world.connection.execute(insert(chats).values(a_chat(AT)[1]))
    for hours in (0, 1, 23, 25, 24 * 6):
        ran = await world.run(AT + 3650 * DAY + hours * HOUR)
        assert (ran.refused, ran.counts) == (Refusal.CLOCK, {})
    assert (await world.rows(referrals), await world.rows(chats)) == (1, 1)
    assert await world.alarms(DUTY_DESK) == [REFUSED]
    assert (await world.run(AT + HOUR)).refused is None  # somebody set it right
    assert await world.rows(referrals) == 1


async def test_a_machine_that_starts_in_the_past_erases_nothing_and_goes_on_when_it_is_set(
    world: World,
) -> None:
    await world.run(AT)
    await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    await world.connection.execute(insert(chats).values(a_chat(AT)[1]))
    for hours in (0, 1):
        ran = await world.run(AT - 3650 * DAY + hours * HOUR)
        assert (ran.refused, ran.counts) == (Refusal.CLOCK, {})
    ran = await world.run(AT + HOUR)
    assert ran.refused is None
    assert (await world.rows(referrals), await world.rows(chats)) == (1, 1)


async def test_why_a_run_refused_stands_until_one_does_not(world: World) -> None:
    async def refused() -> str | None:
        why: str | None = await world.connection.scalar(select(retention_clock.c.refused))
        return why

    for _ in range(21):
        await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    await world.run(AT + 31 * DAY)
    assert await refused() == Refusal.TOO_MANY
    await world.run(AT + 365 * DAY)
    assert await refused() == Refusal.CLOCK
    await world.run(AT + 31 * DAY, confirmed=True)
    assert await refused() is None


async def test_no_time_is_stored_later_than_the_real_clock(world: World, code: NewCode) -> None:
    await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    for day in (60, 90, 104):
        await world.waiting(code)
        await world.run(AT + day * DAY, AT, confirmed=True)
    for table in (alerts, stubs, referral_events, retention_clock):
        for column in table.c:
            if str(column.type) not in ("DATETIME", "DATE"):
                continue
            latest = await world.connection.execute(select(func.max(column)))
            value = latest.scalar_one()
            moment = AT if isinstance(value, datetime) else AT.date()
            assert value is None or value <= moment, column


def old_draft_key(folder: Path, at: datetime) -> Path:
    """Make the draft key of a day."""
    DraftSealer(folder / "drafts", lambda: at).seal(b"answers so far", "draft", "person")
    return folder / "drafts" / f"{at:%Y-%m-%d}.key"


async def test_a_refused_run_removes_old_draft_keys_nevertheless(
    world: World, engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_given: object) -> Ran:
        return Ran({}, Refusal.TOO_MANY, 21, 20)

    monkeypatch.setattr("bot.store.retention.retained", refused)
    now = system_clock()
    old, new = old_draft_key(tmp_path, now - 4 * DAY), old_draft_key(tmp_path, now)
    ran = await Retention(engine, world.sealer, world.sealer, tmp_path).run(Run(now, now))
    assert (ran.refused, ran.counts["draft-keys"]) == (Refusal.TOO_MANY, 1)
    assert (old.exists(), new.exists()) == (False, True)


async def test_a_run_as_of_last_year_leaves_the_keys_of_today(
    engine: AsyncEngine, sealer: Sealer, tmp_path: Path
) -> None:
    now = system_clock()
    new = old_draft_key(tmp_path, now)
    await Retention(engine, sealer, sealer, tmp_path).run(Run(now - 365 * DAY, now))
    assert new.exists()


async def test_a_clock_that_leaps_forgets_no_erasure(
    engine: AsyncEngine, sealer: Sealer, tmp_path: Path
) -> None:
    now, log = system_clock().replace(microsecond=0), ErasureLog(tmp_path / NAME)
    log.add([Erasure("chat", bytes(32), now)])
    rules = Retention(engine, sealer, sealer, tmp_path)
    await rules.run(Run(now, now))
    later = now + 3650 * DAY
    assert (await rules.run(Run(later, later))).refused is Refusal.CLOCK
    await rules.note_erasures()
    assert Erasure("chat", bytes(32), now) in (log.read() or ())
    await rules.run(Run(now, now))
