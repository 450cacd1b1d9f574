"""How somebody becomes an officer: an invitation, a password, a secret for one-time codes.

Accepting takes two steps.  The first keeps the chosen password, a fresh key and a fresh secret with
the invitation; the second proves by a code that the secret has arrived, makes the officer and uses
the invitation up.  Doing the first step again makes a new secret, so whoever read the page of an
earlier one holds nothing.  Between the two the officer's private key lies under their password, and
under the token of the browser that chose it: another browser starts with the first step again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.privacy import BrokenSeal, locked_by_token, opened_by_token
from bot.staff.email import email_of
from bot.staff.errors import (
    CodeRefused,
    InvitationGone,
    OfficerElsewhere,
    OfficerExists,
    OfficeUnknown,
    OtherBrowser,
    RoleUnknown,
)
from bot.staff.joining import Joined, receive
from bot.staff.model import DUTY_DESK, Invitation, Proofs, Role
from bot.staff.onetime import accepted_step, new_secret
from bot.staff.passwords import Chosen
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
    joined: Joined = field(default=Joined(made=False))


@dataclass(frozen=True, slots=True)
class Accepted:
    """An officer who is signed in for the first time, and what their coming did to the keys."""

    opened: Opened
    joined: Joined


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
    known: Invitation, email: str, chosen: Chosen, browser: str, store: StaffStore
) -> tuple[str, str]:
    """Keep the chosen password with the invitation; return the e-mail address and a fresh secret.

    `browser` is the token of the browser that chose it.

    Raises:
        EmailMalformed: a first administrator gave no address.
    """
    # A first administrator may have mistyped it the first time, so it is asked for again.
    address = email_of(email) if known.first or known.email is None else known.email
    secret = new_secret()
    carried = locked_by_token(chosen.private, browser, chosen.key.subject)
    proofs = Proofs(chosen.password_hash, secret, chosen.key, carried)
    await store.prepare(known.token_hash, address, proofs)
    return address, secret


@dataclass(frozen=True, slots=True)
class Step:
    """What the browser sends in the second step, and the set-up key where there is one."""

    code: str = field(repr=False)
    browser: str = field(repr=False)
    set_up: bytes | None = field(default=None, repr=False)


async def accept(known: Invitation, given: Step, store: StaffStore, now: datetime) -> Accepted:
    """Make the officer, use the invitation up and sign the officer in.

    Raises:
        CodeRefused: the code does not belong to the secret of the first step.
        OtherBrowser: the first step was done elsewhere.
        OfficerElsewhere: meanwhile the address belongs to an officer of another office.
        SetUpKeyElsewhere: this is the first officer, and the set-up key is not here.
    """
    proofs = known.proofs
    if proofs is None or known.email is None:
        raise CodeRefused("the code does not fit")
    step = accepted_step(proofs.totp_secret, given.code, now, 0)
    if step is None:
        raise CodeRefused("the code does not fit")
    public, private = _carried(proofs, given.browser)
    await _check_place(known.email, known.office, store)
    # The gate of the keys before the audit's entry: whoever admits holds the gate and notes last.
    await store.keys.alone()
    officer = await store.put_officer(known.email, known.office, known.role, proofs, now)
    await store.use_step(officer.id, step)
    await store.end_sign_ins(officer.id)
    await store.drop_invitation(known.token_hash)
    joined = await receive(officer, public, store, now, given.set_up, shares=True)
    return Accepted(await open_for(officer, store, now, private), joined)


def _carried(proofs: Proofs, browser: str) -> tuple[bytes, bytes]:
    if proofs.key is None or proofs.carried is None:
        raise OtherBrowser("the first step was done elsewhere")
    try:
        private = opened_by_token(proofs.carried, browser, proofs.key.subject)
    except BrokenSeal:
        raise OtherBrowser("the first step was done elsewhere") from None
    return proofs.key.public, private


@dataclass(frozen=True, slots=True)
class Place:
    """Whom to make an officer of which office, in which role."""

    email: str
    office: str
    role: Role


async def add_officer(
    place: Place, chosen: Chosen | None, set_up: bytes | None, store: StaffStore, now: datetime
) -> NewOfficer:
    """Make an officer without a browser.  Without a password only an invitation lets them in.

    Raises:
        EmailMalformed: the address is none.
        OfficeUnknown: there is no such office.
        OfficerExists: there is an officer with this address.
        SetUpKeyElsewhere: this is the duty desk's first officer, and the set-up key is not here.
    """
    address = email_of(place.email)
    await _check_place(address, place.office, store)
    if await store.credentials(address) is not None:
        raise OfficerExists("there is an officer with this address; invite them instead")
    secret = new_secret()
    proofs = Proofs(chosen.password_hash, secret, chosen.key) if chosen else Proofs(None, secret)
    await store.keys.alone()
    officer = await store.put_officer(address, place.office, place.role, proofs, now)
    joined = Joined(made=False)
    if chosen is not None:
        joined = await receive(officer, chosen.key.public, store, now, set_up, shares=False)
    return NewOfficer(officer.id, officer.office, officer.role, secret, joined)


async def _check_place(email: str, office: str, store: StaffStore) -> None:
    if not await store.office_known(office):
        raise OfficeUnknown("there is no such office; see `waypoint nearest`, or use duty-desk")
    known = await store.credentials(email)
    if known is not None and known.officer.office != office:
        raise OfficerElsewhere("this address belongs to an officer of another office")
