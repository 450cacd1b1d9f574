"""Sign in: the form, and what comes of it."""

import math

from aiohttp import web

from bot.console import cookies
from bot.console.gate import Visit, see_other
from bot.console.unlock import tend
from bot.console.words import Note, mark
from bot.staff import Attempt, Opened, SignedOut, SignInRefused, TooSoon, sign_in, signed_in

REQUESTS = "/console/requests"
REFUSED = Note(
    mark(
        "This did not work. Check e-mail address and password, "
        "and use the next code that your app shows."
    )
)


async def show(visit: Visit) -> web.StreamResponse:
    """Show the form, or what to do where nobody can sign in yet."""
    deps = visit.deps
    token = cookies.read(visit.request, cookies.SIGN_IN, secure=deps.secure)
    async with deps.open() as work:
        try:
            await signed_in(token, work.staff, deps.clock())
        except SignedOut:
            set_up = not await work.staff.has_officers()
            return _form(visit, set_up=set_up)
    return see_other(REQUESTS)


async def send(visit: Visit) -> web.StreamResponse:
    """Check what was typed; lead to the requests, or show the form again with one message."""
    form = visit.form
    attempt = Attempt(
        form.get("email", ""),
        form.get("password", ""),
        form.get("code", ""),
        visit.deps.client(visit.request),
    )
    try:
        opened = await sign_in(attempt, visit.deps.door())
    except SignInRefused:
        return _form(visit, 401, REFUSED)
    except TooSoon as refused:
        seconds = max(1, math.ceil(refused.seconds))
        text = mark("Too many tries. Wait %(seconds)s seconds, then try again.")
        response = _form(visit, 429, Note(text, {"seconds": seconds}))
        response.headers["Retry-After"] = str(seconds)
        return response
    await tend(visit.deps, opened.token, opened.officer)
    return let_in(visit, opened, see_other(REQUESTS))


def let_in(visit: Visit, opened: Opened, response: web.Response) -> web.Response:
    """Give the browser its sign-in with an answer that leads on."""
    secure = visit.deps.secure
    cookies.put(response, cookies.SIGN_IN, opened.token, secure=secure)
    cookies.drop(response, cookies.FORM, secure=secure)
    return response


def _form(
    visit: Visit, status: int = 200, problem: Note | None = None, *, set_up: bool = False
) -> web.Response:
    email = visit.form.get("email", "")
    return visit.show("sign_in.html", status, problem=problem, email=email, set_up=set_up)
