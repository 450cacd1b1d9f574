"""Officers, their invitations and their sign-ins, as frozen values.

None of them carries a secret that opens anything: tokens stand here only as hashes, and what
proves an officer (password hash, one-time-code secret) has a value of its own, `Credentials`, that
never leaves the sign-in rules.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

DUTY_DESK = "duty-desk"
"""The office that exists from the first migration and takes what no other office has."""
RECOVERY = "recovery"
"""Whose key opens every office's key: three shares on paper, of which two suffice."""
SET_UP = "set-up"
"""Whose key stands for the duty desk's while it has none; gone once it has one."""


class Role(StrEnum):
    """What somebody is in the console.  The values are stored: add one, never rename one."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    PARTNER = "partner"
    CLINICIAN = "clinician"
    EDITOR = "editor"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may sign in to the console, for one office.

    `acting_supervisor` is set for the administrator of the duty desk while no supervisor stands
    there: until then somebody must be able to take what lands on that desk.
    """

    id: str
    email: str
    office: str
    role: Role
    acting_supervisor: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Every role this officer acts in."""
        return frozenset({self.role} | ({Role.SUPERVISOR} if self.acting_supervisor else set()))


@dataclass(frozen=True, slots=True)
class OfficerKey:
    """An officer's own key (X25519): the private half is locked by their password."""

    public: bytes
    locked: bytes = field(repr=False)

    @property
    def subject(self) -> str:
        """What the lock is bound to: beside another public key it does not open."""
        return self.public.hex()


@dataclass(frozen=True, slots=True)
class Member:
    """An officer as their colleagues see them: what they are, and whether they hold the key.

    `public` is None for somebody who has not set a password.
    """

    officer: Officer
    public: bytes | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves that an officer is who they say.  `last_step` is the last accepted 30 s step."""

    officer: Officer
    password_hash: str | None = field(repr=False)
    totp_secret: str = field(repr=False)
    last_step: int = 0
    key: OfficerKey | None = None


@dataclass(frozen=True, slots=True)
class Proofs:
    """A chosen password (hashed), the secret of the one-time codes and the key that go with it.

    `carried` is the officer's private key under the token of the browser that chose the password,
    so that the same browser can sign in at once.
    """

    password_hash: str | None = field(repr=False)
    totp_secret: str = field(repr=False)
    key: OfficerKey | None = None
    carried: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use way in for one officer to be.

    `email` is None for the first administrator, who is asked for it.  `proofs` is what was chosen
    in the first step of accepting and waits for the code that confirms it.
    """

    token_hash: bytes = field(repr=False)
    email: str | None
    office: str
    role: Role
    created: datetime
    expires: datetime
    first: bool = False
    proofs: Proofs | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """One signed-in browser.  Both times are aware UTC.

    `key_locked` is the officer's private key under the token of the cookie, which is not kept.
    """

    token_hash: bytes = field(repr=False)
    officer: str
    created: datetime
    used: datetime
    key_locked: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often a key failed in a row, and from when on the next try counts (aware UTC)."""

    count: int
    free_at: datetime
