"""Run a process in its roles until it is told to stop."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from enum import StrEnum
from functools import partial
from typing import Any

from aiohttp import web

from bot.app import Core, open_core, open_database, vetted_for
from bot.channels import webchat
from bot.channels.telegram import PATH, Client, Hook, Manners, Poller
from bot.channels.telegram import intake as taking_in
from bot.channels.webchat import WebChat
from bot.config import Settings
from bot.console import Live, invite_first, is_set_up
from bot.console import routes as console_routes
from bot.conversation import NotNow, NotReached
from bot.errors import Invalid
from bot.jobs import last_head, sweeping, working
from bot.limits import Watch
from bot.privacy import Log
from bot.serving.console import console_deps
from bot.serving.counted import Counted
from bot.serving.health import Health
from bot.serving.metrics import Metrics
from bot.serving.web import application, bound, serving
from bot.store.limits import CodeFailures
from bot.store.outbox import SetAside
from bot.store.wakeups import Wakeups
from bot.store.webchats import WebChats

log = Log(__name__)

Say = Callable[[str], None]
# How long the parts may take to end, one after the other: under ten seconds with the database.
DRAIN_SECONDS = 1.0
POLL_STOP_SECONDS = 2.5
CHECK_SECONDS = 5.0


UNFINISHED = (
    "Set-up is not finished: until the duty desk has an officer and recovery was made "
    "(waypoint recovery init), whoever takes this disk could read requests."
)


class BadRole(Invalid):
    """The roles of this process do not fit its settings."""


class BadWebhook(Invalid):
    """Telegram does not take the address of this program."""


class Role(StrEnum):
    """What a process does; several processes share one database."""

    ALL = "all"
    WEB = "web"
    TELEGRAM = "telegram"
    WORKER = "worker"


WITH_WEB = {Role.ALL, Role.WEB}


async def serve(settings: Settings, roles: Iterable[Role], say: Say) -> None:
    """Serve until SIGTERM or SIGINT; `say` writes a line for the operator.

    Raises:
        Invalid: settings or content cannot be used.
        Unavailable: something that is needed does not answer.
    """
    wanted = set(roles)
    _check_roles(settings, wanted)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    async with AsyncExitStack() as stack:
        listening = bound(settings.host, settings.port) if wanted & WITH_WEB else None
        reading = asyncio.create_task(asyncio.to_thread(vetted_for, settings))
        stack.push_async_callback(_ended, reading)
        database = await stack.enter_async_context(open_database(settings))
        core = await stack.enter_async_context(open_core(settings, await reading, database))
        reloads: set[asyncio.Task[None]] = set()
        loop.add_signal_handler(signal.SIGHUP, partial(_reload, core, reloads))
        if wanted & {Role.ALL, Role.WORKER}:
            stack.push_async_callback(last_head, core.heads)
            await stack.enter_async_context(working(core.queue))
        await stack.enter_async_context(sweeping(core.sender))
        served = Served(core, Metrics())
        failing: set[asyncio.Task[None]] = set()
        hook = await _telegram(served, wanted, stack, failing, listening)
        if listening is not None:
            await stack.enter_async_context(_web(served, listening, hook, say))
        say("Waypoint is running. Stop it with Ctrl-C.")
        await _until(stop, failing)
        log.info("stopping")


def _check_roles(settings: Settings, wanted: set[Role]) -> None:
    """Refuse roles that would do nothing, or something else than is meant.

    Raises:
        BadRole: they do not fit the settings.
    """
    if Role.TELEGRAM not in wanted:
        return
    if not settings.telegram_token.get_secret_value():
        raise BadRole("the role telegram needs WAYPOINT_TELEGRAM_TOKEN")
    if settings.telegram_mode == "webhook" and not wanted & WITH_WEB:
        raise BadRole("with WAYPOINT_TELEGRAM_MODE=webhook the role telegram needs the role web")


class Served:
    """The parts of this process, and its one door for turns."""

    def __init__(self, core: Core, metrics: Metrics) -> None:
        self.core = core
        self.metrics = metrics
        self.failures = CodeFailures(core.engine)
        failures, tell = self.failures, metrics.code_failures.set
        self.watch = Watch(failures.in_a_day, tell, alarm=failures.alarm)
        self.dispatcher = Counted(core.dispatcher, metrics, self.watch)


async def _until(stop: asyncio.Event, failing: set[asyncio.Task[None]]) -> None:
    """Wait for the end; what failed for good ends the program with its reason."""
    stopping = asyncio.create_task(stop.wait())
    left = {stopping, *failing}
    while stopping in left:
        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopping}:
            task.result()


def _reload(core: Core, reloads: set[asyncio.Task[None]]) -> None:
    """Read the content again; where it is broken, what was there before stays."""

    async def reload() -> None:
        try:
            await core.vetted.reload()
        except Invalid as error:
            log.error("content-kept", error)
            sys.stderr.write(f"{error}\n")
        else:
            log.info("content-reloaded")

    task = asyncio.create_task(reload())
    reloads.add(task)
    task.add_done_callback(reloads.discard)


async def _telegram(
    served: Served,
    wanted: set[Role],
    stack: AsyncExitStack,
    failing: set[asyncio.Task[None]],
    listening: socket.socket | None,
) -> Hook | None:
    """Take updates by polling, or return what takes them by webhook."""
    core = served.core
    if core.telegram is None or not wanted & {Role.ALL, Role.TELEGRAM}:
        return None
    client = core.telegram.client
    await _checked(client)
    manners = Manners(client, core.vetted().catalogs)
    intake = taking_in(
        core.telegram,
        manners,
        served.dispatcher.handle,
        core.sender.send,
        SetAside(core.engine, core.drafts),
        core.keys,
    )
    stack.push_async_callback(intake.drain, DRAIN_SECONDS)
    introduced = asyncio.create_task(manners.introduce())
    stack.push_async_callback(_ended, introduced)
    if core.settings.telegram_mode == "polling" or listening is None:
        poller = Poller(client, intake)
        polling = asyncio.create_task(poller.run())
        failing.add(polling)
        stack.push_async_callback(_stopped, poller, polling)
        return None
    hook = Hook(client, intake, core.keys)
    registered = asyncio.create_task(_registered(hook, public_url(core.settings, listening)))
    failing.add(registered)
    stack.push_async_callback(_ended, registered)
    return hook


async def _checked(client: Client) -> None:
    """Refuse a bad token at once; a Telegram that does not answer keeps nobody from the web chat.

    Raises:
        BadToken: Telegram does not know the token.
    """
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await client.check()
    except (TimeoutError, NotNow) as error:
        log.warning("telegram-does-not-answer", error)


async def _registered(hook: Hook, address: str) -> None:
    """Let Telegram deliver here.

    Raises:
        BadToken, BadWebhook: it will not.
    """
    try:
        await hook.register(address)
    except NotReached:
        raise BadWebhook(
            "Telegram does not deliver to WAYPOINT_PUBLIC_URL, which must be a public https address"
        ) from None


async def _ended(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Invalid):
        await task


async def _stopped(poller: Poller, polling: asyncio.Task[None]) -> None:
    poller.stop()
    with suppress(asyncio.CancelledError, TimeoutError, Invalid):
        await asyncio.wait_for(polling, POLL_STOP_SECONDS)


@asynccontextmanager
async def _web(
    served: Served, listening: socket.socket, hook: Hook | None, say: Say
) -> AsyncIterator[None]:
    """Serve chat, console, webhook and health, and say where."""
    core, metrics = served.core, served.metrics
    address = public_url(core.settings, listening)
    closing = asyncio.Event()
    wakeups = Wakeups(core.listening)
    console = console_deps(core, address, Live(wakeups.of_office, wakeups.wake_office, closing))
    chat = WebChat(
        dispatcher=served.dispatcher,
        chats=WebChats(core.engine, core.drafts),
        wakeups=wakeups,
        catalogs=lambda: core.vetted().catalogs,
        keys=core.keys,
        clock=core.clock,
        public_url=lambda: address,
        exit_url=core.settings.exit_url,
        closing=closing,
        client=console.client,
        failures=served.failures,
        watch=served.watch,
        door=core.dispatcher.door,
    )
    routes = [
        *Health(core, metrics).routes(),
        *webchat.routes(chat),
        *console_routes(console),
        *([web.post(PATH, hook.receive)] if hook else []),
    ]
    async with wakeups.running(), serving(application(routes, metrics, address), listening):
        say(f"Chat:    {address}/")
        say(f"Console: {address}/console/")
        if link := await invite_first(console.door(), address):
            say(f"First administrator (works once, 24 hours): {link}")
        if not await is_set_up(console.door()):
            say(UNFINISHED)
        try:
            yield
        finally:
            closing.set()
            wakeups.wake_all()


def public_url(settings: Settings, listening: socket.socket) -> str:
    """Return the address people use: the one of the settings, else this machine's own."""
    return settings.public_url or f"http://localhost:{listening.getsockname()[1]}"
