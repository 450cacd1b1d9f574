"""Invite and make officers from outside the console: at the start, and from the command line."""

import asyncio

from bot.privacy import Log, SetUpKey, SetUpKeyUnusable
from bot.staff import Door, NewOfficer, Place, Role, make_recovery, set_up_finished
from bot.staff import add_officer as add
from bot.staff import give_up_set_up as give_up
from bot.staff import invite as issue
from bot.staff import invite_first as issue_first
from bot.staff import replace_lost as replace

PREFIX = "/console/invitation"

log = Log(__name__)


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
    door: Door, set_up: SetUpKey, place: Place, password: str | None
) -> NewOfficer:
    """Make an officer; without a password only an invitation lets them in.

    The first officer of an office makes its key.

    Raises:
        EmailMalformed: the address is none.
        PasswordTooWeak: others would guess the password.
        OfficeUnknown: there is no such office.
        OfficerExists: there is an officer with this address.
        SetUpKeyElsewhere: this is the duty desk's first officer, and the set-up key is not here.
    """
    chosen = None if password is None else await door.passwords.choose(password, place.email)
    key = await asyncio.to_thread(set_up.load)
    async with door.units() as store:
        made = await add(place, chosen, key.private if key else None, store, door.clock())
    if made.joined.left_set_up:
        await end_set_up(set_up)
    return made


async def end_set_up(file: SetUpKey) -> None:
    """Remove the set-up key once its end is committed; where that fails, the next start tries.

    Nothing is raised: what is to be shown this once must not be lost with it.
    """
    try:
        await asyncio.to_thread(file.remove)
    except SetUpKeyUnusable as error:
        log.error("set-up-key-not-removed", error)


async def init_recovery(door: Door) -> tuple[str, ...]:
    """Return the three shares of a recovery key just made; they are kept nowhere.

    Raises:
        RecoveryMade: there is one already.
    """
    async with door.units() as store:
        return await make_recovery(store.keys, door.clock())


async def give_up_set_up(door: Door, file: SetUpKey, *, confirmed: bool) -> int:
    """Forget a set-up key whose file is lost, and return how many texts nobody opens any more.

    Raises:
        SetUpKeyThere: there is none to forget, or its file is not lost.
        TextsLost: texts would stay shut for ever, and nobody confirmed that.
    """
    here = await asyncio.to_thread(file.load)
    async with door.units() as store:
        return await give_up(store.keys, here.public if here else None, confirmed=confirmed)


async def replace_lost(door: Door, office: str) -> int:
    """Give an office whose key is lost a new one, and return how many officers hold it.

    Raises:
        KeyHeld: an officer, or recovery, opens the present one.
        NoSuchMember: nobody of the office could hold a new one, or it never had one.
    """
    async with door.units() as store:
        return len(await replace(office, store, door.clock()))


async def is_set_up(door: Door) -> bool:
    """Tell whether the duty desk and recovery have keys: until then a taken disk reads requests."""
    async with door.units() as store:
        return await set_up_finished(store.keys)
