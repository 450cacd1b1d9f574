"""Officers, invitations and sign-ins in PostgreSQL (`bot.staff.StaffStore`).

An e-mail address stands here sealed, and as a keyed hash by which it is found; the secret of the
one-time codes only sealed.  Tokens stand as hashes.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.audit import Act, By
from bot.privacy import Sealer, keyed_hash
from bot.staff import (
    DUTY_DESK,
    Credentials,
    Failures,
    Invitation,
    Member,
    Officer,
    OfficerKey,
    Proofs,
    Role,
    SignIn,
    StaffUnits,
)
from bot.store.audit import acting
from bot.store.keys import OfficeKeyStore
from bot.store.tables import (
    invitations,
    office_key_wraps,
    office_keys,
    officers,
    offices,
    sign_in_failures,
    sign_ins,
)

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))")
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Staff:
    """Officers inside the transaction of a connection; `known` are the ids an office may have."""

    connection: AsyncConnection
    sealer: Sealer
    known: frozenset[str]

    @property
    def keys(self) -> OfficeKeyStore:
        """The keys of offices inside the same transaction."""
        return OfficeKeyStore(self.connection)

    async def has_officers(self) -> bool:
        """Tell whether anybody can sign in at all."""
        found = await self.connection.execute(
            select(exists().where(officers.c.password_hash.is_not(None)))
        )
        return bool(found.scalar_one())

    async def office_known(self, office: str) -> bool:
        """Tell whether there is an office with this id."""
        return office == DUTY_DESK or office in self.known

    async def officer(self, officer: str) -> Officer | None:
        """Return the officer with this id."""
        found = await self.connection.execute(_officers().where(officers.c.id == officer))
        row = found.first()
        return self._officer(row) if row is not None else None

    async def members(self, office: str) -> tuple[Member, ...]:
        """Return the officers of an office, those without its newest key first, by address."""
        found = await self.connection.execute(
            _officers(_holds(officers, office).label("holds")).where(officers.c.office == office)
        )
        members = [Member(self._officer(row), row.public, row.holds) for row in found]
        return tuple(sorted(members, key=lambda one: (one.holds, one.officer.email)))

    async def remove_officer(self, officer: str) -> None:
        """Remove an officer, what proves them and their sign-ins."""
        await self.end_sign_ins(officer)
        gone = delete(officers).where(officers.c.id == officer).returning(officers.c.office)
        await self.connection.execute(
            acting(gone, Act("officer-gone", officer), None, chain="office")
        )

    async def credentials(self, email: str) -> Credentials | None:
        """Return what proves the officer with this e-mail address."""
        found = await self.connection.execute(
            _officers().where(officers.c.email_hash == self._email_hash(email))
        )
        row = found.first()
        if row is None:
            return None
        secret = self.sealer.open(row.totp_sealed, "totp", row.id).decode()
        key = OfficerKey(row.public, row.private_locked) if row.private_locked else None
        return Credentials(self._officer(row), row.password_hash, secret, row.last_step, key)

    async def put_officer(
        self, email: str, office: str, role: Role, proofs: Proofs, now: datetime
    ) -> Officer:
        """Make the officer, or give the one with this address a new role and new proofs."""
        await self.connection.execute(
            insert(offices).values(id=office, created=now).on_conflict_do_nothing()
        )
        # Whoever makes an officer of the same address meanwhile waits and then finds this one.
        await self.connection.execute(LOCK, {"key": f"officer {self._email_hash(email).hex()}"})
        known = await self.credentials(email)
        officer = known.officer.id if known else str(uuid.uuid4())
        row = {
            "role": role,
            "office": office,
            "password_hash": proofs.password_hash,
            "totp_sealed": self.sealer.seal(proofs.totp_secret.encode(), "totp", officer),
            "last_step": 0,
            "public": proofs.key.public if proofs.key else None,
            "private_locked": proofs.key.locked if proofs.key else None,
        }
        made = insert(officers).values(
            **row,
            id=officer,
            created=now,
            email_hash=self._email_hash(email),
            email_sealed=self.sealer.seal(email.encode(), "officer-email", officer),
        )
        written = made.on_conflict_do_update(index_elements=["id"], set_=row)
        act = Act("officer-changed" if known else "officer-made", f"{officer}:{role}", chain=office)
        await self.connection.execute(acting(written.returning(officers.c.id), act, By(None, now)))
        found = await self.officer(officer)
        assert found is not None  # noqa: S101 - written in this transaction
        return found

    async def set_password_hash(self, officer: str, password_hash: str) -> None:
        """Keep a hash made with newer parameters."""
        await self.connection.execute(
            update(officers).where(officers.c.id == officer).values(password_hash=password_hash)
        )

    async def use_step(self, officer: str, step: int) -> bool:
        """Mark a step of the one-time codes as used; False where it or a later one already is."""
        used = await self.connection.execute(
            update(officers)
            .where(officers.c.id == officer, officers.c.last_step < step)
            .values(last_step=step)
            .returning(officers.c.id)
        )
        return used.first() is not None

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation, and drop those that are over."""
        await self.connection.execute(
            delete(invitations).where(invitations.c.expires <= invitation.created)
        )
        made = insert(invitations).values(
            token_hash=invitation.token_hash,
            email_sealed=self._sealed_email(invitation.email, invitation.token_hash),
            office=invitation.office,
            role=invitation.role,
            created=invitation.created,
            expires=invitation.expires,
            first=invitation.first,
        )
        act = Act("invite", invitation.role, chain=invitation.office)
        by = By(None, invitation.created)
        await self.connection.execute(acting(made.returning(invitations.c.office), act, by))

    async def void_first_invitations(self) -> None:
        """Drop every unused invitation of a first administrator."""
        await self.connection.execute(delete(invitations).where(invitations.c.first))

    async def invitation(self, token_hash: bytes) -> Invitation | None:
        """Return an unused invitation and hold it until the transaction ends."""
        found = await self.connection.execute(
            select(invitations).where(invitations.c.token_hash == token_hash).with_for_update()
        )
        row = found.first()
        return self._invitation(row) if row is not None else None

    async def prepare(self, token_hash: bytes, email: str, proofs: Proofs) -> None:
        """Keep what was chosen in the first step of accepting."""
        chosen = _packed(proofs)
        await self.connection.execute(
            update(invitations)
            .where(invitations.c.token_hash == token_hash)
            .values(
                email_sealed=self._sealed_email(email, token_hash),
                proofs_sealed=self.sealer.seal_json(chosen, "proofs", token_hash.hex()),
            )
        )

    async def drop_invitation(self, token_hash: bytes) -> None:
        """Remove an invitation: it is used, and its secrets are kept elsewhere now."""
        await self.connection.execute(
            delete(invitations).where(invitations.c.token_hash == token_hash)
        )

    async def add_sign_in(self, sign_in: SignIn, *, keep: int) -> None:
        """Keep a sign-in and end the officer's oldest ones beyond `keep`."""
        mine = sign_ins.c.officer == sign_in.officer
        # Two browsers that sign in at once take turns, else each would leave the other's alone.
        await self.connection.execute(LOCK, {"key": f"sign-in {sign_in.officer}"})
        made = insert(sign_ins).values(
            token_hash=sign_in.token_hash,
            officer=sign_in.officer,
            created=sign_in.created,
            used=sign_in.used,
            key_locked=sign_in.key_locked,
        )
        newest = (
            select(sign_ins.c.token_hash)
            .where(mine, sign_ins.c.token_hash != sign_in.token_hash)
            .order_by(sign_ins.c.used.desc(), sign_ins.c.created.desc())
            .limit(keep - 1)
        )
        await self.connection.execute(
            delete(sign_ins).where(
                mine,
                sign_ins.c.token_hash != sign_in.token_hash,
                sign_ins.c.token_hash.not_in(newest),
            )
        )
        by = By(sign_in.officer, sign_in.created)
        await self.connection.execute(
            acting(made.returning(sign_ins.c.officer), Act("sign-in"), by)
        )

    async def key_locked(self, token_hash: bytes) -> bytes | None:
        """Return the officer's private key as the token of this sign-in opens it."""
        found = await self.connection.execute(
            select(sign_ins.c.key_locked).where(sign_ins.c.token_hash == token_hash)
        )
        locked: bytes | None = found.scalar_one_or_none()
        return locked

    async def sign_in(self, token_hash: bytes) -> tuple[SignIn, Officer] | None:
        """Return a sign-in and whose it is."""
        found = await self.connection.execute(
            _officers(sign_ins.c.token_hash, sign_ins.c.created.label("since"), sign_ins.c.used)
            .join(sign_ins, sign_ins.c.officer == officers.c.id)
            .where(sign_ins.c.token_hash == token_hash)
        )
        row = found.first()
        if row is None:
            return None
        return SignIn(row.token_hash, row.id, row.since, row.used), self._officer(row)

    async def touch(self, token_hash: bytes, now: datetime) -> None:
        """Note that a sign-in was used."""
        await self.connection.execute(
            update(sign_ins).where(sign_ins.c.token_hash == token_hash).values(used=now)
        )

    async def end_sign_in(self, token_hash: bytes) -> None:
        """End one sign-in."""
        ended = delete(sign_ins).where(sign_ins.c.token_hash == token_hash)
        await self.connection.execute(
            acting(ended.returning(sign_ins.c.officer), Act("sign-out"), None, officer="officer")
        )

    async def end_sign_ins(self, officer: str) -> None:
        """End all sign-ins of an officer."""
        await self.connection.execute(delete(sign_ins).where(sign_ins.c.officer == officer))

    async def failures(self, key: bytes) -> Failures | None:
        """Return the failures of a key; tries of the same key wait for each other from here on."""
        await self.connection.execute(LOCK, {"key": f"failures {key.hex()}"})
        found = await self.connection.execute(
            select(sign_in_failures.c.count.label("times"), sign_in_failures.c.free_at).where(
                sign_in_failures.c.key == key
            )
        )
        row = found.first()
        return Failures(row.times, row.free_at) if row is not None else None

    async def put_failures(self, key: bytes, failures: Failures) -> None:
        """Keep the failures of a key, and drop those of yesterday."""
        row = {"count": failures.count, "free_at": failures.free_at}
        await self.connection.execute(
            insert(sign_in_failures)
            .values(key=key, **row)
            .on_conflict_do_update(index_elements=["key"], set_=row)
        )
        await self.connection.execute(
            delete(sign_in_failures).where(
                sign_in_failures.c.free_at < failures.free_at - FORGOTTEN
            )
        )

    async def forget_failures(self, key: bytes) -> None:
        """Forget the failures of a key."""
        await self.connection.execute(delete(sign_in_failures).where(sign_in_failures.c.key == key))

    def _email_hash(self, email: str) -> bytes:
        return keyed_hash(self.sealer.keys, "email", email)

    def _sealed_email(self, email: str | None, token_hash: bytes) -> bytes | None:
        if email is None:
            return None
        return self.sealer.seal(email.encode(), "invitation-email", token_hash.hex())

    def _officer(self, row: Row[Any]) -> Officer:
        email = self.sealer.open(row.email_sealed, "officer-email", row.id).decode()
        return Officer(row.id, email, row.office, Role(row.role), row.acting)

    def _invitation(self, row: Row[Any]) -> Invitation:
        subject = row.token_hash.hex()
        sealed, proofs = row.email_sealed, row.proofs_sealed
        return Invitation(
            token_hash=row.token_hash,
            email=self.sealer.open(sealed, "invitation-email", subject).decode()
            if sealed
            else None,
            office=row.office,
            role=Role(row.role),
            created=row.created,
            expires=row.expires,
            first=row.first,
            proofs=_unpacked(self.sealer.open_json(proofs, "proofs", subject)) if proofs else None,
        )


def staff_units(engine: AsyncEngine, sealer: Sealer, known: frozenset[str]) -> StaffUnits:
    """Return what opens a transaction over officers."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Staff]:
        async with engine.begin() as connection:
            yield Staff(connection, sealer, known)

    return opened


def _packed(proofs: Proofs) -> list[str | None]:
    key = [proofs.key.public.hex(), proofs.key.locked.hex()] if proofs.key else [None, None]
    carried = proofs.carried.hex() if proofs.carried else None
    return [proofs.password_hash, proofs.totp_secret, *key, carried]


def _unpacked(stored: list[str | None]) -> Proofs:
    password_hash, secret, public, locked, carried = stored
    key = OfficerKey(bytes.fromhex(public), bytes.fromhex(locked)) if public and locked else None
    return Proofs(password_hash, secret or "", key, bytes.fromhex(carried) if carried else None)


def _officers(*more: Any) -> Any:
    """Select officers, and whether an administrator stands in for the duty desk's supervisor.

    A supervisor who is pending opens nothing, so does not stand there yet.
    """
    others = officers.alias()
    supervised = exists().where(
        others.c.office == DUTY_DESK,
        others.c.role == Role.SUPERVISOR,
        others.c.password_hash.is_not(None),
        _holds(others, DUTY_DESK),
    )
    acting = and_(officers.c.office == DUTY_DESK, officers.c.role == Role.ADMIN, ~supervised)
    return select(officers, func.coalesce(acting, False).label("acting"), *more)


def _holds(who: Any, office: str) -> Any:
    """Return the condition that an officer holds the newest key of an office."""
    newest = (
        select(func.max(office_keys.c.version))
        .where(office_keys.c.office == office)
        .scalar_subquery()
    )
    return exists().where(
        office_key_wraps.c.office == office,
        office_key_wraps.c.version == newest,
        office_key_wraps.c.holder == who.c.id,
    )
