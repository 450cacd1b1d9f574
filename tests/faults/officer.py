"""An officer at their console, over HTTP as a browser does it."""

import json
import re
from dataclasses import dataclass

import aiohttp
import pyotp

from tests.faults.program import Program, command

PASSWORD = "canary-horse-battery-staple-77"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Officer:
    """One officer, signed in."""

    program: Program
    client: aiohttp.ClientSession
    pages: str = ""
    """Every page that was shown."""

    async def press(self, path: str, form: str, **fields: str) -> str:
        """Open a page, fill in and send its form; return the page that follows."""
        csrf = CSRF.search(await self.see(path))
        assert csrf is not None, path
        async with self.client.post(
            f"{self.program.url}{form}",
            data={"csrf": csrf[1], **fields},
            headers={"Origin": self.program.url},
        ) as answer:
            page = await answer.text()
            self.pages += page
            assert answer.status == 200, (answer.status, form)
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


async def signed_in(program: Program, email: str = "officer@example.org") -> Officer:
    """Make an officer of the duty desk beside the running program, and sign them in."""
    words = ("officer", "add", email, "--office", "duty-desk", "--role", "officer")
    code, out, err = await command(
        program.settings, *words, "--password-stdin", "--json", stdin=PASSWORD
    )
    assert code == 0, err
    secret = json.loads(out)["totp"]
    client = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    officer = Officer(program, client)
    await officer.press(
        "/console/sign-in",
        "/console/sign-in",
        email=email,
        password=PASSWORD,
        code=pyotp.TOTP(secret).now(),
    )
    return officer
