"""Public keys of offices, and their private keys wrapped for those who hold them.

Whoever seals takes the gate together with others; whoever makes or ends a key takes it alone.  So
nothing is ever sealed to a key that has just ended, and of two first officers one makes the key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.staff import DUTY_DESK, RECOVERY, SET_UP, KeyWrap, OfficeKey, Renewal
from bot.store.audit import acting
from bot.store.resealing import leave_set_up
from bot.store.tables import key_renewals, office_key_wraps, office_keys, wraps

__all__ = ["KeyWrap", "OfficeKeyStore"]

ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('office-keys', 3))")
TOGETHER = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('office-keys', 3))")


@dataclass(frozen=True, slots=True)
class OfficeKeyStore:
    """Keys of offices inside the transaction of a connection (`bot.staff.KeyStore`)."""

    connection: AsyncConnection

    async def alone(self) -> None:
        """Let everybody else who makes a key, or seals to one, wait until the transaction ends."""
        await self.connection.execute(ALONE)

    async def newest(self, offices: Iterable[str]) -> tuple[OfficeKey, ...]:
        """Return the newest public key of each of these offices that has one."""
        found = await self.connection.execute(
            select(office_keys)
            .ext(distinct_on(office_keys.c.office))
            .where(office_keys.c.office.in_(tuple(offices)))
            .order_by(office_keys.c.office, office_keys.c.version.desc())
        )
        return tuple(OfficeKey(row.office, row.version, row.public) for row in found)

    async def recipients(self, desks: Iterable[str]) -> tuple[OfficeKey, ...]:
        """Return to whom a text for these desks is sealed: they, and the recovery key.

        While the duty desk has no key, the key of the set-up stands for it.
        """
        await self.connection.execute(TOGETHER)
        keys = await self.newest((*desks, RECOVERY, SET_UP))
        has_desk = any(one.office == DUTY_DESK for one in keys)
        return tuple(one for one in keys if not (has_desk and one.office == SET_UP))

    async def add(self, key: OfficeKey, made: datetime) -> None:
        """Keep a public key."""
        kept = insert(office_keys).values(
            office=key.office, version=key.version, public=key.public, made=made
        )
        chain = None if key.office in (RECOVERY, SET_UP) else key.office
        act = Act("key-made", f"{key.office}/{key.version}", chain=chain)
        await self.connection.execute(
            acting(kept.returning(office_keys.c.office), act, By(None, made))
        )

    async def next_version(self, office: str) -> int:
        """Return the version that a new key of an office has; 1 for its first."""
        found = await self.connection.execute(
            select(func.coalesce(func.max(office_keys.c.version), 0)).where(
                office_keys.c.office == office
            )
        )
        return int(found.scalar_one()) + 1

    async def hold(self, wraps: Iterable[KeyWrap]) -> None:
        """Let holders open private keys; an earlier wrap for the same holder is replaced."""
        for one in wraps:
            row = insert(office_key_wraps).values(
                office=one.office, version=one.version, holder=one.holder, blob=one.blob
            )
            await self.connection.execute(
                row.on_conflict_do_update(
                    index_elements=["office", "version", "holder"], set_={"blob": one.blob}
                )
            )

    async def held_by(self, holder: str) -> tuple[KeyWrap, ...]:
        """Return the private keys that a holder can open."""
        found = await self.connection.execute(
            select(office_key_wraps).where(office_key_wraps.c.holder == holder)
        )
        return tuple(KeyWrap(row.office, row.version, row.holder, row.blob) for row in found)

    async def holders(self, office: str, version: int) -> frozenset[str]:
        """Return who can open a private key."""
        found = await self.connection.execute(
            select(office_key_wraps.c.holder).where(
                office_key_wraps.c.office == office, office_key_wraps.c.version == version
            )
        )
        return frozenset(found.scalars())

    async def release(self, holder: str) -> None:
        """Take every private key from a holder who leaves or whose password was reset."""
        await self.connection.execute(
            delete(office_key_wraps).where(office_key_wraps.c.holder == holder)
        )

    async def leave_set_up(self, private: bytes | None) -> bool:
        """Seal what was sealed to the set-up key to the duty desk instead, and forget that key.

        False where there was none.

        Raises:
            SetUpKeyElsewhere: something is sealed to it, and this is not its private key.
        """
        found = await self.newest((SET_UP, DUTY_DESK, RECOVERY))
        by_office = {one.office: one for one in found}
        known = by_office.pop(SET_UP, None)
        if known is None:
            return False
        await leave_set_up(self.connection, known, private, tuple(by_office.values()))
        await self.forget(SET_UP)
        return True

    async def renewal(self, what: str) -> Renewal | None:
        """Return who asked for a new key of an office, or of recovery; None where nobody did."""
        found = await self.connection.execute(
            select(key_renewals).where(key_renewals.c.what == what)
        )
        row = found.first()
        return Renewal(row.what, row.asked_by, row.asked) if row is not None else None

    async def ask_renewal(self, renewal: Renewal) -> None:
        """Note that somebody asks for a new key; of the same key the last one counts."""
        asked = {"asked_by": renewal.by, "asked": renewal.asked}
        await self.connection.execute(
            insert(key_renewals)
            .values(what=renewal.what, **asked)
            .on_conflict_do_update(index_elements=["what"], set_=asked)
        )

    async def end_renewal(self, what: str) -> None:
        """Forget that somebody asked."""
        await self.connection.execute(delete(key_renewals).where(key_renewals.c.what == what))

    async def shut_without_set_up(self) -> int:
        """Return how many texts nothing but the set-up key opens."""
        others = wraps.alias()
        found = await self.connection.execute(
            select(func.count()).where(
                wraps.c.office == SET_UP,
                ~exists().where(others.c.subject == wraps.c.subject, others.c.office != SET_UP),
            )
        )
        return int(found.scalar_one())

    async def forget_set_up(self) -> None:
        """Forget a set-up key that is lost, and its wraps."""
        await self.connection.execute(delete(wraps).where(wraps.c.office == SET_UP))
        await self.forget(SET_UP)

    async def forget(self, office: str) -> None:
        """Remove all keys of an office, such as the set-up's."""
        await self.connection.execute(delete(office_keys).where(office_keys.c.office == office))
        await self.connection.execute(
            delete(office_key_wraps).where(office_key_wraps.c.office == office)
        )
