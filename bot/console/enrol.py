"""Invite and make officers from outside the console: at the start, and from the command line."""

from bot.staff import Door, NewOfficer, Role
from bot.staff import add_officer as add
from bot.staff import invite as issue
from bot.staff import invite_first as issue_first

PREFIX = "/console/invitation"


async def invite_first(door: Door, public_url: str) -> str | None:
    """Return the only link for a first administrator, or None where somebody can sign in.

    Each call voids the link before it.
    """
    async with door.units() as store:
        token = await issue_first(store, door.clock())
    return f"{public_url}{PREFIX}/{token}" if token else None


async def invite(door: Door, public_url: str, email: str, office: str, role: Role) -> str:
    """Return a link that works once and for 24 hours.

    Raises:
        EmailMalformed: the address is none.
        OfficeUnknown: there is no such office.
        OfficerElsewhere: the address belongs to an officer of another office.
    """
    async with door.units() as store:
        token = await issue(email, office, role, store, door.clock())
    return f"{public_url}{PREFIX}/{token}"


async def add_officer(
    door: Door, email: str, office: str, role: Role, password: str | None
) -> NewOfficer:
    """Make an officer; without a password only an invitation lets them in.

    Raises:
        EmailMalformed: the address is none.
        PasswordTooWeak: others would guess the password.
        OfficeUnknown: there is no such office.
        OfficerExists: there is an officer with this address.
    """
    hashed = None if password is None else await door.passwords.hash_new(password, email)
    async with door.units() as store:
        return await add(email, office, role, hashed, store, door.clock())
