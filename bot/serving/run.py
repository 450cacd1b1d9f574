"""Run a process in its roles until it is told to stop."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from enum import StrEnum
from functools import partial

from aiohttp import web

from bot.app import Core, open_core, open_database, vetted_for
from bot.channels import webchat
from bot.channels.telegram import PATH, Hook, Intake, Manners, Poller, Reader
from bot.channels.webchat import WebChat
from bot.config import Settings
from bot.console import invite_first
from bot.console import routes as console_routes
from bot.errors import Invalid
from bot.jobs import sweeping, working
from bot.privacy import Log
from bot.serving.console import console_deps
from bot.serving.counted import Counted
from bot.serving.health import Health
from bot.serving.metrics import Metrics
from bot.serving.web import application, bound, serving
from bot.store.outbox import MessageIds, SetAside
from bot.store.wakeups import Wakeups
from bot.store.webchats import WebChats

log = Log(__name__)

Say = Callable[[str], None]
DRAIN_SECONDS = 2.0
POLL_STOP_SECONDS = 6.0


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
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    vetted = vetted_for(settings)
    async with AsyncExitStack() as stack:
        listening = bound(settings.host, settings.port) if wanted & WITH_WEB else None
        database = await stack.enter_async_context(open_database(settings))
        core = await stack.enter_async_context(open_core(settings, vetted, database))
        reloads: set[asyncio.Task[None]] = set()
        loop.add_signal_handler(signal.SIGHUP, partial(_reload, core, reloads))
        if wanted & {Role.ALL, Role.WORKER}:
            await stack.enter_async_context(working(core.queue))
        await stack.enter_async_context(sweeping(core.sender))
        metrics = Metrics()
        failing: set[asyncio.Task[None]] = set()
        hook = await _telegram(core, metrics, wanted, stack, failing, listening)
        if listening is not None:
            await stack.enter_async_context(_web(core, metrics, listening, hook, say))
        say("Waypoint is running. Stop it with Ctrl-C.")
        await _until(stop, failing)
        log.info("stopping")


async def _until(stop: asyncio.Event, failing: set[asyncio.Task[None]]) -> None:
    """Wait for the end; what failed for good ends the program with its reason."""
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({stopping, *failing}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
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
    core: Core,
    metrics: Metrics,
    wanted: set[Role],
    stack: AsyncExitStack,
    failing: set[asyncio.Task[None]],
    listening: socket.socket | None,
) -> Hook | None:
    """Take updates by polling, or return what takes them by webhook."""
    if core.telegram is None or not wanted & {Role.ALL, Role.TELEGRAM}:
        return None
    client = core.telegram.client
    await client.check()
    manners = Manners(client, core.vetted().catalogs)
    intake = Intake(
        reader=Reader(client.bot_id, core.keys),
        handle=Counted(core.dispatcher, metrics).handle,
        send=core.sender.send,
        answer=core.telegram.answer,
        leave=manners.leave,
        ids=MessageIds(core.engine),
        aside=SetAside(core.engine, core.sealer),
        clock=core.clock,
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
    registered = asyncio.create_task(hook.register(public_url(core.settings, listening)))
    stack.push_async_callback(_ended, registered)
    return hook


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _stopped(poller: Poller, polling: asyncio.Task[None]) -> None:
    poller.stop()
    with suppress(asyncio.CancelledError, TimeoutError, Invalid):
        await asyncio.wait_for(polling, POLL_STOP_SECONDS)


@asynccontextmanager
async def _web(
    core: Core, metrics: Metrics, listening: socket.socket, hook: Hook | None, say: Say
) -> AsyncIterator[None]:
    """Serve chat, console, webhook and health, and say where."""
    address = public_url(core.settings, listening)
    closing = asyncio.Event()
    wakeups = Wakeups(core.listening)
    console = console_deps(core, address)
    chat = WebChat(
        dispatcher=Counted(core.dispatcher, metrics),
        chats=WebChats(core.engine, core.sealer),
        wakeups=wakeups,
        catalogs=lambda: core.vetted().catalogs,
        keys=core.keys,
        clock=core.clock,
        public_url=lambda: address,
        exit_url=core.settings.exit_url,
        closing=closing,
    )
    routes = [
        *Health(core, metrics).routes(),
        *webchat.routes(chat),
        *console_routes(console),
        *([web.post(PATH, hook.receive)] if hook else []),
    ]
    async with wakeups.running(), serving(application(routes, metrics), listening):
        say(f"Chat:    {address}/")
        say(f"Console: {address}/console/")
        if link := await invite_first(console.door(), address):
            say(f"First administrator (works once, 24 hours): {link}")
        try:
            yield
        finally:
            closing.set()
            wakeups.wake_all()


def public_url(settings: Settings, listening: socket.socket) -> str:
    """Return the address people use: the one of the settings, else this machine's own."""
    return settings.public_url or f"http://localhost:{listening.getsockname()[1]}"
