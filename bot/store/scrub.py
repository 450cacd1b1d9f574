"""Write the tables anew that held keys and addresses, without what was erased of them.

PostgreSQL only marks a deleted row: its bytes stay in their page until another row takes the place,
also after an ordinary VACUUM.  A table that is written anew is another file, and the old one goes.
"""

from dataclasses import dataclass, field
from typing import LiteralString

import psycopg

from bot.privacy import Log
from bot.store.engine import CONNECT_SECONDS, owner_conninfo

log = Log(__name__)

TABLES: tuple[LiteralString, ...] = ("wraps", "contacts", "case_messages")
"""Keys of texts; addresses and waiting copies, which the host's own secret opens."""
LIMITS = "-c lock_timeout=1s -c statement_timeout=60s"
"""Nobody waits long behind a table that somebody else holds: the next hour tries again."""
CHANGED = """
    SELECT coalesce(sum(n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables
    WHERE relname = ANY (%s)
"""


@dataclass(slots=True)
class Scrubber:
    """Scrubs a database as its owner, where something changed since it did so last."""

    address: str = field(repr=False)
    seen: int | None = None
    """How many rows had gone or changed by then."""

    def scrub(self) -> bool:
        """Write the tables anew; False where nothing had gone or a table is in use.  Blocking."""
        try:
            with psycopg.connect(
                owner_conninfo(self.address),
                autocommit=True,
                options=LIMITS,
                connect_timeout=CONNECT_SECONDS,
            ) as connection:
                row = connection.execute(CHANGED, (list(TABLES),)).fetchone()
                changed = int(row[0]) if row is not None else 0
                if changed == self.seen:
                    return False
                for one in TABLES:
                    connection.execute(f"VACUUM (FULL) {one}")
        except psycopg.Error as error:
            log.warning("tables-not-scrubbed", error)
            return False
        self.seen = changed
        return True
