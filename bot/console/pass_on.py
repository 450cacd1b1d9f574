"""Pass a request on: to a partner, in a packet, or to another office that the person's yes covers.

The link for a partner without an account stands in one answer, once; the officer gives it to the
partner by their own means.  After a partner's no the next one is asked by one press: the request is
taken and offered in one transaction, or neither.
"""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.audit import By
from bot.console.access import facts_of, known_form, working_on
from bot.console.case import changed_meanwhile, refused_pending, refused_wish, show_case
from bot.console.deps import Work
from bot.console.gate import Visit, see_other
from bot.console.offices import office_name
from bot.console.onward import NOT_ALLOWED, SUPERVISOR
from bot.console.queue import ADDRESS as QUEUE
from bot.console.wished import COMMUNITY, DESPITE, UNCONFIRMED, UNHELD, WOMAN
from bot.console.words import Note, mark
from bot.privacy import BrokenSeal
from bot.referrals import (
    AgreementMissing,
    CommunityUnconfirmed,
    ConsentMissing,
    Field,
    MoveRefused,
    NobodyToSealTo,
    NoPartner,
    NotOpenable,
    Referral,
    Sending,
    State,
    SupervisorMissing,
    TakenByAnother,
    UnknownReferral,
    WishUnheld,
    WomanWished,
    offer,
    pass_on,
)
from bot.staff import Act, Fact, OfficeKeys, Officer, allowed

LINK = "/offer"
CHOOSE = Note(mark("Choose to whom it goes, then press the button again."))
NO_DATA = Note(
    mark(
        "Nothing was passed: with this organisation no agreement on data is in force, or it has "
        "no room now."
    )
)
NEVER = Note(mark("Nothing was passed: requests never go to such a place."))
SHUT = Note(
    mark("Nothing was passed: nobody of that office could open it, or you cannot open it yourself.")
)


@dataclass(frozen=True, slots=True)
class Given:
    """What an officer has just offered; the link is empty for a partner with an account."""

    name: str
    link: str
    expires: datetime | None


async def send_offer(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Offer the request to the chosen partner, and show the link once."""
    reference = known_form(visit.request.match_info["reference"])
    place = visit.deps.directory.places.get(visit.form.get("partner", ""))
    if place is None:
        return await show_case(visit, officer, 400, problem=CHOOSE)
    fields = frozenset(one for one in Field if visit.form.get(f"field-{one}") == "yes")
    despite = visit.form.get(DESPITE) == "yes"
    sending = Sending(place, fields, officer.id, despite)
    try:
        async with visit.deps.open() as work:
            keys = await visit.keys(work)
            given = await _offered(visit, work, officer, sending, keys) if keys else None
    except WomanWished:
        return await refused_wish(visit, officer, 403, WOMAN)
    except CommunityUnconfirmed:
        return await refused_wish(visit, officer, 400, UNCONFIRMED)
    except WishUnheld:
        return await refused_wish(visit, officer, 400, UNHELD)
    except (MoveRefused, TakenByAnother):
        return await changed_meanwhile(visit, officer)
    except (AgreementMissing, ConsentMissing, NoPartner, NotOpenable, BrokenSeal) as refused:
        return await show_case(visit, officer, 409, problem=why_refused(refused))
    if given is None:
        return await refused_pending(visit, officer)
    return visit.show("offer_link.html", reference=reference, given=given)


async def send_office(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Give the request to another office; here it is gone then."""
    office = visit.form.get("office", "")
    if not office:
        return await show_case(visit, officer, 400, problem=CHOOSE)
    try:
        async with visit.deps.open() as work:
            referral = await _mine(visit, work, officer)
            keys = await visit.keys(work)
            if keys:
                by = By(officer.id, work.referrals.now)
                await pass_on(work.referrals, work.rewrap, referral, by, office, keys)
    except (MoveRefused, TakenByAnother):
        return await changed_meanwhile(visit, officer)
    except (ConsentMissing, NobodyToSealTo, NotOpenable, BrokenSeal) as refused:
        return await show_case(visit, officer, 409, problem=why_refused(refused))
    if not keys:
        return await refused_pending(visit, officer)
    return see_other(f"{QUEUE}?done=passed")


def why_refused(refused: Exception) -> Note:
    """Return why nothing was passed."""
    match refused:
        case SupervisorMissing():
            return SUPERVISOR
        case ConsentMissing():
            return NOT_ALLOWED
        case AgreementMissing():
            return NO_DATA
        case NoPartner():
            return NEVER
        case _:
            return SHUT


async def _offered(
    visit: Visit, work: Work, officer: Officer, sending: Sending, keys: OfficeKeys
) -> Given:
    referral = await _mine(visit, work, officer)
    if referral.state is State.WAITING:
        confirmed = visit.form.get(COMMUNITY) == "yes"
        referral = await work.referrals.claim(referral, officer.id, not_community=confirmed)
    token = await offer(work.referrals, work.offers, referral, sending, keys)
    await work.alerts.settle(referral, officer.id, work.referrals.now)
    (made, *_) = await work.offers.of(referral)
    link = f"{visit.deps.public_url}{LINK}/{token}" if token else ""
    return Given(office_name(visit.deps.directory, sending.place.id), link, made.expires)


async def _mine(visit: Visit, work: Work, officer: Officer) -> Referral:
    """Return the request that the officer may pass on.

    Raises:
        UnknownReferral: there is none for them, or it is not theirs to pass on.
    """
    referral = await working_on(work, officer, visit.request.match_info["reference"])
    if not allowed(officer, Act.PASS_ON, facts_of(officer, referral) | {Fact.CONSENTED}):
        raise UnknownReferral("not for this role")
    return referral
