"""Joins the parts; the only file that knows them all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from procrastinate import App as Queue
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.articles import load as load_articles
from bot.audit import PURPOSE as AUDIT_HEAD
from bot.channels.telegram import CHANNEL as TELEGRAM
from bot.channels.telegram import Client, Telegram
from bot.channels.webchat import CHANNEL as WEB
from bot.channels.webchat import WebChannel
from bot.clock import Clock, SteadyClock, system_clock
from bot.config import Settings
from bot.conversation import Channel, Dispatcher, Knowledge, Parts, Sender, listed
from bot.directory import load as load_places
from bot.errors import Unavailable
from bot.i18n import load_catalogs
from bot.jobs import (
    Deferring,
    HeadDesk,
    Jobs,
    add_heads,
    add_late,
    add_retention,
    add_tasks,
    open_queue,
)
from bot.privacy import DraftSealer, Keys, Log, Sealer, SetUpKey
from bot.store.audit import AuditHeads
from bot.store.embedded import EmbeddedDatabase
from bot.store.engine import conninfo, open_engine
from bot.store.jobs import JobStore
from bot.store.late import Late
from bot.store.migrate import migrate
from bot.store.outbox import MessageIds, Outbox
from bot.store.pgprocess import server_of
from bot.store.retention import Retention
from bot.store.scrub import Scrubber
from bot.store.setup import begin_set_up, secret_of
from bot.store.unit import turn_units
from bot.understanding import Document, build, ready
from handlers import HANDLERS

log = Log(__name__)

ROOT = Path(__file__).parent.parent
COUNTRIES = ROOT / "knowledge" / "countries"
SET_UP_FILE = "setup.key"
DRAFT_FOLDER = "drafts"
WATCH_SECONDS = 2.0
PUSHING = frozenset({TELEGRAM})
"""Channels that send by themselves; the others are asked for what is new."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where the database is: as its owner, for migrations, and as the ordinary role."""

    owner: SecretStr
    app: SecretStr


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Give the managed database of the settings, or start the embedded one for the block."""
    if address := settings.database_url.get_secret_value():
        yield Database(SecretStr(address), SecretStr(address))
        return
    embedded = EmbeddedDatabase(settings.data_dir)
    server = await asyncio.to_thread(embedded.start)
    leaving = asyncio.Event()
    watching = asyncio.create_task(_watch(embedded, settings.data_dir.resolve() / "pg", leaving))
    try:
        yield Database(SecretStr(server.owner_url), SecretStr(server.app_url))
    finally:
        leaving.set()
        await watching
        await asyncio.to_thread(embedded.stop)


async def _watch(embedded: EmbeddedDatabase, pg: Path, leaving: asyncio.Event) -> None:
    """Start the server again when it has died, such as by a machine that ran out of memory."""
    while not leaving.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(leaving.wait(), WATCH_SECONDS)
            return
        if server_of(pg) is not None:
            continue
        log.error("database-died")
        try:
            if not (await asyncio.to_thread(embedded.start)).started:
                return  # it runs where its process cannot be seen
        except Unavailable as error:
            log.error("database-not-started", error)


@asynccontextmanager
async def open_tables(database: Database) -> AsyncIterator[AsyncEngine]:
    """Give the engine on a database, which is brought up to date first.

    Raises:
        Unavailable: the database does not answer, or was made by a newer program.
    """
    if await asyncio.to_thread(_migrate, database):
        log.info("schema-brought-up-to-date")
    engine = open_engine(database.app.get_secret_value())
    try:
        yield engine
    finally:
        await engine.dispose()


def _migrate(database: Database) -> bool:
    owner, app = database.owner.get_secret_value(), database.app.get_secret_value()
    return migrate(owner, one_login=owner == app)


def load_knowledge(locales: tuple[str, ...] = (), root: Path = ROOT) -> Knowledge:
    """Return everything vetted, read from `knowledge/` and `locales/`.

    Raises:
        BrokenArticle, BrokenPlaces, BrokenCatalog, UnknownLanguage: it cannot be used; names
            file, line and reason.
        PhrasesMissing, GazetteerMissing: what understands messages is not there.
    """
    ready()
    library = load_articles(root / "knowledge" / "articles")
    documents = [
        Document(
            one,
            language,
            text.title,
            f"{text.summary}\n{text.text}",
            library.questions(one).get(language, ()),
        )
        for one in library.ids()
        for language in library.languages(one)
        for text in (library.get(one, language),)
    ]
    return Knowledge(
        library=library,
        directory=load_places(root / "knowledge" / "countries"),
        index=build(documents),
        catalogs=load_catalogs(root / "locales", "bot", locales),
    )


class Vetted:
    """The knowledge of this process; a reload replaces it as a whole or not at all."""

    def __init__(self, load: Callable[[], Knowledge]) -> None:
        self._load = load
        self._current = load()

    def __call__(self) -> Knowledge:
        """Return the current knowledge."""
        return self._current

    async def reload(self) -> None:
        """Read everything again and put it in place at once.

        Raises:
            Invalid: something is broken; what was there before stays.
        """
        self._current = await asyncio.to_thread(self._load)


def vetted_for(settings: Settings) -> Vetted:
    """Return the knowledge in the languages of the settings."""
    return Vetted(lambda: load_knowledge(settings.locales))


@dataclass(frozen=True, slots=True)
class Core:
    """The parts that every role of a process shares."""

    settings: Settings
    keys: Keys
    sealer: Sealer
    clock: Clock
    vetted: Vetted
    engine: AsyncEngine
    listening: str
    queue: Queue
    defer: Deferring
    dispatcher: Dispatcher
    sender: Sender
    telegram: Telegram | None
    set_up: SetUpKey
    drafts: DraftSealer
    heads: HeadDesk


@asynccontextmanager
async def open_core(
    settings: Settings, vetted: Vetted, database: Database, clock: Clock = system_clock
) -> AsyncIterator[Core]:
    """Join the parts on a database, which is brought up to date first.

    Raises:
        Unavailable: something that is needed does not answer.
    """
    drafts = DraftSealer(settings.data_dir / DRAFT_FOLDER, clock)
    address = conninfo(database.app.get_secret_value())
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_tables(database))
        keys = await secret_of(engine, settings.secret_path)
        sealer = Sealer(keys)
        set_up = SetUpKey(settings.data_dir / SET_UP_FILE)
        await begin_set_up(engine, set_up, clock())
        queue = open_queue(address)
        await stack.enter_async_context(queue.open_async())
        outbox = Outbox(engine, drafts)
        telegram = await _telegram(settings, outbox, clock, stack)
        defer = Deferring(queue)
        units = turn_units(engine, drafts, sealer, defer, PUSHING)
        dispatcher = Dispatcher(Parts(units, listed(HANDLERS), vetted, keys, clock))
        channels = _channels(telegram)
        sender = Sender(channels, replace(outbox, channels=frozenset(channels)), clock)
        add_tasks(queue, Jobs(JobStore(engine, sealer, drafts), dispatcher, sender, clock))
        rules = Retention(engine, sealer, drafts, settings.data_dir)
        add_retention(queue, rules, clock, Scrubber(database.owner.get_secret_value()).scrub)
        late = Late(engine.begin, sealer, defer, lambda: vetted().directory)
        add_late(queue, late, SteadyClock(clock))
        seed = keys.derive(AUDIT_HEAD)
        heads = HeadDesk(AuditHeads(engine), clock, seed, settings.audit_dir)
        add_heads(queue, heads)
        yield Core(
            settings,
            keys,
            sealer,
            clock,
            vetted,
            engine,
            address,
            queue,
            defer,
            dispatcher,
            sender,
            telegram,
            set_up,
            drafts,
            heads,
        )


def _channels(telegram: Telegram | None) -> dict[str, Channel]:
    """Return the channels of this process; a new one is one line here."""
    channels: dict[str, Channel] = {WEB: WebChannel()}
    if telegram is not None:
        channels[TELEGRAM] = telegram
    return channels


async def _telegram(
    settings: Settings, outbox: Outbox, clock: Clock, stack: AsyncExitStack
) -> Telegram | None:
    token = settings.telegram_token.get_secret_value()
    if not token:
        return None
    client = Client(token, settings.telegram_api_url)
    await client.open()
    stack.push_async_callback(client.close)
    telegram = Telegram(client, MessageIds(outbox.engine), clock, outbox.code_shown)
    stack.push_async_callback(telegram.close)
    return telegram
