"""What time erases in the real database, by a clock that the test sets."""

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, delete, event, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import system_clock
from bot.jobs import add_retention, open_queue
from bot.privacy import DraftSealer, KeyPair, Keys, Reason, Sealer, new_pair
from bot.privacy.retention import DAY, Refusal, Run
from bot.referrals import (
    DUTY_DESK,
    Action,
    Contact,
    Event,
    Kept,
    NewCode,
    OfficeKey,
    Outcome,
    Referral,
    State,
    judged,
    made_code,
)
from bot.store.engine import conninfo
from bot.store.erasurelog import NAME, ErasureLog, ErasureLogUnusable, copy_out
from bot.store.erasures import Erasure, from_line, hash_of, to_line
from bot.store.keys import OfficeKeyStore
from bot.store.referrals import Referrals
from bot.store.retention import INCIDENTS, REFUSED, Ran, retained
from bot.store.tables import (
    alerts,
    case_messages,
    channel_messages,
    chats,
    code_failures,
    contacts,
    erasures,
    invitations,
    metadata,
    offices,
    referral_events,
    referrals,
    replies,
    retention_clock,
    set_aside,
    stubs,
    wraps,
)
from tests.conftest import Database
from tests.store.making import Deferred, a_referral, a_request
from tests.store.turns import Talk, with_code

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE = "iom-xx-test"
OFFICER = "officer-1"


@dataclass
class World:
    """Requests in a transaction that is rolled back, and rules that run on them."""

    connection: AsyncConnection
    store: Referrals
    sealer: Sealer
    pair: KeyPair

    async def waiting(
        self, code: NewCode | None = None, contact: Contact = Contact.CODE, at: datetime = AT
    ) -> Referral:
        """Return a request that an office got."""
        request = a_request(contact)
        referral = a_referral(request, office=OFFICE, created=at, due=at + HOUR)
        assert await self.store.insert(referral, request, code, (OFFICE, DUTY_DESK))
        return referral

    async def moved(self, referral: Referral, *steps: Action, at: datetime = AT) -> Referral:
        """Return the request after what officers, or its person, did."""
        after = {
            Action.CLAIM: State.CLAIMED,
            Action.ANSWER: State.ANSWERED,
            Action.CLOSE: State.CLOSED,
            Action.WITHDRAW: State.WITHDRAWN,
        }
        for one in steps:
            who = None if one is Action.WITHDRAW else OFFICER
            outcome = Outcome.HELPED if one is Action.CLOSE else None
            moved = await self.store.move(referral, Event(at, one, after[one], who, outcome))
            assert moved is not None
            referral = moved
        return referral

    async def run(
        self, at: datetime, real: datetime | None = None, *, confirmed: bool = False
    ) -> Ran:
        """Run the rules as of a time; the real clock says the same unless told otherwise."""
        run = Run(at, real or at, confirmed)
        return await retained(self.begin, self.sealer.keys, self.sealer, run)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Give a part of the transaction that is rolled back in the end, as one of its own."""
        async with self.connection.begin_nested():
            yield self.connection

    async def through(self, first: datetime, days: int) -> None:
        """Run the rules once a day, as a program that never stops does."""
        for day in range(days + 1):
            await self.run(first + day * DAY)

    async def rows(self, table: Table) -> int:
        """Return how many rows a table has."""
        return int(
            (await self.connection.execute(select(func.count()).select_from(table))).scalar_one()
        )

    async def alarms(self, office: str = OFFICE) -> list[str]:
        """Return what stands before an office."""
        found = await self.connection.execute(
            select(alerts.c.step).where(alerts.c.office == office).order_by(alerts.c.id)
        )
        return list(found.scalars())


@pytest.fixture
async def world(connection: AsyncConnection, sealer: Sealer, deferred: Deferred) -> World:
    """Give an empty database with one office, which has a key as the duty desk has."""
    for table in reversed(metadata.sorted_tables):
        if table is not offices and not table.name.startswith("audit"):
            await connection.execute(delete(table))
    await connection.execute(insert(offices).values(id=OFFICE, created=AT))
    pair = new_pair()
    keys = OfficeKeyStore(connection)
    await keys.add(OfficeKey(OFFICE, 1, pair.public), AT)
    await keys.add(OfficeKey(DUTY_DESK, 1, new_pair().public), AT)
    return World(connection, Referrals(connection, sealer, deferred), sealer, pair)


@pytest.fixture(scope="module")
def code(keys: Keys) -> NewCode:
    """Give a code, which is slow to make."""
    return made_code(keys)


# --- what simply goes ----------------------------------------------------------------------------


def a_chat(at: datetime) -> tuple[Table, dict[str, object]]:
    return chats, {
        "person": secrets.token_hex(8),
        "channel": "web",
        "state_sealed": b"",
        "touched": at,
    }


def a_message_id(at: datetime) -> tuple[Table, dict[str, object]]:
    return channel_messages, {"person": secrets.token_hex(8), "message": 1, "at": at}


def a_reply(at: datetime) -> tuple[Table, dict[str, object]]:
    person = secrets.token_hex(8)
    row = {"person": person, "key_hash": b"k", "channel": "telegram", "at": at, "pushes": True}
    return replies, row | {"body_sealed": b"sealed", "address_sealed": b"sealed"}


def a_failure(at: datetime) -> tuple[Table, dict[str, object]]:
    return code_failures, {"person": secrets.token_hex(8), "at": at}


def unreadable(at: datetime) -> tuple[Table, dict[str, object]]:
    return set_aside, {"channel": "telegram", "at": at, "raw_sealed": b"sealed"}


def an_invitation(at: datetime) -> tuple[Table, dict[str, object]]:
    row = {"token_hash": secrets.token_bytes(8), "office": DUTY_DESK, "role": "officer"}
    return invitations, row | {"created": at - DAY, "expires": at}


@pytest.mark.parametrize(
    ("rule", "made", "lives"),
    [
        ("chats", a_chat, 24 * HOUR),
        ("message-ids", a_message_id, 48 * HOUR),
        ("turns", a_reply, 8 * DAY),
        ("code-failures", a_failure, 48 * HOUR),
        ("set-aside", unreadable, 30 * DAY),
        ("invitations", an_invitation, 24 * HOUR),
    ],
)
async def test_a_row_lives_as_long_as_its_rule_says(
    world: World,
    rule: str,
    made: Callable[[datetime], tuple[Table, dict[str, object]]],
    lives: timedelta,
) -> None:
    for age in (lives - MINUTE, lives + MINUTE):
        table, row = made(AT - age)
        await world.connection.execute(insert(table).values(row))
    ran = await world.run(AT)
    assert ran.counts[rule] == 1
    assert await world.rows(table) == 1


async def test_the_turn_log_keeps_key_pseudonym_and_time_after_a_day(world: World) -> None:
    for age in (24 * HOUR - MINUTE, 24 * HOUR + MINUTE):
        table, row = a_reply(AT - age)
        await world.connection.execute(insert(table).values(row))
    assert (await world.run(AT)).counts["replies"] == 1
    found = await world.connection.execute(
        select(replies.c.body_sealed, replies.c.address_sealed).order_by(replies.c.at)
    )
    assert [tuple(one) for one in found] == [(None, None), (b"sealed", b"sealed")]


async def test_a_reply_whose_draft_key_is_gone_holds_up_nothing(
    world: World, tmp_path: Path
) -> None:
    drafts = DraftSealer(tmp_path, lambda: AT - 3 * DAY)
    _, row = a_reply(AT - 3 * DAY)
    sealed = drafts.seal_json({}, "reply", str(row["person"]))
    row |= {"pushes": False, "leased_until": AT - 3 * DAY, "body_sealed": sealed}
    await world.connection.execute(insert(replies).values(row))
    later = DraftSealer(tmp_path, lambda: AT)
    assert later.forget_old() == 1
    ran = await retained(world.begin, world.sealer.keys, later, Run(AT, AT))
    assert ran.counts["replies"] == 1


async def test_a_code_goes_after_two_minutes_without_another_turn(page: Talk) -> None:
    page.handler.answer = with_code
    now = system_clock()
    await page.says("send", at=now)
    for seconds, shown in ((90, True), (150, False)):
        at = now + timedelta(seconds=seconds)
        await retained(page.engine.begin, page.sealer.keys, page.sealer, Run(at, at))
        assert (await page.says("send", at=now)).reply.secret is shown


async def test_the_jobs_run_the_rules_as_of_now_keep_the_list_and_scrub_the_files(
    database: Database,
) -> None:
    seen: list[str] = []

    class Noted:
        async def run(self, run: Run) -> Ran:
            assert run.at == run.real == AT
            assert not run.confirmed
            seen.append("run")
            return Ran()

        async def note_erasures(self) -> int:
            seen.append("list")
            return 0

    queue = open_queue(conninfo(database.app_url))
    add_retention(queue, Noted(), lambda: AT, lambda: seen.append("files"))
    for name in ("retention", "erasures", "scrub"):
        await queue.tasks[name](timestamp=0)
    assert seen == ["run", "list", "files"]


# --- requests that nobody ends -------------------------------------------------------------------


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
    assert (await world.store.kept(referral.reference)).erased is Reason.UNFINISHED


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


# --- requests that ended -------------------------------------------------------------------------


async def test_a_contact_ends_after_14_days_with_everything_that_waited(world: World) -> None:
    await world.waiting(contact=Contact.HERE)
    until = (await world.connection.execute(select(contacts.c.until))).scalar_one()
    await world.run(until - MINUTE)
    assert await world.rows(contacts) == 1
    await world.run(until + MINUTE)
    assert await world.rows(contacts) == 0


async def test_a_closed_request_goes_after_thirty_days_and_leaves_a_stub(
    world: World, code: NewCode, keys: Keys
) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    assert (await world.run(AT + 29 * DAY)).counts[Reason.CLOSED] == 0
    assert (await world.run(AT + 30 * DAY)).counts[Reason.CLOSED] == 1
    left = await world.store.kept(referral.reference)
    assert left == Kept(code.check, erased=Reason.CLOSED)
    assert set(stubs.c.keys()) == {"reference", "code_check", "reason", "erased"}


async def test_the_right_code_alone_opens_a_stub(world: World, code: NewCode, keys: Keys) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    await world.run(AT + 30 * DAY)
    left = await world.store.kept(referral.reference)
    assert judged(keys, code.code, left).fits
    assert not judged(keys, "000000000000", left).fits


async def test_a_stub_goes_ninety_days_after_the_erasure(world: World, code: NewCode) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    await world.run(AT + 30 * DAY)
    await world.run(AT + 120 * DAY, confirmed=True)
    assert await world.store.kept(referral.reference) != Kept()
    await world.run(AT + 121 * DAY)
    assert await world.store.kept(referral.reference) == Kept()


async def test_a_request_without_a_code_leaves_no_stub(world: World) -> None:
    await world.moved(await world.waiting(), Action.CLAIM, Action.CLOSE)
    assert (await world.run(AT + 30 * DAY)).counts[Reason.CLOSED] == 1
    assert await world.rows(stubs) == 0


async def test_a_number_is_not_given_again_while_its_stub_stands(
    world: World, code: NewCode
) -> None:
    first = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    await world.run(AT + 30 * DAY)
    request = a_request()
    again = a_referral(request, reference=first.reference)
    assert not await world.store.insert(again, request, None, (DUTY_DESK,))
    assert await world.store.by_reference(first.reference) is None


async def test_closing_leaves_of_all_times_the_days_and_of_messages_their_order(
    world: World,
) -> None:
    referral = await world.waiting()
    for minute in range(5):
        await world.store.write(referral, "words", AT + minute * MINUTE)
    before = [one.id for one in await world.store.messages(referral, None)]
    await world.moved(referral, Action.CLAIM, Action.CLOSE)
    closed = await world.store.by_reference(referral.reference)
    assert closed is not None
    told = await world.store.messages(closed, None)
    assert [one.id for one in told] == before
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert {one.at.replace(microsecond=0) for one in told} == {midnight}
    assert {one.at for one in await world.store.events(closed)} == {midnight}
    assert (closed.created, closed.due) == (midnight, midnight)


async def test_a_request_taken_back_in_hand_goes_after_three_days_without_a_trace(
    world: World, code: NewCode
) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.WITHDRAW)
    assert (await world.run(AT + 71 * HOUR)).counts["withdrawn"] == 0
    assert (await world.run(AT + 73 * HOUR)).counts["withdrawn"] == 1
    for table in (wraps, referrals, stubs):
        assert await world.rows(table) == 0, table.name
    assert await world.store.kept(referral.reference) == Kept()


async def test_danger_to_life_keeps_the_words_for_as_long_as_an_open_request_lives(
    world: World, code: NewCode
) -> None:
    referral = await world.moved(await world.waiting(code), Action.CLAIM, Action.WITHDRAW)
    await world.connection.execute(update(referrals).values(kept_reason="danger-to-life"))
    await world.through(AT, 103)
    assert await world.store.by_reference(referral.reference) is not None
    assert (await world.run(AT + 105 * DAY)).counts["kept"] == 1
    assert (await world.rows(referrals), await world.rows(stubs)) == (0, 0)


async def test_what_a_person_erases_leaves_nothing_but_a_keyed_hash(
    world: World, code: NewCode
) -> None:
    referral = await world.waiting(code, Contact.HERE)
    await world.store.erase(referral)
    for table in (wraps, case_messages, referral_events, contacts, alerts, referrals, stubs):
        assert await world.rows(table) == 0, table.name
    (row,) = (await world.connection.execute(select(erasures))).all()
    assert row.hash == hash_of(world.sealer.keys, "request", referral.id)
    assert (row.kind, row.reason) == ("request", None)


async def test_the_wraps_of_the_keys_go_before_the_rows(world: World, code: NewCode) -> None:
    referral = await world.waiting(code)
    second = await world.moved(await world.waiting(code), Action.CLAIM, Action.CLOSE)
    for act in (lambda: world.store.erase(referral), lambda: world.run(AT + 30 * DAY)):
        deleted = await _deletes(world.connection, act)
        about = [one for one in deleted if one in ("wraps", "case_messages", "referrals")]
        assert about == ["wraps", "case_messages", "referrals"]
    assert await world.store.by_reference(second.reference) is None


async def _deletes(connection: AsyncConnection, act: Callable[[], Awaitable[object]]) -> list[str]:
    """Return from which tables rows were deleted, in order."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.extend(re.findall(r"DELETE FROM (\w+)", statement))

    raw = connection.sync_connection
    assert raw is not None
    event.listen(raw, "before_cursor_execute", note)
    try:
        await act()
    finally:
        event.remove(raw, "before_cursor_execute", note)
    return seen


# --- too many at once, and clocks that lie -------------------------------------------------------


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


# --- the list of erasures ------------------------------------------------------------------------


async def test_the_file_lists_what_the_database_lists(world: World, tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / NAME)
    referral = await world.waiting()
    await world.store.erase(referral)
    await world.moved(await world.waiting(), Action.CLAIM, Action.WITHDRAW)
    assert await copy_out(world.connection, log) == 2
    assert await copy_out(world.connection, log) == 0
    listed = log.read()
    assert listed is not None
    assert {one.kind for one in listed} == {"request", "withdrawal"}
    assert hash_of(world.sealer.keys, "request", referral.id) in {one.hash for one in listed}
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert referral.reference not in (tmp_path / NAME).read_text()


def test_a_line_that_a_crash_cut_short_spoils_no_other(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / NAME)
    one = Erasure("request", bytes(32), AT, Reason.CLOSED)
    log.add([one])
    with (tmp_path / NAME).open("a") as file:
        file.write(to_line(one)[:40])
    log.add([Erasure("chat", bytes([1] * 32), AT)])
    assert log.read() == (one, Erasure("chat", bytes([1] * 32), AT))


def test_the_file_forgets_what_no_backup_can_hold(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / NAME)
    old, new = (Erasure("chat", bytes([n] * 32), AT + n * DAY) for n in (0, 2))
    log.add([old, new])
    assert log.forget(AT + DAY) == 1
    assert log.read() == (new,)
    assert log.forget(AT + DAY) == 0


def test_a_list_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(ErasureLogUnusable):
        ErasureLog(tmp_path / NAME).add([])
    with pytest.raises(ErasureLogUnusable):
        ErasureLog(tmp_path / NAME).read()


@pytest.mark.parametrize("line", ["", "x", "2026-11-24 request - 00", "a b c d e"])
def test_nonsense_is_no_entry(line: str) -> None:
    assert from_line(line) is None
