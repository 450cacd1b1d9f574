"""A new key in the place of one that stands, for which two people are needed.

A supervisor asks, a colleague who holds the key confirms within a day.  Open requests are wrapped
for the new key at the next unlock, and a wrap for the old one goes then.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.staff.joining import held_newest, new_recovery, rotate, share_with_recovery
from bot.staff.model import RECOVERY, Officer
from bot.staff.officekeys import OfficeKeys, Renewal
from bot.staff.ports import KeyStore, StaffStore

WITHIN = timedelta(hours=24)
"""How long a colleague has to confirm what somebody asked for."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """Whether a key was made; the three shares where it was recovery's, shown this once."""

    made: bool
    shares: tuple[str, ...] = field(default=(), repr=False)


async def renewal_open(what: str, office: str, keys: KeyStore, now: datetime) -> Renewal | None:
    """Return what was asked for and can still be confirmed: its asker holds the office's key."""
    asked = await keys.renewal(what)
    if asked is None or now - asked.asked >= WITHIN:
        return None
    holders: set[str] = set()
    for one in await keys.newest((office,)):
        holders |= await keys.holders(office, one.version)
    return asked if asked.by in holders else None


async def renew(
    what: str, officer: Officer, keys: OfficeKeys, store: StaffStore, now: datetime
) -> Renewed:
    """Ask for a new key, of the officer's office or of recovery; where a colleague asked, make it.

    Raises:
        KeyMissing: the officer does not hold the key of their office.
    """
    await store.keys.alone()
    await held_newest(officer.office, keys, store.keys)
    asked = await renewal_open(what, officer.office, store.keys, now)
    if asked is None or asked.by == officer.id:
        await store.keys.ask_renewal(Renewal(what, officer.id, now))
        return Renewed(made=False)
    await store.keys.end_renewal(what)
    if what != RECOVERY:
        await rotate(what, store, now)
        return Renewed(made=True)
    await store.keys.release(RECOVERY)
    shares = await new_recovery(store.keys, now)
    await share_with_recovery(officer.office, keys, store)
    return Renewed(made=True, shares=shares)
