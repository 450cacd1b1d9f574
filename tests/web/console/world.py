"""A console to test: real routes over the real database, a clock that is moved, browsers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pyotp
from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer, unused_port
from argon2 import PasswordHasher
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.console import Checks, Deps, add_officer, invite, invite_first, routes
from bot.directory import Directory
from bot.i18n import Catalogs, Language
from bot.privacy import Sealer, SetUpKey, locked_by_token, opened_by_token
from bot.referrals import (
    Address,
    Category,
    Consent,
    Contact,
    Hours,
    NewCode,
    Particulars,
    Referral,
    Request,
    Urgency,
    Wishes,
)
from bot.replies import load as load_replies
from bot.staff import (
    RECOVERY,
    OfficeKeys,
    Passwords,
    Place,
    Role,
    admit,
    may_hold,
    member_of,
    opened_wraps,
    wraps_for,
)
from bot.store.console import ConsoleParts, ConsoleUnit, console_units
from bot.store.jobs import JobStore
from bot.store.keys import OfficeKeyStore
from bot.store.setup import begin_set_up
from bot.store.tables import alerts
from tests.sealing import given_key, given_recovery

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NO_WISH = Wishes()
REPLIES = Path(__file__).parents[3] / "knowledge" / "replies"
PASSWORD = "quiet harbour seven lanterns"
SFAX, TUNIS = "iom-tn-sfax", "iom-tn-tunis"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ENGLISH = Language("en", "English", "ltr", (), frozenset())
FIELD = re.compile(r'name="csrf" value="([0-9a-f]+)"')
TABLES = (
    "sign_ins, sign_in_failures, invitations, officers, case_messages, case_notes,"
    " referral_events, contacts, alerts, offers, partners, referrals, wraps, office_keys,"
    " office_key_wraps"
)


@dataclass
class MovedClock:
    """A clock that goes only when told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Login:
    """What an officer knows and holds."""

    id: str
    email: str
    secret: str
    password: str = PASSWORD

    def code(self, at: datetime) -> str:
        return pyotp.TOTP(self.secret).at(at)


@dataclass
class Seen:
    """An answer as a browser sees it."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def words(self) -> str:
        """The text without tags, in one line."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


@dataclass
class Browser:
    """Keeps cookies and the `csrf` field of the last page, and names its origin as browsers do."""

    session: ClientSession
    origin: str
    csrf: str = ""

    async def get(self, path: str) -> Seen:
        async with self.session.get(self.origin + path, allow_redirects=False) as response:
            return await self._seen(response)

    async def post(self, path: str, **fields: str) -> Seen:
        return await self.send(path, {"csrf": self.csrf, **fields}, {"Origin": self.origin})

    async def send(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Seen:
        async with self.session.post(
            self.origin + path, data=dict(fields), headers=headers, allow_redirects=False
        ) as response:
            return await self._seen(response)

    async def _seen(self, response: ClientResponse) -> Seen:
        body = await response.text()
        if found := FIELD.search(body):
            self.csrf = found[1]
        return Seen(response.status, body, response.headers)


@dataclass
class World:
    """The running console and what the tests do around it."""

    engine: AsyncEngine
    deps: Deps
    parts: ConsoleParts
    clock: MovedClock
    paused: list[float]
    deferred: list[str]
    waiting_alerts: list[tuple[datetime | None, dict[str, Any]]]
    recovery: bytes = b""
    """The private half of the recovery key, which opens every office's key made after it."""
    sessions: list[ClientSession] = field(default_factory=list)
    server: TestServer | None = None

    async def start(self) -> None:
        app = web.Application()
        app.add_routes(routes(self.deps))
        port = int(self.deps.public_url.rpartition(":")[2])
        self.server = TestServer(app, port=port)
        await self.server.start_server()

    async def stop(self) -> None:
        for session in self.sessions:
            await session.close()
        if self.server is not None:
            await self.server.close()

    def browser(self) -> Browser:
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.sessions.append(session)
        return Browser(session, self.deps.public_url)

    async def newcomer(
        self, email: str = "one@example.org", office: str = SFAX, role: Role = Role.OFFICER
    ) -> Login:
        """Make an officer: the first of an office makes its key, a later one is pending."""
        place = Place(email, office, role)
        made = await add_officer(self.deps.door(), self.deps.set_up, place, PASSWORD)
        return Login(made.id, email, made.totp)

    async def officer(self, *args: Any, **fields: Any) -> Login:
        """Make an officer who holds the key of their office, if their role may hold one."""
        login = await self.newcomer(*args, **fields)
        async with self.deps.open() as work:
            found = await work.staff.officer(login.id)
            assert found is not None
            member = await member_of(found.office, login.id, work.staff)
            if may_hold(found) and not member.holds:
                await admit(member, await self.keys(found.office), work.staff, self.clock())
        return login

    async def keys(self, office: str) -> OfficeKeys:
        """Return what the recovery key opens for an office."""
        async with self.engine.connect() as connection:
            held = await OfficeKeyStore(connection).held_by(RECOVERY)
        return opened_wraps([one for one in held if one.office == office], self.recovery)

    async def invitation(self, email: str, office: str = SFAX, role: Role = Role.OFFICER) -> str:
        link = await invite(self.deps.door(), self.deps.public_url, email, office, role)
        return link.removeprefix(self.deps.public_url)

    async def first_invitation(self) -> str | None:
        link = await invite_first(self.deps.door(), self.deps.public_url)
        return link.removeprefix(self.deps.public_url) if link else None

    async def try_sign_in(self, browser: Browser, login: Login, **changed: str) -> Seen:
        await browser.get("/console/sign-in")
        fields = {"email": login.email, "password": login.password}
        fields["code"] = login.code(self.clock.now)
        return await browser.post("/console/sign-in", **{**fields, **changed})

    async def signed_in(self, login: Login) -> Browser:
        browser = self.browser()
        seen = await self.try_sign_in(browser, login)
        assert (seen.status, seen.location) == (303, "/console/requests")
        # The next sign-in of the same officer needs the next code.
        self.clock.forward(seconds=30)
        return browser

    async def request(
        self,
        office: str = SFAX,
        category: Category = Category.RETURN,
        urgency: Urgency = Urgency.SOON,
        words: str = "CANARY-WORDS my papers are gone",
        contact: Contact = Contact.CODE,
        *,
        sealed: bool = True,
        code: NewCode | None = None,
        hours: Hours = Hours.ANY,
        zone: str = "Africa/Tunis",
        safe_word: str = "",
        wishes: Wishes = NO_WISH,
    ) -> str:
        here = contact is Contact.HERE
        to = Address("person-1", "web", None, hours, zone) if here else None
        asked = Request(
            category,
            urgency,
            "ar",
            Consent(office=True, partner=False, contact=contact),
            Particulars(words, country="TN", place="Sfax", safe_word=safe_word),
            to,
            wishes=wishes,
        )
        if sealed:
            await self.has_key(office)
        async with self.deps.open() as work:
            receipt = await work.referrals.open(asked, office, code)
        return receipt.reference

    async def has_key(self, office: str) -> None:
        """Give an office a key that recovery alone holds, if it has none."""
        async with self.engine.begin() as connection:
            store = OfficeKeyStore(connection)
            if not await store.newest((office,)):
                opened = await given_key(connection, office)
                (recovery,) = await store.newest((RECOVERY,))
                await store.hold(wraps_for(opened, RECOVERY, recovery.public))

    async def stored(self, reference: str) -> Referral:
        async with self.deps.open() as work:
            found = await work.referrals.store.by_reference(reference)
        assert found is not None
        return found

    async def alert(self, step: str, reference: str | None = None, office: str = SFAX) -> None:
        """Put a line before an office, as the jobs do."""
        referral = await self.stored(reference) if reference else None
        row = insert(alerts).values(
            office=referral.office if referral else office,
            referral=referral.id if referral else None,
            step=step,
            at=self.clock(),
        )
        async with self.engine.begin() as connection:
            await connection.execute(row)

    async def alerts_come(self) -> None:
        """Let the jobs put their lines before offices and partners, each once its time has come."""
        due = [one for one in self.waiting_alerts if one[0] is None or one[0] <= self.clock()]
        sealer = self.parts.sealer
        for one in due:
            self.waiting_alerts.remove(one)
            await JobStore(self.engine, sealer, sealer).alert(**one[1], at=self.clock())

    async def told(self, reference: str) -> list[str]:
        referral = await self.stored(reference)
        keys = await self.keys(referral.office)
        async with self.deps.open() as work:
            case = await work.referrals.case(referral, keys)
        return [message.text for message in case.messages]


def make_world(engine: AsyncEngine, sealer: Sealer, directory: Directory, folder: Path) -> World:
    """Return a console that is not started yet."""
    import gettext

    clock, paused, deferred = MovedClock(), list[float](), list[str]()
    alerted = list[tuple[datetime | None, dict[str, Any]]]()

    async def defer(
        connection: AsyncConnection, task: str, at: datetime | None = None, **ids: str | int
    ) -> None:
        deferred.append(task)
        alerted.extend([(at, ids)] if task == "alert" else [])

    async def pause(seconds: float) -> None:
        paused.append(seconds)
        clock.forward(seconds=seconds)

    parts = ConsoleParts(
        engine, sealer, defer, directory, clock, frozenset({*directory.places, *directory.ladder})
    )
    deps = Deps(
        open=console_units(parts),
        clock=clock,
        passwords=Passwords(CHEAP, locked_by_token, opened_by_token),
        public_url=f"http://127.0.0.1:{unused_port()}",
        secret=b"s" * 32,
        catalogs=Catalogs({"en": ENGLISH}, {"en": gettext.NullTranslations()}),
        directory=directory,
        set_up=SetUpKey(folder / "setup.key"),
        judge=Checks(sealer.keys).judge,
        pause=pause,
        replies=load_replies(REPLIES),
    )
    return World(engine, deps, parts, clock, paused, deferred, alerted)


async def begin(world: World) -> None:
    """Let the world be as after a start: nobody signed in, recovery made, a set-up key."""
    async with world.engine.begin() as connection:
        world.recovery = await given_recovery(connection)
    await begin_set_up(world.engine, world.deps.set_up, START)


async def empty(engine: AsyncEngine) -> None:
    """Remove what a test before this one left behind."""
    async with engine.begin() as connection:
        for table in TABLES.split(", "):
            await connection.execute(text(f"DELETE FROM {table.strip()}"))  # noqa: S608
        for office in (SFAX, TUNIS):
            await connection.execute(
                text("INSERT INTO offices VALUES (:id, now()) ON CONFLICT DO NOTHING"),
                {"id": office},
            )


__all__ = [
    "PASSWORD",
    "SFAX",
    "START",
    "TUNIS",
    "Browser",
    "ConsoleUnit",
    "Login",
    "Seen",
    "World",
    "empty",
    "make_world",
]
