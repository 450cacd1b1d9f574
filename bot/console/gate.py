"""What stands in front of every page: who calls, from which page, and what a refusal looks like.

A post counts only when one of our own pages sent it (Origin and Host) and when its form was made
for the same browser (the `csrf` field).  What is not there and what is foreign look the same.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from aiohttp import web

from bot.console import cookies
from bot.console.deps import Deps, Work
from bot.console.headers import SECURITY
from bot.console.noted import note_refused
from bot.console.offices import office_name, office_zone
from bot.console.origin import from_own_page
from bot.console.pages import Pages, Viewer
from bot.console.standing import NOTHING, Standing, standing_of
from bot.console.words import mark
from bot.errors import Absent, Invalid, Unavailable
from bot.privacy import Log
from bot.staff import (
    OfficeKeys,
    Officer,
    SignedOut,
    csrf_fits,
    csrf_of,
    new_token,
    open_keys,
    signed_in,
)

FORM_TYPE = "application/x-www-form-urlencoded"
SIGN_IN = "/console/sign-in"
RETRY_SECONDS = 5

log = Log(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts and the templates."""

    deps: Deps
    pages: Pages


@dataclass(frozen=True, slots=True)
class Visit:
    """One call by a browser that may make it; `token` is its sign-in's, else its form cookie's."""

    request: web.Request
    desk: Desk
    token: str = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    officer: Officer | None = None
    standing: Standing = NOTHING

    @property
    def deps(self) -> Deps:
        """The parts the console is made of."""
        return self.desk.deps

    @property
    def viewer(self) -> Viewer:
        """Who looks at the answer."""
        now, directory = self.deps.clock(), self.deps.directory
        if self.officer is None:
            return Viewer(csrf_of(self.token), now)
        office = self.officer.office
        return Viewer(
            csrf_of(self.token),
            now,
            self.officer,
            office_name(directory, office),
            office_zone(directory, office),
            self.standing,
        )

    async def keys(self, work: Work) -> OfficeKeys:
        """Return the keys that the caller's office has; empty for who is pending or not signed in.

        Opened from the cookie anew at each call: pass it on, never keep it.
        """
        if self.officer is None:
            return {}
        return await open_keys(self.token, self.officer, work.staff)

    def show(self, template: str, status: int = 200, **values: object) -> web.Response:
        """Return a page for whoever calls."""
        return self.desk.pages.show(template, self.viewer, status, **values)


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]
OfficerHandler = Callable[[Visit, Officer], Awaitable[web.StreamResponse]]
WebHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def for_anybody(desk: Desk, handle: Handler) -> WebHandler:
    """Return the handler of a page that needs no sign-in; its forms are tied to a cookie."""

    async def answer(request: web.Request) -> web.StreamResponse:
        secure = desk.deps.secure
        known = cookies.read(request, cookies.FORM, secure=secure)
        token = known or new_token()
        visit = Visit(request, desk, token, await read_form(request))
        if request.method == "POST" and not (known and _own_form(visit)):
            return refused_form(visit)
        response = await _mapped(visit, lambda: handle(visit))
        if not known:
            cookies.put(response, cookies.FORM, token, secure=secure)
        return response

    return answer


def for_officers(desk: Desk, handle: OfficerHandler) -> WebHandler:
    """Return the handler of a page for whoever is signed in."""

    async def answer(request: web.Request) -> web.StreamResponse:
        deps = desk.deps
        token = cookies.read(request, cookies.SIGN_IN, secure=deps.secure)
        visit = Visit(request, desk, token, await read_form(request))
        if request.method == "POST" and not from_own_page(request, deps.public_url):
            return refused_form(visit)
        try:
            visit, officer = await known_visit(visit)
        except SignedOut:
            return _signed_out(visit)
        if request.method == "POST" and not _own_form(visit):
            return refused_form(visit)
        return await _mapped(visit, lambda: handle(visit, officer))

    return answer


async def known_visit(visit: Visit, *, counts_as_use: bool = True) -> tuple[Visit, Officer]:
    """Return the call as that of the officer whose sign-in it carries, as of now.

    Raises:
        SignedOut: it carries none that still holds.
    """
    deps = visit.deps
    async with deps.open() as work:
        officer = await signed_in(
            visit.token, work.staff, deps.clock(), counts_as_use=counts_as_use
        )
        standing = await standing_of(work, officer)
    return replace(visit, officer=officer, standing=standing), officer


async def read_form(request: web.Request) -> Mapping[str, str]:
    """Return the fields of a posted form; of a field sent twice the first counts.

    Raises:
        web.HTTPUnsupportedMediaType: it is no plain form.
        web.HTTPBadRequest: it cannot be decoded.
        web.HTTPRequestEntityTooLarge: it is larger than the application takes.
    """
    if request.method != "POST":
        return {}
    if request.content_type != FORM_TYPE:
        raise web.HTTPUnsupportedMediaType(headers=SECURITY)
    try:
        posted = await request.post()
    except (ValueError, LookupError):
        raise web.HTTPBadRequest(headers=SECURITY) from None
    except web.HTTPRequestEntityTooLarge as large:
        large.headers.update(SECURITY)
        raise
    return {name: value for name, value in reversed(list(posted.items())) if isinstance(value, str)}


def see_other(address: str) -> web.Response:
    """Return an answer that leads the browser on by a GET, so that a reload posts nothing."""
    return web.Response(status=303, headers={**SECURITY, "Location": address})


def not_found(visit: Visit) -> web.Response:
    """Return the page for what is not there, or not there for whoever asks."""
    return visit.show(
        "message.html",
        404,
        heading=mark("There is no such page"),
        lines=[mark("It may have moved, ended, or belong to another office.")],
        link="/console/requests",
        link_words=mark("Go to the requests"),
    )


def refused_form(visit: Visit) -> web.Response:
    """Return the page for a form that none of our own pages sent."""
    return visit.show(
        "message.html",
        403,
        heading=mark("This form is too old"),
        lines=[
            mark("It was made before you signed in, or by another page."),
            mark("Open the page again and repeat what you did."),
        ],
        link="/console/requests",
        link_words=mark("Go to the requests"),
        kept=visit.form.get("text", ""),
    )


def _own_form(visit: Visit) -> bool:
    return from_own_page(visit.request, visit.deps.public_url) and csrf_fits(
        visit.token, visit.form.get("csrf", "")
    )


def _signed_out(visit: Visit) -> web.Response:
    if visit.request.method != "POST":
        response = see_other(SIGN_IN)
    else:
        response = visit.show(
            "message.html",
            401,
            heading=mark("You are signed out"),
            lines=[mark("Nothing was changed. Sign in and do it again.")],
            link=SIGN_IN,
            link_words=mark("Sign in"),
            kept=visit.form.get("text", ""),
        )
    if visit.token:
        cookies.drop(response, cookies.SIGN_IN, secure=visit.deps.secure)
    return response


async def _mapped(
    visit: Visit, handle: Callable[[], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn the families of errors into pages; whatever else goes wrong is the application's."""
    try:
        return await handle()
    except Absent:
        if visit.officer is not None:
            await note_refused(visit.deps, visit.request, visit.officer)
        return not_found(visit)
    except Invalid as error:
        log.info("console-input-refused", code=error.code)
        return visit.show(
            "message.html",
            400,
            heading=mark("This could not be read"),
            lines=[mark("Open the page again and repeat what you did.")],
            link="/console/requests",
            link_words=mark("Go to the requests"),
        )
    except Unavailable as error:
        log.warning("console-unavailable", error)
        response = visit.show(
            "message.html",
            503,
            heading=mark("This does not work at the moment"),
            lines=[mark("Nothing was changed. Wait a moment and try again.")],
            link="/console/requests",
            link_words=mark("Try again"),
        )
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
