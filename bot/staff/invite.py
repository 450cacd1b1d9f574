"""How somebody becomes an officer: an invitation, a password, a secret for one-time codes.

Accepting takes two steps.  The first keeps the chosen password and a fresh secret with the
invitation; the second proves by a code that the secret has arrived, makes the officer and uses the
invitation up.  Doing the first step again makes a new secret, so whoever read the page of an
earlier one holds nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.staff.email import email_of
from bot.staff.errors import (
    CodeRefused,
    InvitationGone,
    OfficerElsewhere,
    OfficerExists,
    OfficeUnknown,
    RoleUnknown,
)
from bot.staff.model import DUTY_DESK, Invitation, Proofs, Role
from bot.staff.onetime import accepted_step, new_secret
from bot.staff.ports import StaffStore
from bot.staff.signin import Opened, open_for
from bot.staff.tokens import hash_of, new_token

VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """An officer just made; the secret of their one-time codes is shown this once."""

    id: str
    office: str
    role: Role
    totp: str = field(repr=False)


def role_of(text: str) -> Role:
    """Return the role of this name.

    Raises:
        RoleUnknown: there is none.
    """
    try:
        return Role(text)
    except ValueError:
        raise RoleUnknown(f"there is no such role; roles are: {', '.join(Role)}") from None


async def invite(email: str, office: str, role: Role, store: StaffStore, now: datetime) -> str:
    """Return the token of a fresh invitation; an officer of that office gets new proofs by it.

    Raises:
        EmailMalformed: the address is none.
        OfficeUnknown: there is no such office.
        OfficerElsewhere: the address belongs to an officer of another office.
    """
    address = email_of(email)
    await _check_place(address, office, store)
    token = new_token()
    await store.add_invitation(
        Invitation(hash_of(token), address, office, role, now, now + VALID_FOR)
    )
    return token


async def invite_first(store: StaffStore, now: datetime) -> str | None:
    """Return the token of the only invitation of a first administrator, or None where officers are.

    Every earlier one is void from then on.
    """
    await store.void_first_invitations()
    if await store.has_officers():
        return None
    token = new_token()
    ends = now + VALID_FOR
    await store.add_invitation(
        Invitation(hash_of(token), None, DUTY_DESK, Role.ADMIN, now, ends, first=True)
    )
    return token


async def open_invitation(token: str, store: StaffStore, now: datetime) -> Invitation:
    """Return the invitation of this token.

    Raises:
        InvitationGone: there is none, or it is used, void or over.
    """
    known = await store.invitation(hash_of(token))
    if known is None or now >= known.expires:
        raise InvitationGone("no such invitation")
    if known.first and await store.has_officers():
        raise InvitationGone("no such invitation")
    return known


async def choose(
    known: Invitation, email: str, password_hash: str, store: StaffStore
) -> tuple[str, str]:
    """Keep the chosen password with the invitation; return the e-mail address and a fresh secret.

    Raises:
        EmailMalformed: a first administrator gave no address.
    """
    # A first administrator may have mistyped it the first time, so it is asked for again.
    address = email_of(email) if known.first or known.email is None else known.email
    secret = new_secret()
    await store.prepare(known.token_hash, address, Proofs(password_hash, secret))
    return address, secret


async def accept(known: Invitation, code: str, store: StaffStore, now: datetime) -> Opened:
    """Make the officer, use the invitation up and sign the officer in.

    Raises:
        CodeRefused: the code does not belong to the secret of the first step.
        OfficerElsewhere: meanwhile the address belongs to an officer of another office.
    """
    if known.proofs is None or known.email is None:
        raise CodeRefused("the code does not fit")
    step = accepted_step(known.proofs.totp_secret, code, now, 0)
    if step is None:
        raise CodeRefused("the code does not fit")
    await _check_place(known.email, known.office, store)
    officer = await store.put_officer(known.email, known.office, known.role, known.proofs, now)
    await store.use_step(officer.id, step)
    await store.end_sign_ins(officer.id)
    await store.drop_invitation(known.token_hash)
    return await open_for(officer, store, now)


async def add_officer(
    email: str, office: str, role: Role, password_hash: str | None, store: StaffStore, now: datetime
) -> NewOfficer:
    """Make an officer without a browser.  Without a password only an invitation lets them in.

    Raises:
        EmailMalformed: the address is none.
        OfficeUnknown: there is no such office.
        OfficerExists: there is an officer with this address.
    """
    address = email_of(email)
    await _check_place(address, office, store)
    if await store.credentials(address) is not None:
        raise OfficerExists("there is an officer with this address; invite them instead")
    proofs = Proofs(password_hash, new_secret())
    officer = await store.put_officer(address, office, role, proofs, now)
    return NewOfficer(officer.id, officer.office, officer.role, proofs.totp_secret)


async def _check_place(email: str, office: str, store: StaffStore) -> None:
    if not await store.office_known(office):
        raise OfficeUnknown("there is no such office; see `waypoint nearest`, or use duty-desk")
    known = await store.credentials(email)
    if known is not None and known.officer.office != office:
        raise OfficerElsewhere("this address belongs to an officer of another office")
