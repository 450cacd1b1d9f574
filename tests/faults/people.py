"""People who ask for help while the program dies under them.

They do what a page and a phone do: the page sends the same turn with the same key until it is
answered, the phone waits, and a person who waits long presses again.
"""

import asyncio
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp

from tests.faults.program import Program
from tests.telegram.bot_api import Message, User

JSON = dict[str, Any]
IMPATIENT = 6.0
"""Seconds after which a person presses again."""
AGAIN = 0.05
PATIENT = 200.0
"""Seconds after which a reply counts as lost: longer than the program is killed all the time."""
NUMBER = re.compile(r"number: (\d{4} ?\d{4})")
CODE = re.compile(r"code: ((?:\d{3} ?){4})")

Steps = list[tuple[JSON, str]]


def steps(words: str, contact: str, town: str, protect: tuple[str, str] | None) -> Steps:
    """Return what is pressed or written in turn, and how a button of the next question begins.

    `protect` is the word that proves the office and the one that stops everything.
    """
    proves, stops = (
        ({"text": one} for one in protect) if protect else (_skip("word"), _skip("stop"))
    )
    more: Steps = [
        ({"choice": "refer:hours:any"}, "refer:word:"),
        (proves, "refer:stop:"),
        (stops, "refer:words:"),
    ]
    here = contact == "here"
    return [
        ({"choice": "refer"}, "refer:safe:"),
        ({"choice": "refer:safe:yes"}, "refer:for:"),
        ({"choice": "refer:for:me"}, "refer:about:"),
        ({"choice": "refer:about:return"}, "refer:place:"),
        ({"text": town} if town else _skip("place"), "refer:urgent:"),
        ({"choice": "refer:urgent:soon"}, "refer:contact:"),
        ({"choice": f"refer:contact:{contact}"}, "refer:hours:" if here else "refer:words:"),
        *(more if here else []),
        ({"text": words}, "refer:consent:"),
        ({"choice": "refer:consent:yes"}, "refer:share:"),
        ({"choice": "refer:share:no"}, "refer:code:"),
        ({"choice": "refer:code:show"}, "refer:send"),
    ]


def _skip(step: str) -> JSON:
    return {"choice": f"refer:{step}:skip"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person was told when their request was there."""

    reference: str
    code: str


@dataclass
class Visitor:
    """A person in the web chat, with the page's habits."""

    program: Program
    client: aiohttp.ClientSession
    token: str = field(default="", repr=False)
    repeats: int = 0
    """How often a turn had to be sent again."""
    trouble: Counter[str] = field(default_factory=Counter)

    async def intake(
        self,
        words: str,
        contact: str = "code",
        town: str = "",
        protect: tuple[str, str] | None = None,
    ) -> Receipt:
        """Ask for help, from the first page to number and code, then look where it stands."""
        await self.open()
        await self.turn(choice="lang:en")
        for said, following in steps(words, contact, town, protect):
            reply = await self.turn(**said)
            assert any(one.startswith(following) for one in buttons(reply)), (said, reply)
        sent = await self.turn(choice="refer:send")
        told = next(one for one in sent["messages"] if "reference" in one)
        receipt = Receipt(told["reference"], told["code"])
        status = await self.turn(text=f"{receipt.reference} {receipt.code}")
        assert "waiting for an officer" in texts(status), status
        return receipt

    async def open(self, **hint: str) -> JSON:
        """Open a chat."""
        opened = await self._insist("/chat", hint)
        self.token = opened["token"]
        return opened

    async def turn(self, key: str | None = None, **said: Any) -> JSON:
        """Take one turn; whatever dies meanwhile, the same key gives the same reply again."""
        sent = {"key": key or secrets.token_hex(16), **said}
        reply = await self._insist("/chat/turns", sent)
        assert await self._insist("/chat/turns", sent) == reply
        return reply

    async def ends(self, **said: Any) -> JSON:
        """Take the turn after which the chat is gone, so that it cannot be asked for again."""
        return await self._insist("/chat/turns", {"key": secrets.token_hex(16), **said})

    async def _insist(self, path: str, body: JSON) -> JSON:
        began = time.monotonic()
        while time.monotonic() < began + PATIENT:
            async with asyncio.timeout(PATIENT):
                await self.program.up.wait()
            if (answer := await self._post(path, body)) is not None:
                return answer
            self.repeats += 1
            await asyncio.sleep(AGAIN)
        raise AssertionError(f"not answered: {self.trouble}\n{self.program.stderr[-5000:]}")

    async def _post(self, path: str, body: JSON) -> JSON | None:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with self.client.post(
                f"{self.program.url}{path}", json=body, headers=headers
            ) as answer:
                if answer.status == 503:
                    self.trouble[f"{path} 503"] += 1
                    return None
                assert answer.status == 200, (answer.status, await answer.text())
                reply: JSON = await answer.json()
                return reply
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            self.trouble[f"{path} {type(error).__name__}"] += 1
            return None


async def telegram_intake(
    user: User,
    words: str,
    contact: str = "code",
    town: str = "",
    protect: tuple[str, str] | None = None,
) -> Receipt:
    """Ask for help on Telegram, from /start to number and code, then look where it stands."""
    message = await _until(user, lambda: user.says("/start"), _has("lang:en", "refer"))
    if "lang:en" in message.data:
        message = await _press(user, "lang:en", message, _has("refer"))
    for said, following in steps(words, contact, town, protect):
        look = _begins(following)
        if "text" in said:
            message = await _until(user, partial(user.says, said["text"]), look)
        else:
            message = await _press(user, said["choice"], message, look)
    told = await _press(user, "refer:send", message, lambda one: bool(CODE.search(one.text)))
    receipt = Receipt(_digits(NUMBER, told.text), _digits(CODE, told.text))
    typed = f"{receipt.reference} {receipt.code}"
    await _until(user, lambda: user.says(typed), lambda one: "waiting for an officer" in one.text)
    return receipt


async def _press(
    user: User, button: str, message: Message, look: Callable[[Message], bool]
) -> Message:
    return await _until(user, lambda: user.presses(button, message), look)


async def _until(user: User, act: Callable[[], object], look: Callable[[Message], bool]) -> Message:
    """Act, and act again while nothing comes, until a message newer than before passes."""
    before = max((one.id for one in user.messages()), default=0)
    edits = {one.id: one.edits for one in user.messages()}

    def new(one: Message) -> bool:
        return (one.id > before or one.edits > edits.get(one.id, 0)) and look(one)

    waited = 0.0
    while waited < PATIENT:
        act()
        try:
            return await user.sees(new, IMPATIENT)
        except AssertionError:
            waited += IMPATIENT
    raise AssertionError(f"no answer came:\n{user.screen()}")


def _has(*data: str) -> Callable[[Message], bool]:
    return lambda message: any(one in message.data for one in data)


def _begins(start: str) -> Callable[[Message], bool]:
    return lambda message: any(one.startswith(start) for one in message.data)


def _digits(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found is not None, text
    return re.sub(r"\D", "", found[1])


def buttons(reply: JSON) -> list[str]:
    """Return the ids of all buttons of a reply."""
    return [one["id"] for message in reply["messages"] for row in message["choices"] for one in row]


def texts(reply: JSON) -> str:
    """Return all texts of a reply."""
    return "\n".join(message["text"] for message in reply["messages"])
