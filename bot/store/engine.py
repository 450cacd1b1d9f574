"""One engine for the program, on the embedded server or a managed one.

Connections take the role `waypoint_app`, which may change rows and nothing else: no superuser and
no owner of tables serves people.  A database that is away is named as such here, for every caller,
so that the edges say 'later' instead of failing.
"""

import math
import time
from functools import partial

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import event
from sqlalchemy.engine import URL, Dialect, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, PoolProxiedConnection

from bot.errors import Invalid, Unavailable

APP_ROLE = "waypoint_app"
DRIVER = "postgresql+psycopg"
CONNECT_SECONDS = 10
LIMITS = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
"""A process that hangs or is cut off holds no person's lock for ever."""
TRUSTED_SECONDS = 1.0
"""A connection that rested for less is taken as it is: to ask it first doubles a short turn."""
RESTS_SINCE = "rests-since"
AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
"""What psycopg raises when the database is away, stops, or cannot serve this just now."""


class BadDatabaseUrl(Invalid):
    """The database address is not one of PostgreSQL."""


class DatabaseUnreachable(Unavailable):
    """The database does not answer, does not let us in, or cannot serve us just now."""


class Pool(AsyncAdaptedQueuePool):
    """A pool that is used up is named like a database that is away: both end by themselves."""

    def connect(self) -> PoolProxiedConnection:
        """Return a connection.

        Raises:
            DatabaseUnreachable: none became free in time.
        """
        try:
            return super().connect()
        except PoolExhausted:
            raise DatabaseUnreachable("no connection became free in time") from None


def database_url(address: str) -> URL:
    """Return the address for our driver.

    Raises:
        BadDatabaseUrl: it is not `postgresql://…`, or has an option that libpq does not know.
    """
    try:
        url = make_url(address)
        make_conninfo("", **_plain(url))
    except (ArgumentError, ValueError, psycopg.ProgrammingError):
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres"):
        raise BadDatabaseUrl(
            "WAYPOINT_DATABASE_URL must be postgresql://user:password@host/database, "
            "with options that PostgreSQL knows"
        ) from None
    return url.set(drivername=DRIVER)


def conninfo(address: str) -> str:
    """Return the address as libpq takes it, connecting as the ordinary role.

    Not as a URL: libpq reads a plus sign there as a plus sign, SQLAlchemy writes one for a space.
    """
    url = database_url(address)
    return make_conninfo("", **{**_plain(url), **_options(url)})


def owner_conninfo(address: str) -> str:
    """Return the address as libpq takes it, connecting as whom it names."""
    return make_conninfo("", **_plain(database_url(address)))


def open_engine(address: str, size: int = 10) -> AsyncEngine:
    """Return an engine whose connections are of the ordinary role."""
    url = database_url(address)
    engine = create_async_engine(
        url.update_query_dict(_options(url)),
        poolclass=Pool,
        pool_size=size,
        max_overflow=size,
        pool_timeout=CONNECT_SECONDS,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "handle_error", _named)
    event.listen(engine.sync_engine, "checkin", _rests)
    event.listen(engine.sync_engine, "checkout", partial(_answers, engine.dialect))
    return engine


def _rests(_: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info[RESTS_SINCE] = time.monotonic()


def _answers(
    dialect: Dialect,
    connection: DBAPIConnection,
    record: ConnectionPoolEntry,
    _: PoolProxiedConnection,
) -> None:
    """Have a connection that rested for long replaced, with all others, if nobody answers on it."""
    if time.monotonic() - record.info.get(RESTS_SINCE, math.inf) < TRUSTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except AWAY:
        raise InvalidatePoolError from None


def _named(context: ExceptionContext) -> None:
    """Name a database that is away; its own words may quote rows and go no further."""
    if not context.is_pre_ping and isinstance(context.original_exception, AWAY):
        raise DatabaseUnreachable("the database does not answer")


def _plain(url: URL) -> dict[str, str]:
    """Return the parts of an address as libpq names them."""
    parts = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    return {
        name: ",".join(one) if isinstance(one, tuple) else str(one) for name, one in parts.items()
    }


def _options(url: URL) -> dict[str, str]:
    """Return the options of the address with our limits and, last so that it wins, our role."""
    given = url.query.get("options", "")
    options = f"{given if isinstance(given, str) else ' '.join(given)} {LIMITS} -c role={APP_ROLE}"
    return {"options": options.strip(), "connect_timeout": str(CONNECT_SECONDS)}
