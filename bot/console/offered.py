"""The page behind a link: a partner without an account opens one request and answers.

No cookie, no script, nothing from elsewhere, so that it works on an old phone and leaves nothing
there.  Reading the address alone opens nothing, or a program that looks at links would; a press
does.  The page that opened it carries its own token, in the form: only that page may answer.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from aiohttp import web

from bot.console.answer import clean, problem_with
from bot.console.gate import FORM_TYPE, Desk, WebHandler
from bot.console.headers import SECURITY
from bot.console.offices import office_name, office_zone
from bot.console.pages import Viewer
from bot.console.steps import OVER
from bot.console.words import DECLINED, Note, mark
from bot.errors import Unavailable
from bot.i18n import country_name
from bot.privacy import BrokenSeal, Log
from bot.referrals import (
    Action,
    DayUnusable,
    Declined,
    Offer,
    OfferUnknown,
    Packet,
    Says,
    TakenByAnother,
    answered,
    wrote,
)

log = Log(__name__)

PATH = "/offer/{token:[A-Za-z0-9_-]{43}}"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {**SECURITY, "Content-Security-Policy": POLICY, "X-Robots-Tag": "noindex, nofollow"}
LARGEST = 64 * 1024

NO_LONGER = mark("This link is no longer open")
TAKEN_BACK = mark("The person has taken back their yes")
ERASE = mark(
    "They do not want your organisation to have their request any more. Please delete what you "
    "noted of it. The office goes on with it."
)
USED = mark("This link was opened before")
NOT_YOU = mark(
    "A link opens once, so that nobody else can read it. If it was not you or a colleague, tell "
    "the office that sent it at once. They see that it was used again."
)
CHOOSE_WHY = Note(mark("Choose why, then press the button again."))
NAME_DAY = Note(mark("Write a day that is not over, such as 2026-12-31, within a year."))
SAID = {
    Action.DECLINE: mark("You said no. The office was told and asks somebody else."),
    Action.FULL: mark("You have no room now. The office was told and asks you no more until then."),
    Action.HAND_BACK: mark("You gave it back. The office was told and goes on with it."),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One opening or answer of a partner; the token of the address, and the form."""

    request: web.Request
    desk: Desk
    form: dict[str, str] = field(repr=False)

    @property
    def token(self) -> str:
        """The token in the address: of the link, or of a page that accepted."""
        return self.request.match_info["token"]

    def show(self, offer: Offer | None, status: int = 200, **values: object) -> web.Response:
        """Return the page, on the clock of the partner."""
        directory, now = self.desk.deps.directory, self.desk.deps.clock()
        zone = office_zone(directory, offer.partner) if offer else None
        viewer = Viewer("", now, zone=zone) if zone else Viewer("", now)
        known: dict[str, object] = {
            "offer": offer,
            "office": office_name(directory, offer.office) if offer else "",
            "packet": None,
            "country": "",
            "page": "",
            "reasons": DECLINED,
            "problem": None,
            "text": "",
            "said": "",
            "heading": "",
            "lines": (),
        }
        packet = values.get("packet")
        if isinstance(packet, Packet) and packet.country:
            known["country"] = country_name(packet.country, viewer.language)
        response = self.desk.pages.show("offered.html", viewer, status, **known | values)
        response.headers.update(HEADERS)
        return response

    def message(self, status: int, heading: str, *lines: str) -> web.Response:
        """Return a page that only says something."""
        return self.show(None, status, heading=heading, lines=lines)

    def over(self, *known: Offer | None) -> web.Response:
        """Return the page of an offer that can be answered no more, or that was taken back."""
        if any(one.taken_back for one in known if one is not None):
            return self.message(410, TAKEN_BACK, ERASE)
        return self.message(410, NO_LONGER, OVER)


Handler = Callable[[Call], Awaitable[web.Response]]


def for_partners(desk: Desk, handle: Handler) -> WebHandler:
    """Return the handler of a page for whoever holds a link."""

    async def answer(request: web.Request) -> web.StreamResponse:
        call = Call(request, desk, await _form(request))
        try:
            return await handle(call)
        except (OfferUnknown, TakenByAnother):
            return await _over(call)
        except BrokenSeal as error:
            log.error("packet-does-not-open", error)
            return call.over()
        except Unavailable as error:
            log.warning("offer-unavailable", error)
            return call.message(
                503,
                mark("This does not work at the moment"),
                mark("Nothing was changed. Wait a moment and try again."),
            )

    return answer


async def _over(call: Call) -> web.Response:
    """Say that it is over, as it is now; the page's token stands in its address or in the form."""
    async with call.desk.deps.open() as work:
        tokens = (call.token, call.form.get("page", ""))
        known = [await work.offers.by_page(one) for one in tokens]
        return call.over(*known, await work.offers.by_link(call.token))


async def show(call: Call) -> web.Response:
    """Say what is behind the link without opening it; or let who accepted write and give back."""
    async with call.desk.deps.open() as work:
        kept = await work.offers.by_page(call.token)
        offer = await work.offers.by_link(call.token)
        now = work.referrals.now
    if kept is not None and kept.accepted:
        return call.show(kept, page=call.token)
    if kept is not None and kept.taken_back:
        return call.over(kept)
    if offer is None:
        return _unknown(call)
    if offer.opened is not None and offer.is_before_it(now):
        return await _used_again(call, offer)
    return call.show(offer) if offer.is_open(now) else call.over(offer)


async def send(call: Call) -> web.Response:
    """Open the packet at the first press; afterwards do what the page that opened it says."""
    page = call.form.get("page", "")
    return await _answer(call, page) if page else await _open(call)


async def _open(call: Call) -> web.Response:
    async with call.desk.deps.open() as work:
        offer = await work.offers.by_link(call.token)
        if offer is None:
            return _unknown(call)
        opened = await work.offers.open(offer, call.token, work.referrals.now)
    if opened is None:
        return await _used_again(call, offer)
    return call.show(offer, packet=opened.packet, page=opened.page)


async def _answer(call: Call, page: str) -> web.Response:
    """Do what the page says; where something is missing it stands there again, nothing lost."""
    deps = call.desk.deps
    async with deps.open() as work:
        offer = await work.offers.by_page(page)
        if offer is None or not offer.is_before_it(work.referrals.now):
            raise OfferUnknown("no such page, or it is over")
        packet = await work.offers.shown(offer, page)
    try:
        if call.form.get("say") == "write":
            return await _written(call, offer, page)
        says = says_of(call.form)
        if says is None:
            return call.show(offer, 400, packet=packet, page=page, problem=CHOOSE_WHY)
        async with deps.open() as work:
            await answered(work.referrals, work.offers, work.agreements, offer, says)
    except DayUnusable:
        return call.show(offer, 400, packet=packet, page=page, problem=NAME_DAY)
    if says.action is not Action.ACCEPT:
        return call.message(200, SAID[says.action])
    return await _accepted(call, page, packet)


async def _accepted(call: Call, page: str, packet: Packet | None) -> web.Response:
    async with call.desk.deps.open() as work:
        offer = await work.offers.by_page(page)
    if offer is None:
        return call.over()
    return call.show(offer, packet=packet, page=page, said=mark("You have it now. Thank you."))


async def _written(call: Call, offer: Offer, page: str) -> web.Response:
    text = clean(call.form.get("text", ""))
    if problem := problem_with(text):
        return call.show(offer, 400, page=page, problem=problem, text=text)
    async with call.desk.deps.open() as work:
        await wrote(work.referrals, work.offers, offer, text)
    return call.show(offer, page=page, said=mark("The office has what you wrote."))


def says_of(form: dict[str, str]) -> Says | None:
    """Return what a form says; None where a reason is missing or nothing known is said.

    Raises:
        DayUnusable: it names no day.
    """
    match form.get("say"):
        case "accept":
            return Says(Action.ACCEPT)
        case "hand-back":
            return Says(Action.HAND_BACK)
        case "decline" if form.get("why") in set(Declined):
            return Says(Action.DECLINE, Declined(form["why"]))
        case "full":
            return Says(Action.FULL, until=_day(form.get("until", "")))
        case _:
            return None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DayUnusable("no day") from None


async def _used_again(call: Call, offer: Offer) -> web.Response:
    """Tell the office once that a link was used again; what it opened stays shut."""
    async with call.desk.deps.open() as work:
        if await work.offers.again(offer, work.referrals.now):
            referral = await work.offers.held(offer)
            await work.referrals.store.alert(referral, f"link-again@{offer.made:%Y%m%d%H%M%S}")
    return call.message(410, USED, NOT_YOU)


def _unknown(call: Call) -> web.Response:
    return call.message(
        404,
        mark("There is no such page"),
        mark("Check that the address is whole, or ask the office that sent it."),
    )


async def _form(request: web.Request) -> dict[str, str]:
    """Return the fields of a posted form.

    Raises:
        web.HTTPUnsupportedMediaType, web.HTTPRequestEntityTooLarge, web.HTTPBadRequest: it is
            none of ours.
    """
    if request.method != "POST":
        return {}
    if request.content_type != FORM_TYPE:
        raise web.HTTPUnsupportedMediaType(headers=HEADERS)
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0, headers=HEADERS)
    try:
        posted = await request.post()
    except (ValueError, LookupError):
        raise web.HTTPBadRequest(headers=HEADERS) from None
    return {name: value for name, value in posted.items() if isinstance(value, str)}
