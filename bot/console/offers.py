"""What was offered to a partner with an account: read, accept, say no, write, give back.

The packet is sealed to the key of the partner's own office.  The request stays with the office that
offered it, through which the person is reached.
"""

from aiohttp import web

from bot.audit import By
from bot.console.answer import clean, problem_with
from bot.console.deps import Work
from bot.console.gate import Visit, see_other
from bot.console.offered import CHOOSE_WHY, ERASE, NAME_DAY, TAKEN_BACK, says_of
from bot.console.offices import office_name
from bot.console.words import DECLINED, Note, mark
from bot.i18n import country_name
from bot.referrals import (
    Action,
    DayUnusable,
    NotOpenable,
    Offer,
    OfferUnknown,
    Says,
    TakenByAnother,
    answered,
    wrote,
)
from bot.staff import Officer, may_hold

ADDRESS = "/console/offers"
DONE = {
    "sent": Note(mark("The office has what you wrote.")),
    "accepted": Note(mark("You have it now. Thank you.")),
}
PENDING = Note(
    mark("It does not open: a colleague who holds the key of your office must admit you.")
)

NO_LONGER = Note(
    mark(
        "What the person wrote is shown here no more. You can still write to the office, or give "
        "the request back."
    )
)


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show what is before the partner."""
    async with visit.deps.open() as work:
        found = await work.offers.for_partner(officer.office) if may_hold(officer) else ()
        now = work.referrals.now
    names = [
        (one, office_name(visit.deps.directory, one.office))
        for one in found
        if one.is_before_it(now) or one.taken_back
    ]
    return visit.show("offers.html", offers=names)


async def open_one(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show the packet of one."""
    return await _page(visit, officer)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Do what the partner says; where something is missing the page says so, nothing lost."""
    text = clean(visit.form.get("text", ""))
    writes = visit.form.get("say") == "write"
    try:
        says = None if writes else says_of(dict(visit.form))
        problem = problem_with(text) if writes else (None if says else CHOOSE_WHY)
        if problem:
            return await _page(visit, officer, 400, problem=problem, text=text)
        async with visit.deps.open() as work:
            offer = await _mine(visit, work, officer)
            await _done(work, officer, offer, says, text)
    except DayUnusable:
        return await _page(visit, officer, 400, problem=NAME_DAY)
    except TakenByAnother:
        raise OfferUnknown("the offer is over") from None
    if says is None:
        return see_other(f"{ADDRESS}/{offer.id}?done=sent")
    accepted = says.action is Action.ACCEPT
    return see_other(f"{ADDRESS}/{offer.id}?done=accepted" if accepted else ADDRESS)


async def _done(work: Work, officer: Officer, offer: Offer, says: Says | None, text: str) -> None:
    if says is None:
        await wrote(work.referrals, work.offers, offer, text)
        return
    said = Says(says.action, says.why, says.until, officer.id)
    referral = await answered(work.referrals, work.offers, work.agreements, offer, said)
    now = work.referrals.now
    await work.alerts.settle(referral, officer.id, now, partner=officer.office)


async def _page(visit: Visit, officer: Officer, status: int = 200, **shown: object) -> web.Response:
    async with visit.deps.open() as work:
        offer = await _mine(visit, work, officer)
        if offer.taken_back:
            return _taken_back(visit)
        keys = await visit.keys(work)
        by = By(officer.id, work.referrals.now)
        try:
            packet = await work.offers.read(offer, keys, by)
            lacks = None if packet else NO_LONGER
        except NotOpenable:
            packet, lacks = None, PENDING
    known: dict[str, object] = {
        "problem": lacks,
        "text": "",
        "said": DONE.get(visit.request.query.get("done", "")),
    }
    return visit.show(
        "offer.html",
        status,
        offer=offer,
        office=office_name(visit.deps.directory, offer.office),
        packet=packet,
        answers=lacks is not PENDING,
        country=country_name(packet.country, "en") if packet and packet.country else "",
        reasons=DECLINED,
        **known | shown,
    )


def _taken_back(visit: Visit) -> web.Response:
    return visit.show(
        "message.html",
        410,
        heading=TAKEN_BACK,
        lines=[ERASE],
        link=ADDRESS,
        link_words=mark("Offered to you"),
    )


async def _mine(visit: Visit, work: Work, officer: Officer) -> Offer:
    """Return the offer named in the address, also one that the person took back.

    Raises:
        OfferUnknown: there is none for this officer, or it is over.
    """
    if may_hold(officer):
        for one in await work.offers.for_partner(officer.office):
            here = one.id == visit.request.match_info["offer"]
            if here and (one.is_before_it(work.referrals.now) or one.taken_back):
                return one
    raise OfferUnknown("no such offer")
