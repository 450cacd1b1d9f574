"""An officer at their console, over HTTP as a browser does it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import pyotp

from tests.faults.program import Program, command

MEMBERS = "/console/members"
PASSWORD = "canary-horse-battery-staple-77"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
SECRET = re.compile(r'class="secret">([A-Z2-7 ]+)<')
SHARE = re.compile(r'translate="no">([a-z ]+)<')
MEMBER = re.compile(r'href="/console/members/([0-9a-f-]{36})"><bdi>([^<]+)<')
INVITATION = re.compile(r"^First administrator \(.*\): (\S+)$", re.MULTILINE)


@dataclass
class Officer:
    """One officer, signed in."""

    program: Program
    client: aiohttp.ClientSession
    secret: str = field(default="", repr=False)
    """Of the one-time codes."""
    shares: tuple[str, ...] = field(default=(), repr=False)
    """Of the recovery key, shown to whoever made it."""
    pages: str = ""
    """Every page that was shown."""

    @property
    def cookie(self) -> str:
        """What keeps the browser signed in, and opens the key of the office."""
        return next(one.value for one in self.client.cookie_jar if one.key == "session")

    async def press(self, path: str, form: str, status: int = 200, **fields: str) -> str:
        """Open a page, fill in and send its form; return the page that follows."""
        csrf = _one(CSRF, await self.see(path))
        return await self.post(form, {"csrf": csrf, **fields}, status)

    async def post(self, form: str, fields: Mapping[str, str], status: int = 200) -> str:
        """Send a form; return the page that follows."""
        async with self.client.post(
            f"{self.program.url}{form}", data=dict(fields), headers={"Origin": self.program.url}
        ) as answer:
            page = await answer.text()
            self.pages += page
            assert answer.status == status, (answer.status, form)
        return page

    async def see(self, path: str) -> str:
        """Return a page."""
        async with self.client.get(f"{self.program.url}{path}") as answer:
            page = await answer.text()
            self.pages += page
            assert answer.status == 200, (answer.status, path)
        return page

    async def claims(self, reference: str) -> None:
        """Take a request."""
        case = f"/console/requests/{reference}"
        await self.press(case, f"{case}/claim")

    async def answers(self, reference: str, text: str) -> None:
        """Write to the person."""
        case = f"/console/requests/{reference}"
        await self.press(case, f"{case}/answer", text=text)

    async def releases(self, reference: str) -> None:
        """Give a request back."""
        case = f"/console/requests/{reference}"
        await self.press(case, f"{case}/release")

    async def closes(self, reference: str) -> None:
        """End a request that was taken."""
        case = f"/console/requests/{reference}"
        await self.press(case, f"{case}/close", outcome="helped")

    async def admits(self, email: str) -> None:
        """Let a colleague hold the key of the office."""
        members = {name: number for number, name in MEMBER.findall(await self.see(MEMBERS))}
        page = f"{MEMBERS}/{members[email]}"
        await self.press(page, f"{page}/admit")

    async def recovers(self, shares: tuple[str, ...]) -> None:
        """Come to the key of the office by two shares."""
        await self.press(MEMBERS, f"{MEMBERS}/recover", first=shares[0], second=shares[1])


async def invited(program: Program, email: str, password: str = PASSWORD) -> Officer:
    """Accept the invitation of the first administrator, who makes the keys of desk and recovery."""
    link = INVITATION.search(program.stdout)
    assert link is not None
    made = Officer(program, _browser())
    path = link[1].removeprefix(program.url)
    page = await made.press(
        path, f"{path}/password", email=email, password=password, again=password
    )
    made.secret = _one(SECRET, page).replace(" ", "")
    code = pyotp.TOTP(made.secret).now()
    page = await made.post(path, {"csrf": _one(CSRF, page), "code": code})
    made.shares = tuple(SHARE.findall(page))
    return made


async def added(program: Program, email: str, role: str = "officer") -> str:
    """Make an officer of the duty desk beside the running program; return their codes' secret."""
    words = ("officer", "add", email, "--office", "duty-desk", "--role", role)
    code, out, err = await command(
        program.settings, *words, "--password-stdin", "--json", stdin=PASSWORD
    )
    assert code == 0, err
    secret: str = json.loads(out)["totp"]
    return secret


async def signed_in(program: Program, email: str = "officer@example.org") -> Officer:
    """Make an officer of the duty desk beside the running program, and sign them in."""
    return await entered(program, email, await added(program, email))


async def entered(program: Program, email: str, secret: str) -> Officer:
    """Sign an officer in."""
    officer = Officer(program, _browser(), secret)
    await officer.press(
        "/console/sign-in",
        "/console/sign-in",
        email=email,
        password=PASSWORD,
        code=pyotp.TOTP(secret).now(),
    )
    return officer


def _browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


def _one(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    assert found is not None, page
    return found[1]
