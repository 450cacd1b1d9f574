"""Offering a request to a partner, and what the partner says to it.

The request stays with the office that offers it, which goes on being the one that the person knows;
the partner gets a packet of its own.  A no of any kind lets it wait again on its rung.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.audit import By
from bot.directory import Place
from bot.errors import Absent, Invalid, Refused
from bot.privacy.retention import RULES
from bot.referrals.consent import ALWAYS, Field, Recipient, gate, needs_supervisor
from bot.referrals.errors import TakenByAnother, WishUnheld
from bot.referrals.model import Author, Referral
from bot.referrals.packet import Packet, packet
from bot.referrals.partners import Agreement, is_partner, takes
from bot.referrals.service import Referrals
from bot.referrals.states import Action, Declined, MoveRefused, State, after
from bot.referrals.wishes import Wishes
from bot.staff import OfficeKeys

DESPITE = "despite-wishes"
"""The act of offering it to a partner that cannot be held to what the person wished."""
LONGEST_FULL = timedelta(days=366)
LAST_PART = 0.25
"""How much of its time is left when a partner with an account is told again that it ends."""


class AgreementMissing(Refused):
    """No agreement on data with this partner is in force, or it has no room: nothing is passed."""


class NoPartner(Refused):
    """Nothing is passed to such a place: it is no partner, or none for people like this one."""


class OfferUnknown(Absent):
    """There is no such offer for this one, or it is over."""


class DayUnusable(Invalid):
    """A partner named no day, or one that is over or too far away."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A request as it was offered to one partner; times are aware UTC.

    `answer` is what became of it: accepted, or how it ended; None while nobody has said.
    """

    id: str
    referral: str
    office: str
    partner: str
    made: datetime
    expires: datetime
    opened: datetime | None = None
    tried_again: datetime | None = None
    answered: datetime | None = None
    answer: Action | None = None
    by_link: bool = True

    def is_open(self, at: datetime) -> bool:
        """Tell whether the partner can still answer."""
        return self.answer is None and at < self.expires

    @property
    def accepted(self) -> bool:
        """Tell whether the partner has it."""
        return self.answer is Action.ACCEPT

    @property
    def taken_back(self) -> bool:
        """Tell whether the person took back their yes, so that the partner is to know of it."""
        return self.answer is Action.UNSHARE

    def is_before_it(self, at: datetime) -> bool:
        """Tell whether the partner can still answer, or has it."""
        return self.accepted or self.is_open(at)

    def is_readable(self, at: datetime) -> bool:
        """Tell whether the packet may be shown: until the answer, then to an account for a time."""
        if self.answer is None or self.answered is None:
            return self.is_open(at)
        lives = RULES["packets"].lives
        return self.accepted and not self.by_link and at < self.answered + lives


@dataclass(frozen=True, slots=True)
class Sending:
    """What an officer wants to pass to whom, beside what every partner gets."""

    place: Place
    fields: frozenset[Field]
    officer: str
    despite: bool = False
    """The officer knows of wishes about who reads it that a partner cannot be held to."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A packet that was opened just now, and the token of the page that may answer."""

    offer: Offer
    packet: Packet = field(repr=False)
    page: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Says:
    """What a partner says to an offer."""

    action: Action
    why: Declined | None = None
    until: date | None = None
    officer: str | None = None
    """An officer of the partner; None where it has no account."""


class AgreementStore(Protocol):
    """The data-sharing states of partners inside the transaction of the caller."""

    async def every(self) -> Mapping[str, Agreement]:
        """Return the state of each partner that has one."""
        ...

    async def put(self, agreement: Agreement, chain: str, by: By) -> None:
        """Keep the state of a partner, with an entry in the audit of an office."""
        ...

    async def full(self, partner: str, until: date) -> None:
        """Keep until when a partner has no room."""
        ...


class OfferStore(Protocol):
    """Offers inside the transaction of the caller."""

    async def make(
        self, referral: Referral, place: str, made: Packet, by: By, expires: datetime
    ) -> str | None:
        """Seal a packet for a partner, and return the link's token; None for one with an account.

        The request is moved afterwards: what danger to life covers it is known by its offer.

        Raises:
            AgreementMissing: no agreement is in force, or it has no room.
        """
        ...

    async def of(self, referral: Referral) -> tuple[Offer, ...]:
        """Return what was offered of a request, newest first."""
        ...

    async def by_link(self, token: str) -> Offer | None:
        """Return the offer of a link, also when it is over."""
        ...

    async def by_page(self, token: str) -> Offer | None:
        """Return the offer that a page has opened and that is not over."""
        ...

    async def for_partner(self, partner: str) -> tuple[Offer, ...]:
        """Return what a partner with an account has before it, newest first."""
        ...

    async def open(self, offer: Offer, token: str, at: datetime) -> Opened | None:
        """Open the packet of a link for the first time; None where it was opened before.

        Raises:
            OfferUnknown: it is over.
        """
        ...

    async def again(self, offer: Offer, at: datetime) -> bool:
        """Note that a link was used again after its opening; False where that was known."""
        ...

    async def shown(self, offer: Offer, page: str) -> Packet | None:
        """Return the packet for the page that opened it; None where it is no longer there.

        Raises:
            OfferUnknown: it is another page, or the offer is over.
        """
        ...

    async def read(self, offer: Offer, keys: OfficeKeys, by: By) -> Packet | None:
        """Return the packet for an officer of the partner; the audit says by whom it was read.

        None where its time is over (`is_readable`); the offer may still stand.

        Raises:
            NotOpenable: none of the keys opens it.
        """
        ...

    async def held(self, offer: Offer) -> Referral:
        """Return the request of an offer, which nobody else moves before this commits.

        Raises:
            OfferUnknown: it was erased meanwhile.
        """
        ...


async def offer(
    rules: Referrals, offers: OfferStore, referral: Referral, sending: Sending, keys: OfficeKeys
) -> str | None:
    """Offer a request to a partner; return the token of the link, None for one with an account.

    The clock takes it back when the time of its pace is over.

    Raises:
        NoPartner: nothing is ever passed to such a place, or it is for others alone.
        ConsentMissing, SupervisorMissing: what the person allowed does not cover it.
        WishUnheld: the person wishes who reads it, and the officer did not say to know.
        AgreementMissing: no agreement is in force, or the partner has no room.
        NotOpenable: none of the keys opens the request.
        MoveRefused, TakenByAnother: it is not in the officer's hands.
    """
    if not is_partner(sending.place):
        raise NoPartner("nothing is passed to such a place")
    record = await rules.store.consents.record(referral)
    young = needs_supervisor(record.answers, referral)
    if not takes(sending.place, referral.category, young=young):
        raise NoPartner("it is for others alone")
    gate(record, referral, recipient_of(sending.place, sending.fields), rules.now)
    after(referral.state, Action.OFFER)
    unheld = unheld_by_partners(await rules.store.wishes(referral))
    if unheld and not sending.despite:
        raise WishUnheld("a partner cannot be held to it")
    by = By(sending.officer, rules.now)
    told = await rules.store.particulars(referral, keys, by)
    if referral.claimed_by != sending.officer:
        raise TakenByAnother("another officer has it")
    stand = await rules.stands.after(referral, Action.OFFER, by.at)
    if unheld:
        await rules.store.confirmed(referral, by, DESPITE)
    made = packet(referral, told, sending.fields)
    token = await offers.make(referral, sending.place.id, made, by, stand.wakes)
    moved = await rules.move(referral, Action.OFFER, by, stand=stand)
    if token is None:
        (made_now, *_) = await offers.of(moved)
        await _tell(rules, moved, made_now)
    return token


async def _tell(rules: Referrals, referral: Referral, to: Offer) -> None:
    """Put the offer before a partner with an account, and once more before its time is over."""
    await rules.store.alert(referral, f"offered@{to.id}", offer=to.id)
    nearly = to.expires - (to.expires - to.made) * LAST_PART
    await rules.store.alert(referral, f"offer-ends@{to.id}", offer=to.id, at=nearly)


async def answered(
    rules: Referrals, offers: OfferStore, agreements: AgreementStore, to: Offer, says: Says
) -> Referral:
    """Do what a partner says, and put it before the office that offered it.

    Raises:
        OfferUnknown: the offer is over.
        DayUnusable: it is full, until no day that can be.
    """
    referral = await offers.held(to)
    giving_back = says.action is Action.HAND_BACK
    if not (to.accepted if giving_back else to.is_open(rules.now)):
        raise OfferUnknown("the offer is over")
    if says.action is Action.FULL:
        await agreements.full(to.partner, _usable(says.until, rules.now))
    by = By(says.officer, rules.now)
    try:
        moved = await rules.move(referral, says.action, by, says.why, says.until)
    except MoveRefused:
        raise OfferUnknown("the offer is over") from None
    await rules.store.alert(moved, f"partner-{says.action}@{rules.now:%Y%m%d%H%M%S}")
    return moved


async def wrote(rules: Referrals, offers: OfferStore, to: Offer, text: str) -> None:
    """Keep what a partner writes to the office, which decides what of it the person reads.

    Raises:
        OfferUnknown: it has not accepted, or it is over.
    """
    referral = await offers.held(to)
    if not to.accepted or referral.state is not State.ACCEPTED:
        raise OfferUnknown("the offer is over")
    await rules.store.write(referral, text, rules.now, Author.PARTNER)


def unheld_by_partners(wishes: Wishes) -> bool:
    """Tell whether a person wishes something that only an office of ours is held to."""
    return wishes.woman or wishes.not_community


def recipient_of(place: Place, fields: Collection[Field] = ()) -> Recipient:
    """Return a place as consent speaks of it, with what it would get at least."""
    return Recipient(place.id, place.services, place.country, ALWAYS | frozenset(fields))


def _usable(day: date | None, now: datetime) -> date:
    today = now.date()
    if day is None or not today <= day <= today + LONGEST_FULL:
        raise DayUnusable("no day that can be")
    return day
