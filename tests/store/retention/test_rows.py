"""Rows that simply go, each as long as its rule says."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, insert, select, text

from bot.clock import system_clock
from bot.jobs import add_retention, open_queue
from bot.privacy import DraftSealer
from bot.privacy.retention import DAY, Run
from bot.referrals import (
    DUTY_DESK,
)
from bot.store.engine import conninfo
from bot.store.retention import Ran, retained
from bot.store.tables import (
    channel_messages,
    code_failures,
    invitations,
    officers,
    replies,
    set_aside,
    sign_ins,
)
from tests.conftest import Database
from tests.store.retention.world import AT, HOUR, MINUTE, OFFICE, OFFICER, World, a_chat
from tests.store.turns import Talk, with_code


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


def a_sign_in(at: datetime) -> tuple[Table, dict[str, object]]:
    row = {"token_hash": secrets.token_bytes(8), "officer": OFFICER, "created": at, "used": at}
    return sign_ins, row


@pytest.mark.parametrize(
    ("rule", "made", "lives"),
    [
        ("chats", a_chat, 24 * HOUR),
        ("message-ids", a_message_id, 48 * HOUR),
        ("turns", a_reply, 8 * DAY),
        ("code-failures", a_failure, 48 * HOUR),
        ("set-aside", unreadable, 2 * DAY),
        ("invitations", an_invitation, 24 * HOUR),
        ("sign-ins", a_sign_in, 15 * MINUTE),
    ],
)
async def test_a_row_lives_as_long_as_its_rule_says(
    world: World,
    rule: str,
    made: Callable[[datetime], tuple[Table, dict[str, object]]],
    lives: timedelta,
) -> None:
    officer = {"id": OFFICER, "email_hash": b"h", "email_sealed": b"s", "office": OFFICE}
    await world.connection.execute(insert(officers).values(**officer, role="officer", created=AT))
    for age in (lives - MINUTE, lives + MINUTE):
        table, row = made(AT - age)
        await world.connection.execute(insert(table).values(row))
    ran = await world.run(AT)
    assert ran.counts[rule] == 1
    assert await world.rows(table) == 1


async def test_a_sign_in_in_use_goes_after_eight_hours(world: World) -> None:
    officer = {"id": OFFICER, "email_hash": b"h", "email_sealed": b"s", "office": OFFICE}
    await world.connection.execute(insert(officers).values(**officer, role="officer", created=AT))
    for age in (8 * HOUR - MINUTE, 8 * HOUR + MINUTE):
        _, row = a_sign_in(AT - age)
        await world.connection.execute(insert(sign_ins).values(row | {"used": AT}))
    assert (await world.run(AT)).counts["sign-ins"] == 1


@pytest.mark.parametrize(
    ("status", "days", "goes"),
    [("failed", 9, True), ("failed", 7, False), ("todo", 9, False), ("doing", 9, False)],
)
async def test_a_job_that_failed_for_good_goes_after_eight_days(
    world: World, status: str, days: int, goes: bool
) -> None:
    job = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('q', 'alert') RETURNING id"
    )
    made = {"id": await world.connection.scalar(text(job))}
    ended = "UPDATE procrastinate_jobs SET status = cast(:s AS procrastinate_job_status)"
    await world.connection.execute(text(f"{ended} WHERE id = :id"), made | {"s": status})
    await world.connection.execute(
        text("UPDATE procrastinate_events SET at = :at WHERE job_id = :id"),
        made | {"at": AT - days * DAY},
    )
    await world.run(AT)
    left = await world.connection.scalar(
        text("SELECT count(*) FROM procrastinate_jobs WHERE id = :id"), made
    )
    assert left == (0 if goes else 1)


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
    await queue.tasks["retention"](timestamp=0)
    await queue.tasks["erasures"]()
    await queue.tasks["scrub"](timestamp=0)
    assert seen == ["run", "list", "files"]
