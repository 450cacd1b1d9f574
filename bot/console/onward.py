"""What can be done with a request beyond the office: partners and offices, and why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.access import facts_of
from bot.console.deps import Work
from bot.console.offices import office_name
from bot.console.words import Note, mark
from bot.directory import Directory, Place, Point
from bot.privacy import BrokenSeal
from bot.referrals import (
    Action,
    Agreements,
    ConsentMissing,
    ConsentRecord,
    Field,
    Need,
    NotOpenable,
    Offer,
    Override,
    Particulars,
    Purpose,
    Referral,
    State,
    SupervisorMissing,
    fitting,
    gate,
    helping,
    kept_away,
    may_have,
    needs_supervisor,
    possible,
    recipient_of,
    standing,
)
from bot.staff import Act, Fact, OfficeKeys, Officer, allowed

MOST = 5
NOT_ALLOWED = Note(
    mark("The person did not allow that a partner gets this request. Ask them first.")
)
SUPERVISOR = Note(
    mark("This is about somebody under 18: a supervisor must agree before anything is passed on.")
)
NOBODY_HELPS = Note(mark("No organisation that we know helps with this in that country."))
NO_AGREEMENT = Note(
    mark(
        "There are organisations that help with this, but with none of them an agreement on data "
        "is in force, or they have no room, or were asked already. A supervisor keeps the "
        "agreements."
    )
)
ENDED_BY_PARTNER = frozenset({Action.DECLINE, Action.FULL, Action.EXPIRE, Action.HAND_BACK})


@dataclass(frozen=True, slots=True)
class Asked:
    """An offer, with the name of its partner."""

    offer: Offer
    name: str


@dataclass(frozen=True, slots=True)
class Onward:
    """Who may be asked next, best first, what they may get, and why nobody can be."""

    asked: tuple[Asked, ...] = ()
    partners: tuple[Place, ...] = ()
    offices: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    why_not: Note | None = None

    @property
    def present(self) -> Asked | None:
        """Return the offer that stands: not answered, or accepted."""
        first = self.asked[0] if self.asked else None
        return first if first and first.offer.answer in (None, Action.ACCEPT) else None


async def onward_of(
    work: Work,
    officer: Officer,
    referral: Referral,
    told: Particulars | None,
    keys: OfficeKeys,
) -> Onward:
    """Return what the officer can do with a request in hand, or with one that a partner gave back.

    Without its words a request that waits is offered anew by what the person allowed alone; its
    town ranks who is next, where a partner may get it and the keys open it.
    """
    directory = work.referrals.directory
    asked = tuple(
        Asked(one, office_name(directory, one.partner)) for one in await work.offers.of(referral)
    )
    mine = told is not None and referral.claimed_by == officer.id
    back = referral.state is State.WAITING and _given_back(asked)
    if not (mine or back) or not _may(officer, referral):
        return Onward(asked)
    record = await work.referrals.store.consents.record(referral)
    offices = await _offices(work, record, referral) if mine else ()
    if mine and Action.OFFER not in possible(referral.state):
        return Onward(asked, offices=offices)
    now = work.referrals.now
    used = keys and Field.PLACE in _fields(record, now)
    town = told.town if told else await _town(work, officer, referral, keys) if used else None
    need = _need(referral, record, told, town)
    tried = {one.offer.partner for one in asked}
    agreements = await work.agreements.every()
    fit = fitting(directory, agreements, need, now, tried)
    found = dict.fromkeys((*_in_danger(directory, record, agreements, now), *fit))
    partners = tuple(one for one in found if _why(record, referral, one, now) is None)
    why_not = None if partners else _why_nobody(record, referral, helping(directory, need), now)
    return Onward(asked, partners[:MOST], offices, _fields(record, now), why_not)


def _may(officer: Officer, referral: Referral) -> bool:
    return allowed(officer, Act.PASS_ON, facts_of(officer, referral) | {Fact.CONSENTED})


def _given_back(asked: tuple[Asked, ...]) -> bool:
    return bool(asked) and asked[0].offer.answer in ENDED_BY_PARTNER


async def _offices(
    work: Work, record: ConsentRecord, referral: Referral
) -> tuple[tuple[str, str], ...]:
    if Action.PASS_ON not in possible(referral.state):
        return ()
    directory, wishes = work.referrals.directory, await work.referrals.store.wishes(referral)
    able = may_have(record, referral, await work.referrals.crews(), work.referrals.now)
    return tuple(
        (one, office_name(directory, one)) for one in able if not kept_away(directory, one, wishes)
    )


async def _town(work: Work, officer: Officer, referral: Referral, keys: OfficeKeys) -> Point | None:
    try:
        return await work.town(referral, keys, officer.id)
    except (NotOpenable, BrokenSeal):
        return None


def _need(
    referral: Referral, record: ConsentRecord, told: Particulars | None, town: Point | None
) -> Need:
    """Return what is looked for; where the words stay shut, the yes says in which country."""
    yes = standing(record.answers, Purpose.PARTNER)
    country = told.country if told else (yes[-1].country if yes else None)
    young = needs_supervisor(record.answers, referral)
    return Need(referral.category, country, town, referral.language, young=young)


def _in_danger(
    directory: Directory, record: ConsentRecord, agreements: Agreements, at: datetime
) -> tuple[Place, ...]:
    """Return the partners that a confirmed danger to life covers now, of any kind."""
    covered = [one.recipient for one in _covering(record, at)]
    return tuple(
        directory.places[one]
        for one in covered
        if one in agreements
        and agreements[one].in_force(at.date())
        and agreements[one].has_room(at.date())
    )


def _covering(record: ConsentRecord, at: datetime) -> list[Override]:
    return [one for one in record.overrides if one.covers(one.recipient, Purpose.PARTNER, at)]


def _fields(record: ConsentRecord, at: datetime) -> tuple[Field, ...]:
    """Return what may be passed beside what every partner gets; in danger to life all of it."""
    if _covering(record, at):
        return (Field.PLACE, Field.WORDS)
    allowed_by = {one for yes in standing(record.answers, Purpose.PARTNER) for one in yes.fields}
    return tuple(one for one in (Field.PLACE, Field.WORDS) if one in allowed_by)


def _why(record: ConsentRecord, referral: Referral, place: Place, at: datetime) -> Note | None:
    try:
        gate(record, referral, recipient_of(place), at)
    except SupervisorMissing:
        return SUPERVISOR
    except ConsentMissing:
        return NOT_ALLOWED
    return None


def _why_nobody(
    record: ConsentRecord, referral: Referral, helpers: Sequence[Place], at: datetime
) -> Note:
    """Return why there is nobody to choose, most telling first."""
    if not standing(record.answers, Purpose.PARTNER) and not _covering(record, at):
        return NOT_ALLOWED
    if not helpers:
        return NOBODY_HELPS
    reasons = [_why(record, referral, one, at) for one in helpers]
    return NO_AGREEMENT if None in reasons else (reasons[0] or NO_AGREEMENT)
