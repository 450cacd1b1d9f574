"""Accept an invitation: a password first, then the one-time codes, then the door is open.

Opening the link uses nothing up, because mail programs open links before people do.
"""

import asyncio

from aiohttp import web

from bot.console.enrol import end_set_up
from bot.console.gate import Visit, see_other
from bot.console.offices import office_name
from bot.console.qr import picture
from bot.console.sign_in import REQUESTS, let_in
from bot.console.unlock import tend
from bot.console.words import WEAKNESS, Note, mark
from bot.staff import (
    LONGEST,
    SHORTEST,
    Accepted,
    CodeRefused,
    EmailMalformed,
    Invitation,
    InvitationGone,
    OfficerElsewhere,
    OtherBrowser,
    PasswordTooWeak,
    Step,
    accept,
    address_of,
    choose,
    email_of,
    open_invitation,
    spelled,
)

PREFIX = "/console/invitation"
GONE = mark("This invitation is over")


async def show(visit: Visit) -> web.StreamResponse:
    """Show the first step."""
    try:
        async with visit.deps.open() as work:
            known = await open_invitation(_token(visit), work.staff, visit.deps.clock())
    except InvitationGone:
        return _gone(visit)
    return _first_step(visit, known)


async def send_password(visit: Visit) -> web.StreamResponse:
    """Keep the password with the invitation and show the second step, or the first one again."""
    deps, form = visit.deps, visit.form
    try:
        async with deps.open() as work:
            known = await open_invitation(_token(visit), work.staff, deps.clock())
        email = email_of(form.get("email", "")) if known.first else known.email or ""
        if form.get("password", "") != form.get("again", ""):
            return _first_step(visit, known, mark("The two passwords differ. Type them again."))
        # Outside the transaction: it takes half a second and may wait for others.
        chosen = await deps.passwords.choose(form.get("password", ""), email)
        async with deps.open() as work:
            known = await open_invitation(_token(visit), work.staff, deps.clock())
            email, secret = await choose(known, email, chosen, visit.token, work.staff)
    except InvitationGone:
        return _gone(visit)
    except EmailMalformed:
        return _first_step(visit, known, mark("This is not an e-mail address."))
    except PasswordTooWeak as refused:
        return _first_step(visit, known, WEAKNESS[refused.weakness])
    return _second_step(visit, email, secret)


async def send_code(visit: Visit) -> web.StreamResponse:
    """Make the officer and sign them in, or show the second step again."""
    deps = visit.deps
    key = await asyncio.to_thread(deps.set_up.load)
    given = Step(visit.form.get("code", ""), visit.token, key.private if key else None)
    try:
        async with deps.open() as work:
            known = await open_invitation(_token(visit), work.staff, deps.clock())
            try:
                accepted = await accept(known, given, work.staff, deps.clock())
            except CodeRefused:
                return _again(visit, known)
    except InvitationGone:
        return _gone(visit)
    except OtherBrowser:
        return _first_step(visit, known, mark("Choose a password in this browser first."))
    except OfficerElsewhere:
        return _first_step(visit, known, mark("This address belongs to an officer elsewhere."))
    return await _arrived(visit, accepted)


async def _arrived(visit: Visit, accepted: Accepted) -> web.Response:
    """Lead the officer on; who made the recovery key sees its shares first, this once."""
    opened, joined = accepted.opened, accepted.joined
    if joined.left_set_up:
        await end_set_up(visit.deps.set_up)
    if not joined.shares:
        await tend(visit.deps, opened.token, opened.officer)
        return let_in(visit, opened, see_other(REQUESTS))
    # Nothing stands between the shares and who must print them; what is due waits for a sign-in.
    page = visit.show("recovery.html", shares=joined.shares, on=REQUESTS)
    return let_in(visit, opened, page)


def _again(visit: Visit, known: Invitation) -> web.Response:
    if known.proofs is None or known.email is None:
        return _first_step(visit, known, mark("Choose a password first."))
    problem = mark("This code does not fit. Wait for the next one and type it in.")
    return _second_step(visit, known.email, known.proofs.totp_secret, problem)


def _first_step(visit: Visit, known: Invitation, problem: str = "") -> web.Response:
    return visit.show(
        "invitation.html",
        400 if problem else 200,
        invitation=known,
        invited_to=office_name(visit.deps.directory, known.office),
        address=f"{PREFIX}/{_token(visit)}",
        asks_email=known.first,
        email=visit.form.get("email", known.email or "") if known.first else known.email,
        problem=Note(problem) if problem else None,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def _second_step(visit: Visit, email: str, secret: str, problem: str = "") -> web.Response:
    return visit.show(
        "one_time_code.html",
        400 if problem else 200,
        address=f"{PREFIX}/{_token(visit)}",
        picture=picture(address_of(secret, email)),
        secret=spelled(secret),
        problem=Note(problem) if problem else None,
    )


def _gone(visit: Visit) -> web.Response:
    return visit.show(
        "message.html",
        404,
        heading=GONE,
        lines=[
            mark("It was used, replaced by a newer one, or is older than 24 hours."),
            mark("Ask whoever invited you for a new one."),
        ],
        link="/console/sign-in",
        link_words=mark("Sign in"),
    )


def _token(visit: Visit) -> str:
    return visit.request.match_info["token"]
