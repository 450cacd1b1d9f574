"""One engine for the program, on the embedded server or a managed one.

Connections take the role `waypoint_app`, which may change rows and nothing else: no superuser and
no owner of tables serves people.
"""

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import Invalid

APP_ROLE = "waypoint_app"
DRIVER = "postgresql+psycopg"
CONNECT_SECONDS = 10


class BadDatabaseUrl(Invalid):
    """The database address is not one of PostgreSQL."""


def database_url(address: str) -> URL:
    """Return the address for our driver.

    Raises:
        BadDatabaseUrl: it is not `postgresql://…`.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres"):
        raise BadDatabaseUrl("WAYPOINT_DATABASE_URL must be postgresql://…") from None
    return url.set(drivername=DRIVER)


def conninfo(address: str) -> str:
    """Return the address as libpq takes it, connecting as the ordinary role.

    Not as a URL: libpq reads a plus sign there as a plus sign, SQLAlchemy writes one for a space.
    """
    url = database_url(address)
    parts = url.translate_connect_args(username="user", database="dbname")
    wanted = {**parts, **url.query, **_options()}
    return make_conninfo("", **{name: str(value) for name, value in wanted.items()})


def open_engine(address: str, size: int = 10) -> AsyncEngine:
    """Return an engine whose connections are of the ordinary role."""
    return create_async_engine(
        database_url(address).update_query_dict(_options()),
        pool_size=size,
        max_overflow=size,
        pool_timeout=CONNECT_SECONDS,
        hide_parameters=True,
        pool_pre_ping=True,
    )


def _options() -> dict[str, str]:
    return {"options": f"-c role={APP_ROLE}", "connect_timeout": str(CONNECT_SECONDS)}
