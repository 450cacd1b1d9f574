"""How updates reach the bot: fetched by long polling, or delivered to its webhook."""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

import aiohttp

from tests.telegram.bot_api.methods import Method
from tests.telegram.bot_api.parameters import Parameters
from tests.telegram.bot_api.refusals import Json, bad, conflict
from tests.telegram.bot_api.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Delivery:
    """One bot's queue: either a poller or a webhook empties it, never both."""

    def __init__(self, world: World, retry_seconds: float = 0.02) -> None:
        self._world = world
        self._retry_seconds = retry_seconds
        self._poll = 0
        self._deliveries: dict[int, asyncio.Task[None]] = {}
        self._courier: asyncio.Task[None] | None = None
        self.statuses: list[int] = []
        """What the webhook answered, 0 for no answer."""
        self.methods: Mapping[str, Method] = {
            "getupdates": self.get_updates,
            "setwebhook": self.set_webhook,
            "deletewebhook": self.delete_webhook,
            "getwebhookinfo": self.get_webhook_info,
        }

    async def get_updates(self, world: World, given: Parameters) -> list[Json]:
        """Confirm what lies before the offset; wait for the next updates."""
        if world.webhook:
            raise conflict("can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        world.changes.happened()
        self._allow(given)
        self._move_to(given.number("offset", 0))
        limit = min(max(given.number("limit", 100), 1), 100)
        with contextlib.suppress(TimeoutError):
            await world.changes.until(
                lambda: bool(world.queue) or self._poll != mine, given.number("timeout", 0)
            )
        if self._poll != mine:
            raise conflict("terminated by other getUpdates request")
        return list(world.queue.values())[:limit]

    async def set_webhook(self, world: World, given: Parameters) -> bool:
        """Deliver to this address from now on; an empty one ends it."""
        url = given.text("url")
        if not url:
            return await self.delete_webhook(world, given)
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", given.text("secret_token")):
            raise bad("secret token contains unallowed characters")
        self._allow(given)
        self._drop_if_asked(given)
        world.webhook = {
            "url": url,
            "secret_token": given.text("secret_token"),
            "max_connections": given.number("max_connections", 40),
        }
        world.changes.happened()
        if self._courier is None:
            self._courier = asyncio.create_task(self._deliver_all())
        return True

    async def delete_webhook(self, world: World, given: Parameters) -> bool:
        """Keep updates for polling again."""
        self._drop_if_asked(given)
        world.webhook = None
        await self.stop()
        return True

    def get_webhook_info(self, world: World, _given: Parameters) -> Json:
        """Say where updates go and how many wait."""
        hook = world.webhook or {}
        info: Json = {
            "url": hook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(world.queue),
        }
        if hook:
            info["max_connections"] = hook["max_connections"]
        if world.allowed:
            info["allowed_updates"] = sorted(world.allowed)
        return info

    async def stop(self) -> None:
        """End the deliveries under way."""
        tasks = [*self._deliveries.values(), *([self._courier] if self._courier else [])]
        self._courier = None
        self._deliveries.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _allow(self, given: Parameters) -> None:
        allowed = given.thing("allowed_updates")
        if allowed is not None:
            self._world.allowed = frozenset(allowed) or None

    def _drop_if_asked(self, given: Parameters) -> None:
        if given.flag("drop_pending_updates"):
            self._world.queue.clear()

    def _move_to(self, offset: int) -> None:
        waiting = list(self._world.queue)
        if offset < 0:
            offset = waiting[max(len(waiting) + offset, 0)] if waiting else 0
        for number in waiting:
            if number < offset:
                self._world.confirm(number)

    async def _deliver_all(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                number = await self._world.changes.until(self._next, 86_400)
                chat = _chat_of(self._world.queue[number])
                task = asyncio.create_task(self._deliver(session, number))
                self._deliveries[chat] = task
                task.add_done_callback(partial(self._done, chat))

    def _next(self) -> int | None:
        hook = self._world.webhook
        if hook is None or len(self._deliveries) >= hook["max_connections"]:
            return None
        waiting = self._world.queue.items()
        return next((n for n, raw in waiting if _chat_of(raw) not in self._deliveries), None)

    def _done(self, chat: int, _task: asyncio.Task[None]) -> None:
        self._deliveries.pop(chat, None)
        self._world.changes.happened()

    async def _deliver(self, session: aiohttp.ClientSession, number: int) -> None:
        pause = self._retry_seconds
        while (raw := self._world.queue.get(number)) and self._world.webhook:
            if 200 <= await self._post(session, raw, self._world.webhook) < 300:
                self._world.confirm(number)
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def _post(self, session: aiohttp.ClientSession, raw: Json, hook: Json) -> int:
        headers = {SECRET_HEADER: hook["secret_token"]} if hook["secret_token"] else {}
        status = 0
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            timeout = aiohttp.ClientTimeout(60)
            async with session.post(
                hook["url"], json=raw, headers=headers, timeout=timeout
            ) as answer:
                status = answer.status
        self.statuses.append(status)
        self._world.changes.happened()
        return status


def _chat_of(raw: Json) -> int:
    """Return what orders deliveries: the chat, or the update itself where there is none."""
    for kind, content in raw.items():
        if kind != "update_id" and isinstance(content, dict):
            holder = content.get("message", content) if kind == "callback_query" else content
            if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                return int(holder["chat"].get("id", raw["update_id"]))
    return int(raw["update_id"])
