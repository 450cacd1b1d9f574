"""Receives updates by webhook and says 'received' only after their turns are committed.

The secret in the header is the only proof that a request comes from Telegram: it is compared in
constant time and before the body is read.
"""

import asyncio
import base64
import hmac
import json

from aiohttp import web

from bot.channels.telegram.client import Client
from bot.channels.telegram.inbound import CHANNEL, UnreadableUpdate
from bot.channels.telegram.intake import Intake, NotTaken
from bot.conversation import NotNow
from bot.privacy import Keys, Log

log = Log(__name__)

PATH = "/hooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LARGEST = 1024 * 1024
"""Bytes of a body; Telegram's own are a few thousand."""
BODY_SECONDS = 10.0
PAUSE = 5.0


class Hook:
    """The webhook of one bot."""

    def __init__(self, client: Client, intake: Intake, keys: Keys) -> None:
        self._client = client
        self._intake = intake
        self._secret = hook_secret(keys)

    async def register(self, public_url: str) -> None:
        """Ask Telegram to deliver here, until it has heard it.

        Raises:
            BadToken: Telegram does not know the bot.
            NotReached: Telegram does not take the address.
        """
        while True:
            try:
                await self._client.set_webhook(public_url.rstrip("/") + PATH, self._secret)
            except NotNow as error:
                log.warning("webhook-not-set-yet", error, channel=CHANNEL)
                await asyncio.sleep(max(PAUSE, error.after))
            else:
                return

    async def receive(self, request: web.Request) -> web.Response:
        """Answer 200 after the commit, 503 when Telegram must deliver the update again."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return web.Response(status=408)
        if body is None:
            return web.Response(status=413)
        return web.Response(status=await self._status(body))

    async def _status(self, body: bytes) -> int:
        try:
            await self._intake.take(json.loads(body))
        except (ValueError, RecursionError, UnreadableUpdate):
            log.warning("malformed-update", channel=CHANNEL, size=len(body))
            return 400
        except NotTaken:
            return 503
        return 200


def hook_secret(keys: Keys) -> str:
    """Return the secret that Telegram shows with each delivery: 43 letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(keys.derive("telegram-webhook")).decode().rstrip("=")


async def _body(request: web.Request) -> bytes | None:
    """Return the body, None if it is too large; no other limit of the application counts here."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
