"""The bar: whoever takes the disk reads no request, and whoever takes the database finds nobody.

A whole machine is lived through once: intake before anybody is there, the end of the set-up, intake
after it, officers who answer, a person who writes back, a draft that was never sent.  Then its disk
is taken.
"""

import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pyotp
import pytest

from bot.app import Core, Vetted, open_core, open_database
from bot.config import Settings
from bot.console import Deps, add_officer, init_recovery
from bot.console.unlock import tend
from bot.conversation import Knowledge, Turn
from bot.privacy import DraftSealer, Keys, opened_by_password, pseudonym
from bot.referrals import Category, State, Wanted
from bot.serving import console_deps
from bot.staff import DUTY_DESK, Attempt, Opened, Place, Role, open_keys, sign_in
from tests.store.seizing import Disk, Thief, files_of, found_keys, rows_of

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "quiet harbour seven lanterns"
OFFICER, SFAX = "canary.officer@example.org", "iom-tn-sfax"
EARLY, LATE, COMPLAINT = "CANARYearly no pay", "CANARYlate no papers", "CANARYcomplaint money"
MORE, ANSWER, SAFE_WORD = "CANARYmore of it", "CANARYanswer on Tuesday", "CANARYsafeword"
DRAFT, WAITING = "CANARYdraft not sent", "CANARYwaiting come at ten"
QUEUED = (EARLY, LATE, COMPLAINT, MORE, ANSWER, SAFE_WORD)
CHAT = 777_000_555_123
PSEUDONYM = re.compile(r"[0-9a-f]{8}\.[a-z2-7]{32}")


@dataclass
class Moved:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


ASKED_ABOUT = {"trafficking": ["refer:age:adult"], "complaint": ["refer:against:skip"]}
"""What is answered where something more is asked."""


@dataclass
class Person:
    """Somebody on Telegram who presses buttons and writes."""

    core: Core
    address: str
    last: str = ""
    turns: int = 0
    shown: list[str] = field(default_factory=list)

    async def does(self, *said: str) -> None:
        for one in said:
            self.turns += 1
            is_choice = re.fullmatch(r"[a-z]+(:[\w-]+)*", one) is not None
            turn = Turn(
                key=f"telegram:1:{self.address}{self.turns}",
                channel="telegram",
                person=pseudonym(self.core.keys, "telegram", self.address),
                at=self.core.clock(),
                text=None if is_choice else one,
                choice=one if is_choice else None,
                address=self.address,
            )
            delivery = await self.core.dispatcher.handle(turn)
            self.shown += [message.text for message in delivery.reply.messages]
            told = [one for one in delivery.reply.messages if one.reference]
            if told:
                self.last = f"{told[0].reference} {told[0].code or ''}"

    async def asks(self, words: str, about: str, *, here: bool = False, sends: bool = True) -> None:
        """Go through the questions; with `here` written to in the chat and without a code."""
        contact = ["refer:contact:here", "refer:hours:any", SAFE_WORD, "refer:stop:skip"]
        await self.does(
            *(
                "start",
                "lang:en",
                "refer",
                "refer:safe:yes",
                "refer:for:me",
                f"refer:about:{about}",
            ),
            *ASKED_ABOUT.get(about, ()),
            *("Sfax", "refer:urgent:soon"),
            *(contact if here else ["refer:contact:code"]),
            *(words, "refer:consent:yes", "refer:share:no"),
            "refer:code:no" if here else "refer:code:show",
            *(["refer:send"] if sends else []),
        )


@dataclass
class Machine:
    """What was taken, and what the test alone knows."""

    before: Disk
    """The disk while the set-up was not finished."""
    disk: Disk
    """The disk with the set-up finished and the keys of drafts gone."""
    with_drafts: Disk
    keys: Keys
    officer: bytes
    """The officer's private key, as the password opens it."""
    true_keys: dict[str, bytes]


async def officer_of(core: Core, deps: Deps, email: str, office: str, role: Role) -> Opened:
    made = await add_officer(deps.door(), core.set_up, Place(email, office, role), PASSWORD)
    code = pyotp.TOTP(made.totp).at(core.clock())
    return await sign_in(Attempt(email, PASSWORD, code, "192.0.2.1"), deps.door())


async def works(deps: Deps, opened: Opened, words: str) -> None:
    """Take every waiting request of the office that the officer may see, and answer it."""
    wanted = Wanted(opened.officer.office, frozenset({State.WAITING}), frozenset(Category))
    async with deps.open() as work:
        keys = await open_keys(opened.token, opened.officer, work.staff)
        for waiting in await work.queue.page(wanted, 50, 0):
            taken = await work.referrals.claim(waiting, opened.officer.id)
            await work.referrals.answer(taken, opened.officer.id, words, keys)


async def lived_through(folder: Path, knowledge: Knowledge) -> Machine:
    clock, settings = Moved(), Settings(data_dir=folder)
    async with (
        open_database(settings) as database,
        open_core(settings, Vetted(lambda: knowledge), database, clock) as core,
    ):
        await Person(core, str(CHAT)).asks(EARLY, "trafficking")
        before = await taken(core)
        deps = console_deps(core, "http://localhost")
        private, true_keys = await served(core, deps)
        with_drafts = await taken(core)
        clock.now += timedelta(days=3)
        assert DraftSealer(folder / "drafts", clock).forget_old() == 1
        rows, keys = await rows_of(core.engine), core.keys
        deps.passwords.close()
    return Machine(before, Disk(files_of(folder), rows), with_drafts, keys, private, true_keys)


async def taken(core: Core) -> Disk:
    return Disk(files_of(core.settings.data_dir), await rows_of(core.engine))


async def served(core: Core, deps: Deps) -> tuple[bytes, dict[str, bytes]]:
    """Let officers come, and people ask and be answered; return what must lie nowhere."""
    desk = await officer_of(core, deps, OFFICER, DUTY_DESK, Role.SUPERVISOR)
    await init_recovery(deps.door())
    await tend(deps, desk.token, desk.officer)
    sfax = await officer_of(core, deps, "far@example.org", SFAX, Role.OFFICER)
    await Person(core, str(CHAT + 1)).asks(COMPLAINT, "complaint")
    late = Person(core, str(CHAT + 2))
    await late.asks(LATE, "return")
    await works(deps, desk, ANSWER)
    await works(deps, sfax, ANSWER)
    await late.does("receipt", late.last, "receipt:write", MORE)
    await Person(core, str(CHAT + 3)).asks(LATE, "return", here=True)
    await works(deps, sfax, WAITING)
    await Person(core, str(CHAT + 4)).asks(DRAFT, "labour", sends=False)
    return await true_keys_of(deps, core, desk, sfax)


async def true_keys_of(deps: Deps, core: Core, *opened: Opened) -> tuple[bytes, dict[str, bytes]]:
    """Return the first officer's private key, and every secret that must lie nowhere."""
    found: dict[str, bytes] = {}
    privates = []
    rows = await rows_of(core.engine)
    for one in opened:
        row = next(row for row in rows["officers"] if row["id"] == one.officer.id)
        private = opened_by_password(row["private_locked"], PASSWORD, row["public"].hex())
        privates.append(private)
        found |= {f"officer {one.officer.office}": private, one.officer.office: one.token.encode()}
        async with deps.open() as work:
            keys = await open_keys(one.token, one.officer, work.staff)
        found |= {f"key {office}/{version}": key for (office, version), key in keys.items()}
    found["password"] = PASSWORD.encode()
    return privates[0], found


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Not below pytest's own folder: the server's ordinary user must be able to come here.
    with TemporaryDirectory(prefix="waypoint-seized-") as made:
        Path(made).chmod(0o755)
        yield Path(made) / "var"


@pytest.fixture(scope="module")
async def machine(folder: Path, knowledge: Knowledge) -> Machine:
    return await lived_through(folder, knowledge)


def test_with_the_whole_disk_no_queued_request_can_be_read(machine: Machine) -> None:
    assert "secret.key" in machine.disk.files
    assert not any("setup" in name or "drafts/" in name for name in machine.disk.files)
    thief = Thief(machine.disk, (*QUEUED, DRAFT, "Sfax"))
    assert thief.attack() == set()
    assert thief.tried > 500


def test_the_same_attack_reads_what_the_officer_reads_once_it_has_their_key(
    machine: Machine,
) -> None:
    """Else the test above would pass with a thief who can open nothing at all."""
    thief = Thief(machine.disk, (*QUEUED, DRAFT, "Sfax"), [machine.officer])
    assert thief.attack() == {*QUEUED, "Sfax"}


def test_before_the_set_up_is_finished_the_same_attack_reads_it(machine: Machine) -> None:
    assert Thief(machine.before, (EARLY,)).attack() == {EARLY}


def test_while_the_keys_of_drafts_are_there_a_draft_is_read_and_nothing_queued(
    machine: Machine,
) -> None:
    assert Thief(machine.with_drafts, (DRAFT,)).attack() == {DRAFT}


def test_what_the_host_must_read_itself_is_all_that_its_secret_opens(machine: Machine) -> None:
    """Officers' mail, and an answer that waits for somebody without a code."""
    assert Thief(machine.disk, (OFFICER, WAITING)).attack() == {OFFICER, WAITING}


def test_no_word_stands_in_any_file_or_row_in_clear(machine: Machine) -> None:
    words = [*QUEUED, DRAFT, WAITING, OFFICER, PASSWORD, str(CHAT), "CANARY"]
    assert found_in(machine.disk, words) == []
    assert found_in(machine.with_drafts, words) == []
    # What may stand in clear is found by the same search.
    reference = machine.disk.tables["referrals"][0]["reference"]
    assert found_in(machine.disk, [reference]) != []


def found_in(disk: Disk, words: list[str]) -> list[str]:
    rows = repr(disk.tables).encode()
    found = []
    for word in words:
        for form in forms(word.encode()):
            found += [f"{word} in {name}" for name, raw in disk.files.items() if form in raw]
            found += [f"{word} in a row"] if form in rows else []
    return found


def forms(raw: bytes) -> set[bytes]:
    """Return how bytes might be written: as they are, in hexadecimal, in base64, in UTF-16."""
    coded = base64.b64encode(raw).rstrip(b"=")[:-1]
    return {raw, raw.hex().encode(), raw.hex().upper().encode(), coded} | (
        {raw.decode().encode("utf-16-le")} if raw.isascii() else set()
    )


def test_no_key_that_opens_lies_in_any_file_of_the_disk(machine: Machine) -> None:
    """Not by trying: whatever opens a request is known here, and is looked for in every byte."""
    for name, key in machine.true_keys.items():
        for form in forms(key):
            assert [file for file, raw in machine.disk.files.items() if form in raw] == [], name
    assert machine.keys.root.hex().encode() in machine.disk.files["secret.key"]


def test_the_database_alone_matches_no_chat(machine: Machine) -> None:
    stored = {one for text in machine.disk.texts() for one in PSEUDONYM.findall(text)}
    ids = [str(number) for number in range(CHAT - 100, CHAT + 100)]
    assert stored
    assert {one for one in ids if pseudonym(machine.keys, "telegram", one) in stored} == {
        str(CHAT + number) for number in range(5)
    }
    # Without the secret: every key that the database holds, and none, over every id of the range.
    rows = Disk({}, machine.disk.tables)
    tails = {one.partition(".")[2] for one in stored}
    for key in (b"", *found_keys(rows)):
        for one in ids:
            assert tail(hmac.digest(key, f"telegram\x00{one}".encode(), "sha256")) not in tails
            assert tail(hmac.digest(key, one.encode(), "sha256")) not in tails
    blobs = rows.blobs
    for one in ids:
        for guess in (one, f"telegram:{one}", f"telegram\x00{one}", f"telegram:1:{one}"):
            assert sha256(guess.encode()).digest() not in blobs


def tail(digest: bytes) -> str:
    return base64.b32encode(digest[:20]).decode().lower()


def test_a_complaint_is_sealed_to_the_duty_desk_and_recovery_alone(machine: Machine) -> None:
    by_category: dict[str, set[str]] = {}
    for row in machine.disk.tables["referrals"]:
        offices = {
            one["office"]
            for one in machine.disk.tables["wraps"]
            if one["referral"] == row["id"] == one["subject"]
        }
        by_category.setdefault(row["category"], set()).update(offices)
    assert by_category["complaint"] == {DUTY_DESK, "recovery"}
    assert by_category["return"] == {SFAX, DUTY_DESK, "recovery"}
    assert by_category["trafficking"] == {DUTY_DESK, "recovery"}
