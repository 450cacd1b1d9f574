"""What the rules for officers need from a store: one transaction, seen through these calls."""

from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.staff.model import (
    Credentials,
    Failures,
    Invitation,
    Member,
    Officer,
    Proofs,
    Role,
    SignIn,
)
from bot.staff.officekeys import KeyWrap, OfficeKey, Renewal


class KeyStore(Protocol):
    """Public keys of offices, and private ones wrapped for holders, inside one transaction."""

    async def alone(self) -> None:
        """Let everybody else who makes a key, or seals to one, wait until the transaction ends."""
        ...

    async def newest(self, offices: Iterable[str]) -> tuple[OfficeKey, ...]:
        """Return the newest public key of each of these offices that has one."""
        ...

    async def next_version(self, office: str) -> int:
        """Return the version that a new key of an office has; 1 for its first."""
        ...

    async def add(self, key: OfficeKey, made: datetime) -> None:
        """Keep a public key."""
        ...

    async def hold(self, wraps: Iterable[KeyWrap]) -> None:
        """Let holders open private keys; an earlier wrap for the same holder is replaced."""
        ...

    async def held_by(self, holder: str) -> tuple[KeyWrap, ...]:
        """Return the private keys that a holder can open."""
        ...

    async def holders(self, office: str, version: int) -> frozenset[str]:
        """Return who can open a private key: officers by id, and recovery."""
        ...

    async def release(self, holder: str) -> None:
        """Take every private key from a holder who leaves or whose password was reset."""
        ...

    async def leave_set_up(self, private: bytes | None) -> bool:
        """Seal what was sealed to the set-up key to the duty desk instead, and forget that key.

        False where there was none.

        Raises:
            SetUpKeyElsewhere: something is sealed to it, and this is not its private key.
        """
        ...

    async def renewal(self, what: str) -> Renewal | None:
        """Return who asked for a new key of an office, or of recovery; None where nobody did."""
        ...

    async def ask_renewal(self, renewal: Renewal) -> None:
        """Note that somebody asks for a new key; of the same key the last one counts."""
        ...

    async def end_renewal(self, what: str) -> None:
        """Forget that somebody asked."""
        ...

    async def shut_without_set_up(self) -> int:
        """Return how many texts nothing but the set-up key opens."""
        ...

    async def forget_set_up(self) -> None:
        """Forget a set-up key that is lost, and what is wrapped for it."""
        ...


class StaffStore(Protocol):
    """Officers, invitations and sign-ins inside one transaction."""

    @property
    def keys(self) -> KeyStore:
        """The keys of offices inside the same transaction."""
        ...

    async def has_officers(self) -> bool:
        """Tell whether anybody can sign in at all."""
        ...

    async def office_known(self, office: str) -> bool:
        """Tell whether there is an office with this id."""
        ...

    async def officer(self, officer: str) -> Officer | None:
        """Return the officer with this id."""
        ...

    async def members(self, office: str) -> tuple[Member, ...]:
        """Return the officers of an office, those without its newest key first, by address."""
        ...

    async def remove_officer(self, officer: str) -> None:
        """Remove an officer, what proves them and their sign-ins."""
        ...

    async def credentials(self, email: str) -> Credentials | None:
        """Return what proves the officer with this e-mail address."""
        ...

    async def put_officer(
        self, email: str, office: str, role: Role, proofs: Proofs, now: datetime
    ) -> Officer:
        """Make the officer, or give the one with this address a new role and new proofs."""
        ...

    async def set_password_hash(self, officer: str, password_hash: str) -> None:
        """Keep a hash made with newer parameters."""
        ...

    async def use_step(self, officer: str, step: int) -> bool:
        """Mark a step of the one-time codes as used; False where it or a later one already is."""
        ...

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        ...

    async def void_first_invitations(self) -> None:
        """Drop every unused invitation of a first administrator."""
        ...

    async def invitation(self, token_hash: bytes) -> Invitation | None:
        """Return an unused invitation and hold it until the transaction ends."""
        ...

    async def prepare(self, token_hash: bytes, email: str, proofs: Proofs) -> None:
        """Keep what was chosen in the first step of accepting."""
        ...

    async def drop_invitation(self, token_hash: bytes) -> None:
        """Remove an invitation: it is used, and its secrets are kept elsewhere now."""
        ...

    async def add_sign_in(self, sign_in: SignIn, *, keep: int) -> None:
        """Keep a sign-in and end the officer's oldest ones beyond `keep`."""
        ...

    async def key_locked(self, token_hash: bytes) -> bytes | None:
        """Return the officer's private key as the token of this sign-in opens it."""
        ...

    async def sign_in(self, token_hash: bytes) -> tuple[SignIn, Officer] | None:
        """Return a sign-in and whose it is."""
        ...

    async def touch(self, token_hash: bytes, now: datetime) -> None:
        """Note that a sign-in was used."""
        ...

    async def end_sign_in(self, token_hash: bytes) -> None:
        """End one sign-in."""
        ...

    async def end_sign_ins(self, officer: str) -> None:
        """End all sign-ins of an officer."""
        ...

    async def failures(self, key: bytes) -> Failures | None:
        """Return the failures of a key; tries of the same key wait for each other from here on."""
        ...

    async def put_failures(self, key: bytes, failures: Failures) -> None:
        """Keep the failures of a key."""
        ...

    async def forget_failures(self, key: bytes) -> None:
        """Forget the failures of a key."""
        ...


StaffUnits = Callable[[], AbstractAsyncContextManager[StaffStore]]
"""Opens one transaction; it is committed at the end of the block and rolled back by an error."""
