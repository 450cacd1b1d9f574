"""What the rules for officers need from a store: one transaction, seen through these calls."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.staff.model import Credentials, Failures, Invitation, Officer, Proofs, Role, SignIn


class StaffStore(Protocol):
    """Officers, invitations and sign-ins inside one transaction."""

    async def has_officers(self) -> bool:
        """Tell whether anybody can sign in at all."""
        ...

    async def office_known(self, office: str) -> bool:
        """Tell whether there is an office with this id."""
        ...

    async def officer(self, officer: str) -> Officer | None:
        """Return the officer with this id."""
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
