"""Who of an office holds its key: admit a colleague, come in by two shares, let somebody go.

A pending officer sees only themselves here.  What is typed as a share is used and forgotten.
"""

from collections.abc import Mapping

from aiohttp import web

from bot.console.case import PENDING
from bot.console.deps import Work
from bot.console.gate import Visit, see_other
from bot.console.noted import note, note_refused
from bot.console.renewing import may_admit, offers
from bot.console.renewing import send as send_renewal
from bot.console.unlock import tend
from bot.console.words import Note, mark
from bot.errors import Refused
from bot.privacy import BadShare
from bot.referrals import Category, MoveRefused, State, TakenByAnother, Wanted
from bot.staff import (
    Act,
    Fact,
    KeyMissing,
    Member,
    NoSuchMember,
    OfficeKeys,
    Officer,
    RecoveryMissing,
    admit,
    admit_by_shares,
    allowed,
    check_number,
    may_hold,
    member_of,
    part_with,
)

ADDRESS = "/console/members"
IN_HAND = frozenset({State.CLAIMED, State.ANSWERED})
AT_ONCE = 100
DONE: Mapping[str, str] = {
    "admitted": mark("Admitted. From now on this officer can read the requests of your office."),
    "removed": mark(
        "Removed. Your office has a new key; what was in that officer's hands waits again."
    ),
    "asked": mark("Asked. A colleague who holds the key confirms it on this page within a day."),
    "renewed": mark("Your office has a new key. Open requests are sealed to it now."),
    "recovered": mark("The shares fit. You hold the key of your office now."),
}
WRONG = Note(
    mark("These shares do not give the recovery key. Check every word, or use another share.")
)
OTHER_KEY = Note(
    mark(
        "These shares fit each other, but they do not open the key of your office. A colleague "
        "with the key must sign in once after the recovery key was made."
    )
)
NOT_YOURS = Note(
    mark("Nothing was changed: only a supervisor asks for a new key, and only holders confirm.")
)
OTHER_NUMBER = Note(
    mark(
        "Nobody was admitted: this officer has another check number by now. "
        "Call them again, and compare it."
    )
)
CHANGED = Note(mark("Nothing was changed: somebody acted at the same moment. Try again."))


class OtherNumber(Refused):
    """The officer to be admitted has another key than the one that was shown and compared."""


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show the officers of the office, pending ones first."""
    return await _page(visit, officer)


async def ask(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show one officer, and ask whether they are meant."""
    async with visit.deps.open() as work:
        member = await _other(visit, officer, work)
        holds = bool(await visit.keys(work))
    return visit.show(
        "member.html",
        member=member,
        number=check_number(member.public) if member.public else "",
        admits=holds and may_admit(officer) and _pending(member),
        removes=holds and _may_remove(officer),
    )


async def send_admit(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Let the colleague hold what the officer holds."""
    try:
        async with visit.deps.open() as work:
            member, keys = await _with_keys(visit, officer, work)
            if not (keys and may_admit(officer)):
                raise KeyMissing("not a holder")
            if not _compared(visit, member):
                raise OtherNumber("not the key that was compared")
            if not member.holds:
                await admit(member, keys, work.staff, visit.deps.clock())
                await note(work, officer, "admit", member.officer.id)
    except KeyMissing:
        return await _refused(visit, officer, 403, PENDING)
    except OtherNumber:
        return await _refused(visit, officer, 409, OTHER_NUMBER)
    return await _done(visit, officer, "admitted")


async def send_remove(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Remove the colleague; what they have in hand waits again, and the office gets a new key."""
    try:
        async with visit.deps.open() as work:
            member, keys = await _with_keys(visit, officer, work)
            if not (keys and _may_remove(officer)):
                raise KeyMissing("not a holder")
            await _take_back(member.officer, officer, work)
            await part_with(member, keys, work.staff, visit.deps.clock())
            await note(work, officer, "remove", member.officer.id)
    except KeyMissing:
        return await _refused(visit, officer, 403, PENDING)
    except (MoveRefused, TakenByAnother):
        return await _refused(visit, officer, 409, CHANGED)
    return await _done(visit, officer, "removed")


async def send_shares(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Let a pending officer in by two shares of the recovery key."""
    _let_in(officer)
    shares = [visit.form.get(name, "") for name in ("first", "second")]
    try:
        async with visit.deps.open() as work:
            await admit_by_shares(officer, shares, work.staff, visit.deps.clock())
            await note(work, officer, "recover", officer.id)
    except BadShare:
        return await _refused(visit, officer, 400, WRONG)
    except RecoveryMissing:
        return await _refused(visit, officer, 400, OTHER_KEY)
    return await _done(visit, officer, "recovered")


async def send_renew(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Ask for a new key, or confirm what a colleague asked for."""
    _let_in(officer)
    try:
        return await send_renewal(visit, officer)
    except KeyMissing:
        return await _refused(visit, officer, 403, NOT_YOURS)


async def back(_visit: Visit, _officer: Officer) -> web.StreamResponse:
    """Lead a browser that reloads the address of a form back to the list."""
    return see_other(ADDRESS)


async def _page(
    visit: Visit, officer: Officer, status: int = 200, problem: Note | None = None
) -> web.Response:
    _let_in(officer)
    async with visit.deps.open() as work:
        holds = bool(await visit.keys(work))
        members = await work.staff.members(officer.office)
        renewals = await offers(officer, work) if holds else ()
    own = next((one for one in members if one.officer.id == officer.id), None)
    return visit.show(
        "members.html",
        status,
        members=members if holds else (),
        pending_of=_pending,
        holds=holds,
        renewals=renewals,
        number=check_number(own.public) if own and own.public else "",
        problem=problem,
        said=DONE.get(visit.request.query.get("done", ""), ""),
    )


async def _done(visit: Visit, officer: Officer, what: str) -> web.Response:
    """Wrap what became due by this, and lead back to the list with a line that says what it was."""
    await tend(visit.deps, visit.token, officer)
    return see_other(f"{ADDRESS}?done={what}")


async def _refused(visit: Visit, officer: Officer, status: int, problem: Note) -> web.Response:
    """Return the list with the line that says why nothing was done, and note it."""
    await note_refused(visit.deps, visit.request, officer)
    return await _page(visit, officer, status, problem)


def _let_in(officer: Officer) -> None:
    """Let those in who may hold a key.

    Raises:
        NoSuchMember: this role never holds one.
    """
    if not may_hold(officer):
        raise NoSuchMember("not for this role")


async def _other(visit: Visit, officer: Officer, work: Work) -> Member:
    """Return the colleague named in the address.

    Raises:
        NoSuchMember: there is none, or it is the officer's own self.
    """
    wanted = visit.request.match_info["officer"]
    _let_in(officer)
    if wanted == officer.id:
        raise NoSuchMember("no such officer")
    return await member_of(officer.office, wanted, work.staff)


async def _with_keys(visit: Visit, officer: Officer, work: Work) -> tuple[Member, OfficeKeys]:
    """Return the colleague named in the address, and the officer's keys as they stay until the end.

    The gate of the keys comes first: a key that ends meanwhile would look like none, and whoever
    has noted something in the audit already must not wait here for somebody who is about to.
    """
    await work.staff.keys.alone()
    return await _other(visit, officer, work), await visit.keys(work)


def _compared(visit: Visit, member: Member) -> bool:
    """Tell whether the officer's key is still the one whose number our page showed."""
    shown = visit.form.get("number")
    return shown is None or (member.public is not None and shown == check_number(member.public))


def _pending(member: Member) -> bool:
    """Tell whether a colleague can be admitted."""
    return not member.holds and member.public is not None and may_hold(member.officer)


def _may_remove(officer: Officer) -> bool:
    # No second person confirms this yet: one supervisor is enough.
    facts = frozenset({Fact.OWN_OFFICE, Fact.HOLDS_KEY, Fact.SECOND_PERSON})
    return allowed(officer, Act.ROTATE_KEY, facts)


async def _take_back(leaving: Officer, officer: Officer, work: Work) -> None:
    wanted = Wanted(leaving.office, IN_HAND, frozenset(Category), leaving.id)
    while held := await work.queue.page(wanted, AT_ONCE, 0):
        for referral in held:
            await work.referrals.take_back(referral, officer.id)
