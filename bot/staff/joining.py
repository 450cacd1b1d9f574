"""Who gets the key of an office: the first officer makes it, every later one is admitted.

A colleague who holds the key admits, or two shares of the recovery key do.  Whoever leaves takes
nothing along: the office gets a new key, and what is open is sealed to that one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.privacy import join as join_shares
from bot.privacy import pair_of, split
from bot.staff.errors import (
    KeyHeld,
    KeyMissing,
    NoSuchMember,
    RecoveryMade,
    RecoveryMissing,
    SetUpKeyThere,
    TextsLost,
)
from bot.staff.model import DUTY_DESK, RECOVERY, SET_UP, Member, Officer, Role
from bot.staff.officekeys import (
    OfficeKeys,
    genuine,
    made_key,
    may_hold,
    opened_wraps,
    wraps_for,
)
from bot.staff.ports import KeyStore, StaffStore


@dataclass(frozen=True, slots=True)
class Joined:
    """Whether an officer made the key of their office, and what else came of it.

    `shares` are those of the recovery key where it was made now: shown once, kept nowhere.
    `left_set_up` tells that the file of the set-up key has to go once this is committed.
    """

    made: bool
    shares: tuple[str, ...] = field(default=(), repr=False)
    left_set_up: bool = False


async def receive(
    officer: Officer,
    public: bytes,
    store: StaffStore,
    now: datetime,
    set_up: bytes | None,
    *,
    shares: bool,
) -> Joined:
    """Let an officer who has just set a password in: the first of an office makes its key.

    Whatever they held before is gone.  With `shares` the first of the duty desk makes the recovery
    key as well, if there is none.

    Raises:
        SetUpKeyElsewhere: what is sealed to the set-up key could not be sealed to the desk.
    """
    keys = store.keys
    await keys.alone()
    held = await keys.held_by(officer.id)
    await keys.release(officer.id)
    if not may_hold(officer):
        if held:
            await rotate(officer.office, store, now)
        return Joined(made=False)
    if await keys.newest((officer.office,)):
        return Joined(made=False)
    desk = officer.office == DUTY_DESK
    parts: tuple[str, ...] = ()
    if desk and shares and not await keys.newest((RECOVERY,)):
        parts = await new_recovery(keys, now)
    await _new_key(officer.office, {officer.id: public}, keys, now)
    left = await keys.leave_set_up(set_up) if desk else False
    return Joined(made=True, shares=parts, left_set_up=left)


async def make_recovery(keys: KeyStore, now: datetime) -> tuple[str, ...]:
    """Return the three shares of a recovery key just made; they are kept nowhere.

    The keys of offices are wrapped for it when somebody who holds them signs in.

    Raises:
        RecoveryMade: there is one already.
    """
    await keys.alone()
    if await keys.newest((RECOVERY,)):
        raise RecoveryMade("the recovery key was made before; its shares are shown once")
    return await new_recovery(keys, now)


async def set_up_finished(keys: KeyStore) -> bool:
    """Tell whether the duty desk and recovery have keys: until then a taken disk reads requests."""
    found = {one.office for one in await keys.newest((DUTY_DESK, RECOVERY))}
    return found == {DUTY_DESK, RECOVERY}


async def member_of(office: str, officer: str, store: StaffStore) -> Member:
    """Return an officer of an office.

    Raises:
        NoSuchMember: there is none.
    """
    for one in await store.members(office):
        if one.officer.id == officer:
            return one
    raise NoSuchMember("no such officer")


async def admit(member: Member, keys: OfficeKeys, store: StaffStore, now: datetime) -> None:
    """Let a pending officer hold what the one who admits holds.

    Once a supervisor of the duty desk holds its key, its administrators do not any more.

    Raises:
        KeyMissing: whoever admits does not hold the key.
        NoSuchMember: there is nobody to admit.
    """
    officer = member.officer
    await store.keys.alone()
    held = await held_newest(officer.office, keys, store.keys)
    if member.public is None or not may_hold(officer):
        raise NoSuchMember("nobody to admit")
    await store.keys.hold(wraps_for(held, officer.id, member.public))
    if officer.office == DUTY_DESK and officer.role is Role.SUPERVISOR:
        await _end_acting(store, now)


async def admit_by_shares(
    officer: Officer, shares: Sequence[str], store: StaffStore, now: datetime
) -> None:
    """Let a pending officer in by two shares of the recovery key.

    Raises:
        BadShare: a share is mistyped, or they do not belong together.
        RecoveryMissing: they are of another key, or no key of this office was wrapped for it.
        NoSuchMember: there is nobody to admit.
    """
    private = join_shares(shares)
    (recovery,) = await store.keys.newest((RECOVERY,)) or (None,)
    if recovery is None or pair_of(private).public != recovery.public:
        raise RecoveryMissing("not the recovery key of this program")
    wraps = [one for one in await store.keys.held_by(RECOVERY) if one.office == officer.office]
    try:
        member = await member_of(officer.office, officer.id, store)
        await admit(member, opened_wraps(wraps, private), store, now)
    except KeyMissing:
        raise RecoveryMissing("the key of this office is not wrapped for it") from None


async def part_with(member: Member, keys: OfficeKeys, store: StaffStore, now: datetime) -> None:
    """Remove an officer; the office gets a new key, which the others hold.

    A second person confirms this from part 4 on.

    Raises:
        KeyMissing: whoever removes does not hold the key.
    """
    office = member.officer.office
    await store.keys.alone()
    await held_newest(office, keys, store.keys)
    await store.keys.release(member.officer.id)
    await store.remove_officer(member.officer.id)
    await rotate(office, store, now)


async def give_up_set_up(keys: KeyStore, here: bytes | None, *, confirmed: bool) -> int:
    """Forget a set-up key whose file is lost, and return how many texts nobody opens any more.

    `here` is the public key of the file that is in this data folder.

    Raises:
        SetUpKeyThere: there is none to forget, or its file is not lost.
        TextsLost: texts would stay shut for ever, and nobody confirmed that.
    """
    await keys.alone()
    (known,) = await keys.newest((SET_UP,)) or (None,)
    if known is None or known.public == here:
        raise SetUpKeyThere("no set-up key is lost: none is in use, or its file is here")
    lost = await keys.shut_without_set_up()
    if lost and not confirmed:
        raise TextsLost(lost)
    await keys.forget_set_up()
    return lost


async def replace_lost(office: str, store: StaffStore, now: datetime) -> tuple[str, ...]:
    """Give an office whose key is lost a new one, and return who holds it: whoever was pending.

    What was sealed to the lost one stays shut for this office.

    Raises:
        KeyHeld: an officer, or recovery, opens the present one.
        NoSuchMember: nobody of the office could hold a new one, or it never had one.
    """
    await store.keys.alone()
    for one in await store.keys.newest((office,)):
        if await store.keys.holders(office, one.version):
            raise KeyHeld("somebody holds the key of this office, or recovery does")
        waiting = {
            each.officer.id: each.public
            for each in await store.members(office)
            if each.public is not None and may_hold(each.officer)
        }
        if waiting:
            await _new_key(office, waiting, store.keys, now)
            return tuple(waiting)
    raise NoSuchMember("nobody of this office waits for a key")


async def share_with_recovery(office: str, keys: OfficeKeys, store: StaffStore) -> None:
    """Wrap the keys of an office for the recovery key where it was made after them."""
    for recovery in await store.keys.newest((RECOVERY,)):
        there = {(one.office, one.version) for one in await store.keys.held_by(RECOVERY)}
        missing = {
            one: private for one, private in keys.items() if one[0] == office and one not in there
        }
        await store.keys.hold(wraps_for(missing, RECOVERY, recovery.public))


async def held_newest(office: str, keys: OfficeKeys, known: KeyStore) -> OfficeKeys:
    """Return those of the keys that are of an office, whose newest must be among them.

    Raises:
        KeyMissing: it is not; or the public key that stands there is not the one it belongs to.
    """
    held = {one: private for one, private in keys.items() if one[0] == office}
    if not genuine(held, await known.newest((office,))):
        raise KeyMissing("not a holder of the newest key")
    return held


async def _end_acting(store: StaffStore, now: datetime) -> None:
    gone = [
        one for one in await store.members(DUTY_DESK) if one.holds and not may_hold(one.officer)
    ]
    for one in gone:
        await store.keys.release(one.officer.id)
    if gone:
        await rotate(DUTY_DESK, store, now)


async def rotate(office: str, store: StaffStore, now: datetime) -> None:
    """Make a new key for those who hold the present one."""
    stay = {
        one.officer.id: one.public
        for one in await store.members(office)
        if one.holds and one.public is not None
    }
    await _new_key(office, stay, store.keys, now)


async def _new_key(
    office: str, holders: Mapping[str, bytes], keys: KeyStore, now: datetime
) -> None:
    made = made_key(office, await keys.next_version(office))
    held = {(office, made.key.version): made.private}
    await keys.add(made.key, now)
    recovery = {one.office: one.public for one in await keys.newest((RECOVERY,))}
    for holder, public in {**holders, **recovery}.items():
        await keys.hold(wraps_for(held, holder, public))


async def new_recovery(keys: KeyStore, now: datetime) -> tuple[str, ...]:
    """Make a recovery key and return its shares; earlier ones open nothing made from now on."""
    made = made_key(RECOVERY, await keys.next_version(RECOVERY))
    await keys.add(made.key, now)
    return split(made.private)
