"""Signing in with password and one-time code, staying signed in, and signing out.

Unknown address, wrong password, wrong code and a code used before get the same answer after the
same work.  A sign-in is known to the server by the hash of its token only.  Beside that hash lies
the officer's private key, which the token alone opens: a restart signs nobody out, and whoever
copies the database opens nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.privacy import BrokenSeal, Log, locked_by_token, opened_by_token
from bot.privacy.retention import SIGN_IN
from bot.staff.email import email_of
from bot.staff.errors import EmailMalformed, SignedOut, SignInRefused, TooSoon
from bot.staff.model import Credentials, Officer, SignIn
from bot.staff.officekeys import OfficeKeys, opened_wraps
from bot.staff.onetime import accepted_step
from bot.staff.passwords import Passwords
from bot.staff.ports import StaffStore, StaffUnits
from bot.staff.slowdown import officer_key, take_place, try_key
from bot.staff.tokens import hash_of, new_token

IDLE = timedelta(minutes=15)
IN_ALL = SIGN_IN
AT_ONCE = 2
_TOUCH_AFTER = timedelta(seconds=15)
_SECRET_OF_NOBODY = "A" * 32
REFUSED = "not signed in"

log = Log(__name__)

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""


@dataclass(frozen=True, slots=True)
class Door:
    """What signing in needs; `secret` keys the slow-down and stands outside the database."""

    units: StaffUnits
    passwords: Passwords
    clock: Clock
    secret: bytes = field(repr=False)
    pause: Pause = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody typed, and the network address they typed it from."""

    email: str = field(repr=False)
    password: str = field(repr=False)
    code: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh sign-in: the token belongs into the browser's cookie and nowhere else."""

    officer: Officer
    token: str = field(repr=False)


async def sign_in(attempt: Attempt, door: Door) -> Opened:
    """Return a fresh sign-in of the officer whose e-mail address, password and code these are.

    Raises:
        SignInRefused: they do not belong together.
        TooSoon: too many failures before.
        PasswordDeskFull: too many passwords wait to be checked.
    """
    email = _known_form(attempt.email)
    key = try_key(door.secret, email, attempt.address)
    await _wait_in_line(key, door)
    async with door.units() as store:
        known = await store.credentials(email) if email else None
    fits = await door.passwords.verify(attempt.password, known.password_hash if known else None)
    await _check_code(attempt, known if fits else None, door)
    if known is None or known.password_hash is None:
        raise SignInRefused(REFUSED)
    renewed = await door.passwords.renewed(attempt.password, known.password_hash)
    private = await door.passwords.open_key(attempt.password, known.key) if known.key else None
    if known.key and private is None:
        log.error("officer-key-does-not-open")
    async with door.units() as store:
        await store.forget_failures(key)
        await store.forget_failures(officer_key(door.secret, known.officer.id))
        if renewed:
            await store.set_password_hash(known.officer.id, renewed)
        return await open_for(known.officer, store, door.clock(), private)


async def open_for(
    officer: Officer, store: StaffStore, now: datetime, private: bytes | None
) -> Opened:
    """Return a fresh sign-in of a proved officer; of three the oldest ends."""
    token = new_token()
    locked = locked_by_token(private, token, officer.id) if private else None
    await store.add_sign_in(SignIn(hash_of(token), officer.id, now, now, locked), keep=AT_ONCE)
    return Opened(officer, token)


async def open_keys(token: str, officer: Officer, store: StaffStore) -> OfficeKeys:
    """Return the private keys of the officer's office; empty for whoever is pending.

    Called anew for each request; nobody may keep what it returns.
    """
    locked = await store.key_locked(hash_of(token))
    if locked is None:
        return {}
    try:
        private = opened_by_token(locked, token, officer.id)
    except BrokenSeal as error:
        log.error("sign-in-key-does-not-open", error)
        return {}
    held = await store.keys.held_by(officer.id)
    return opened_wraps((one for one in held if one.office == officer.office), private)


async def signed_in(
    token: str, store: StaffStore, now: datetime, *, counts_as_use: bool = True
) -> Officer:
    """Return whose sign-in this is.

    Raises:
        SignedOut: there is none, or it was idle for 15 minutes or is 8 hours old.
    """
    found = await store.sign_in(hash_of(token)) if token else None
    if found is None:
        raise SignedOut("no sign-in")
    known, officer = found
    if now - known.used >= IDLE or now - known.created >= IN_ALL:
        raise SignedOut("no sign-in")
    if counts_as_use and now - known.used >= _TOUCH_AFTER:
        await store.touch(known.token_hash, now)
    return officer


async def sign_out(token: str, store: StaffStore) -> None:
    """End the sign-in of this token; nothing happens where there is none."""
    await store.end_sign_in(hash_of(token))


async def _wait_in_line(key: bytes, door: Door) -> None:
    # Committed before the wait: tries that come meanwhile stand behind this one.
    async with door.units() as store:
        known = await store.failures(key)
        failures, wait = take_place(known, door.clock())
        await store.put_failures(key, failures)
    if wait:
        await door.pause(wait)


async def _check_code(attempt: Attempt, known: Credentials | None, door: Door) -> None:
    """Accept the code once, or refuse in the one way that tells nothing."""
    if known is None:
        accepted_step(_SECRET_OF_NOBODY, attempt.code, door.clock(), 0)
        raise SignInRefused(REFUSED)
    try:
        await _wait_in_line(officer_key(door.secret, known.officer.id), door)
    except TooSoon:
        raise SignInRefused(REFUSED) from None
    step = accepted_step(known.totp_secret, attempt.code, door.clock(), known.last_step)
    if step is None:
        raise SignInRefused(REFUSED)
    async with door.units() as store:
        if not await store.use_step(known.officer.id, step):
            raise SignInRefused(REFUSED)


def _known_form(email: str) -> str:
    try:
        return email_of(email)
    except EmailMalformed:
        return ""
