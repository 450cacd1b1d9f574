"""A managed database with its keys and its data folder, to be backed up and restored."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import insert

from bot.privacy import Keys, Reason
from bot.store.backup import Source, backup
from bot.store.erasurelog import NAME, ErasureLog
from bot.store.erasures import Erasure, Kind, hash_of
from bot.store.migrate import connected, migrate
from bot.store.restore import Restored, Target, restore
from bot.store.tables import consents, contacts, referrals
from tests.store.servers import Managed


@dataclass
class Machine:
    """A managed database with its keys and its data folder."""

    server: Managed
    address: str
    keys: Keys
    folder: Path

    def used(self) -> "Machine":
        """Bring the schema up to date."""
        migrate(self.address, one_login=True)
        return self

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement and return its rows."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def request(self, *, claimed: bool = False, person: str | None = None) -> str:
        """Keep a request, in hand or not, linked to a chat or not; return its id."""
        made, now = str(uuid.uuid4()), datetime.now(UTC)
        row = {
            "id": made, "reference": f"{secrets.randbelow(10**8):08}", "office": "duty-desk",
            "category": "other", "urgency": "soon", "language": "en",
            "state": "claimed" if claimed else "waiting", "consent_office": True,
            "consent_partner": False, "contact": "here" if person else "code", "notice": "1",
            "created": now, "due": now, "changed": now, "first_office": "duty-desk",
            "code_check": b"check", "particulars_sealed": b"a\tb\\c\nd\x00\xff",
            "pace": "day", "rung": "duty-desk", "since": now,
        }  # fmt: skip
        yes = {
            "referral": made, "purpose": "office", "given": True, "offices": ["duty-desk"],
            "whose": "own", "young": False, "notice": "1", "language": "en",
            "at": now.replace(minute=0, second=0, microsecond=0),
        }  # fmt: skip
        link = {
            "referral": made, "person": person, "channel": "web", "address_sealed": b"address",
            "hours": "any", "zone": "UTC", "until": now, "lines_left": 3, "confirmed": True,
        }  # fmt: skip
        with connected(self.address) as connection:
            connection.execute(insert(consents).values(yes))
            connection.execute(insert(referrals).values(row))
            if person is not None:
                connection.execute(insert(contacts).values(link))
            connection.commit()
        return made

    def backup(self) -> Path:
        """Make a backup and return its folder."""
        folder = self.folder / secrets.token_hex(4)
        backup(Source(self.address, self.keys, ("secret.key",)), folder)
        return folder

    def restore(self, folder: Path) -> Restored:
        """Restore a backup."""
        return restore(Target(self.address, self.keys, self.folder, one_login=True), folder)

    def list(self, kind: Kind, subject: str, at: datetime, reason: Reason | None = None) -> None:
        """Add to the list of erasures."""
        entry = Erasure(kind, hash_of(self.keys, kind, subject), at, reason)
        ErasureLog(self.folder / NAME).add([entry])
