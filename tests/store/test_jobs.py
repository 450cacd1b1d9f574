"""Background work: exactly once in effect, with ids only, whatever happens to a worker."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from procrastinate import App, periodic
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import system_clock
from bot.conversation import Capabilities, Delivery, Reply, Sender, Session, Tools, Turn, tell
from bot.errors import Unavailable
from bot.i18n import say
from bot.jobs import (
    Deferring,
    Jobs,
    add_late,
    add_retention,
    add_tasks,
    open_queue,
    worker,
    working,
)
from bot.jobs.stalled import requeue
from bot.privacy.retention import Run
from bot.referrals import (
    DUTY_DESK,
    Action,
    Address,
    Category,
    Consent,
    Contact,
    Event,
    Particulars,
    Referral,
    Request,
    State,
    Urgency,
    new_reference,
)
from bot.store.engine import conninfo
from bot.store.jobs import JobStore
from bot.store.outbox import Outbox
from bot.store.referrals import Referrals
from bot.store.tables import alerts, contacts, replies
from tests.sealing import given_key
from tests.store.turns import Handler, Talk, shown

SECONDS = 10
LOOKS = 3


class Phone:
    """A channel that notes what it shows."""

    name = "telegram"
    capabilities = Capabilities(pushes=True, edits=False, deletes=False)

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    async def deliver(self, delivery: Delivery) -> None:
        """Show a reply."""
        self.shown.append((delivery.person, shown(delivery)))


@dataclass
class Work:
    """A queue with its tasks on the real database, and a person who asked for help."""

    talk: Talk
    queue: App
    phone: Phone
    store: JobStore

    async def referral(self, *, here: bool = True) -> Referral:
        """Keep a request of the person, who wants to be told in this chat, or not."""
        now = system_clock()
        consent = Consent(True, False, Contact.HERE if here else Contact.CODE)
        made = Referral(
            id=str(uuid.uuid4()),
            reference=new_reference(),
            office="duty-desk",
            category=Category.RETURN,
            urgency=Urgency.SOON,
            language="en",
            state=State.WAITING,
            consent=consent,
            created=now,
            due=now + timedelta(hours=1),
        )
        to = Address(self.talk.person, "telegram", "555019999") if here else None
        request = Request(
            made.category, made.urgency, "en", consent, Particulars(words="PRIVATE"), to
        )
        async with self.talk.engine.begin() as connection:
            await given_key(connection)
            assert await self.referrals(connection).insert(made, request, None, [DUTY_DESK])
        return made

    async def answer(self, referral: Referral) -> None:
        """Let an officer take and answer it; of the answer the person is told."""
        claim = Event(system_clock(), Action.CLAIM, State.CLAIMED, "officer-1")
        answer = replace(claim, action=Action.ANSWER, state=State.ANSWERED)
        async with self.talk.engine.begin() as connection:
            store = self.referrals(connection)
            taken = await store.move(referral, claim)
            assert taken is not None
            assert await store.move(taken, answer)

    def referrals(self, connection: AsyncConnection) -> Referrals:
        """Return the referrals of a transaction, whose jobs go into the real queue."""
        return Referrals(connection, self.talk.sealer, Deferring(self.queue))

    async def run(self) -> None:
        """Work until the queue is empty."""
        async with asyncio.timeout(SECONDS):
            await self.queue.run_worker_async(
                wait=False, install_signal_handlers=False, delete_jobs="successful"
            )

    async def jobs(self, *columns: str) -> list[tuple[object, ...]]:
        """Return columns of the jobs that are in the queue."""
        listed = ", ".join(columns)
        query = text(f"SELECT {listed} FROM procrastinate_jobs ORDER BY id")  # noqa: S608
        async with self.talk.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(query)]

    async def told(self) -> list[str]:
        """Return what came to the person unasked."""
        return [said for person, said in self.phone.shown if person == self.talk.person]


async def news_handler(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Say the neutral line."""
    return tell(session, say("There is something new for you."))


@pytest.fixture
async def work(talk: Talk, database: object) -> AsyncIterator[Work]:
    talk.handler = Handler(news_handler)
    dispatcher = talk.dispatcher()
    dispatcher._parts.handlers.choices["news"] = talk.handler  # type: ignore[index]
    queue = open_queue(conninfo(database.app_url))  # type: ignore[attr-defined]
    phone, store = Phone(), JobStore(talk.engine, talk.sealer, talk.sealer)
    outbox = Outbox(talk.engine, talk.sealer)
    sender = Sender({phone.name: phone}, outbox, system_clock)
    add_tasks(queue, Jobs(store, dispatcher, sender, system_clock))
    async with queue.open_async():
        async with talk.engine.begin() as connection:
            for table in ("procrastinate_events", "procrastinate_jobs"):
                await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
        yield Work(talk, queue, phone, store)


# --- in the transaction that causes them ---------------------------------------------------------


async def test_a_job_exists_exactly_when_its_cause_is_committed(work: Work) -> None:
    await work.referral()
    assert [name for (name,) in await work.jobs("task_name")] == ["alert"]
    async with work.talk.engine.connect() as connection:
        await Deferring(work.queue)(connection, "alert", referral=str(uuid.uuid4()), step="x")
        await connection.rollback()
    assert len(await work.jobs("id")) == 1


async def test_a_queue_that_is_away_undoes_what_would_cause_a_job(work: Work) -> None:
    async with work.talk.engine.connect() as connection:
        pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with work.talk.engine.connect() as other:
            await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(Unavailable):
            await Deferring(work.queue)(connection, "alert", referral="x", step="x")
        await connection.invalidate()


async def test_the_arguments_of_jobs_are_ids_only(work: Work) -> None:
    referral = await work.referral()
    await work.answer(referral)
    arguments = [one for (one,) in await work.jobs("args")]
    assert [sorted(one) for one in arguments] == [["referral", "step"], ["event"]]  # type: ignore[call-overload]
    assert arguments[0] == {"referral": referral.id, "step": "new"}
    assert isinstance(arguments[1]["event"], int)  # type: ignore[index]


async def test_a_job_that_is_done_leaves_no_row(work: Work) -> None:
    await work.answer(await work.referral())
    await work.run()
    assert await work.jobs("id") == []


# --- once in effect ------------------------------------------------------------------------------


async def test_news_that_run_twice_are_told_once(work: Work) -> None:
    await work.answer(await work.referral())
    for row in await work.jobs("args", "task_name"):
        arguments, name = row
        if name == "news":
            await work.queue.configure_task("news").defer_async(**arguments)  # type: ignore[arg-type]
    await work.run()
    assert await work.told() == ["There is something new for you."]


async def test_a_line_that_was_not_sent_is_left_to_the_sweep_by_a_second_run(work: Work) -> None:
    await work.answer(await work.referral())
    ((arguments,),) = [row for row in await work.jobs("args") if "event" in row[0]]  # type: ignore[operator]
    turn = work.talk.turn(f"news:{arguments['event']}", unasked=True)  # type: ignore[index]
    # As if the worker had died between the commit and the sending.
    await work.talk.dispatcher().handle(turn)
    await work.run()
    assert await work.told() == []
    async with work.talk.engine.connect() as connection:
        query = select(func.count()).where(
            replies.c.person == work.talk.person, replies.c.sent.is_(None)
        )
        assert (await connection.execute(query)).scalar_one() == 1


async def test_an_alert_that_runs_twice_stands_once_before_the_office(work: Work) -> None:
    referral = await work.referral()
    for _ in range(2):
        await work.store.alert(referral.id, "new", system_clock())
    await work.run()
    async with work.talk.engine.connect() as connection:
        query = select(func.count()).where(alerts.c.referral == referral.id)
        assert (await connection.execute(query)).scalar_one() == 1


async def test_that_an_officer_took_it_is_not_worth_a_line(work: Work) -> None:
    referral = await work.referral()
    event = Event(system_clock(), Action.CLAIM, State.CLAIMED, "officer-1")
    async with work.talk.engine.begin() as connection:
        assert await work.referrals(connection).move(referral, event)
    assert [name for (name,) in await work.jobs("task_name")] == ["alert"]


async def test_nobody_is_told_who_chose_the_code_alone(work: Work) -> None:
    await work.answer(await work.referral(here=False))
    assert [name for (name,) in await work.jobs("task_name")] == ["alert"]


async def test_the_last_line_takes_the_address_with_it(work: Work) -> None:
    referral = await work.referral()
    await work.answer(referral)
    event = Event(system_clock(), Action.CLOSE, State.CLOSED, "officer-1")
    async with work.talk.engine.begin() as connection:
        store = work.referrals(connection)
        held = await store.by_reference(referral.reference)
        assert held is not None
        assert await store.move(held, event)
    await work.run()
    async with work.talk.engine.connect() as connection:
        query = select(contacts.c.address_sealed).where(contacts.c.referral == referral.id)
        assert (await connection.execute(query)).scalar_one() is None


# --- dead workers --------------------------------------------------------------------------------


async def abandoned(work: Work, jobs: int = 1) -> None:
    """Put jobs into the hands of a worker that has died."""
    for _ in range(jobs):
        await work.referral()
    async with work.talk.engine.begin() as connection:
        worker = await connection.execute(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '31 seconds') RETURNING id"
            )
        )
        await connection.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :id"),
            {"id": worker.scalar_one()},
        )


async def test_the_job_of_a_dead_worker_is_done_by_another(work: Work) -> None:
    await abandoned(work)
    assert await requeue(work.queue) == 1
    await work.run()
    assert await work.jobs("id") == []


async def test_the_job_of_a_living_worker_is_left_to_it(work: Work) -> None:
    await abandoned(work)
    async with work.talk.engine.begin() as connection:
        await connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now()"))
    assert await requeue(work.queue) == 0


async def test_two_processes_that_find_the_same_dead_worker_do_not_fail(
    work: Work, database: object
) -> None:
    await abandoned(work, jobs=5)
    other = open_queue(conninfo(database.app_url))  # type: ignore[attr-defined]
    async with other.open_async():
        assert sum(await asyncio.gather(requeue(work.queue), requeue(other))) == 5
    assert {status for (status,) in await work.jobs("status")} == {"todo"}


async def test_what_is_late_is_looked_for_every_minute_that_passes_whatever_a_clock_shows(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Looked:
        """What is asked for late requests."""

        def __init__(self) -> None:
            self.times = 0
            self.often = asyncio.Event()

        async def scan(self, at: datetime, now: datetime) -> tuple[object, ...]:
            del at, now
            self.times += 1
            if self.times == LOOKS:
                self.often.set()
            return ()

        async def step(self, referral: str, now: datetime) -> datetime | None:
            del referral, now
            return None

    class Rules:
        """What erases."""

        async def run(self, run: Run) -> object:
            return run

        async def note_erasures(self) -> int:
            return 0

    looked = Looked()
    add_late(work.queue, looked, system_clock)
    add_retention(work.queue, Rules(), system_clock, lambda: None)
    monkeypatch.setattr(worker, "MINUTE_SECONDS", 0.05)
    # The queue's own clock goes back an hour with every look: it would defer nothing twice.
    monkeypatch.setattr(periodic, "time", SetBack())
    async with asyncio.timeout(SECONDS), working(work.queue):
        await looked.often.wait()


class SetBack:
    """A clock that is set back an hour each time it is read."""

    def __init__(self) -> None:
        self._now = system_clock().timestamp()

    def time(self) -> float:
        """Return the seconds since 1970."""
        self._now -= 3600.0
        return self._now
