"""One request: what is known, what the person wrote, what happened, what can be done next."""

from collections.abc import Mapping
from datetime import datetime

from aiohttp import web

from bot.audit import By
from bot.console.access import buttons, known_form, may_keep, may_lift, may_open, visible_to
from bot.console.ageing import aged, erased_on
from bot.console.allows import allows_of
from bot.console.deps import Work
from bot.console.gate import Visit, see_other
from bot.console.noted import note_refused
from bot.console.onward import onward_of
from bot.console.reach import reach_of
from bot.console.talk import talk_of
from bot.console.wished import Wished, wished_of
from bot.console.words import Note, mark
from bot.i18n import country_name
from bot.privacy import BrokenSeal, Log
from bot.referrals import (
    Action,
    Author,
    Case,
    NotOpenable,
    Particulars,
    Referral,
    State,
)
from bot.staff import OfficeKeys, Officer

log = Log(__name__)

ADDRESS = "/console/requests"
LONGEST_ANSWER = 4000
EVERY = frozenset(Action)
WITHOUT_KEY = frozenset({Action.RELEASE})
"""What somebody who cannot read a request may still do: give it to somebody who can."""
PENDING = Note(
    mark(
        "You are pending: a colleague with the key must admit you. "
        "Until then you can read and take nothing."
    )
)
BLANK: dict[str, object] = {"problem": None, "outcome_problem": None, "kept": ""}
BLANK |= {"text": "", "text_problem": None, "waits": (), "note": "", "note_problem": None}
DONE: Mapping[str, str] = {
    "answered": mark("Your answer is kept for the person."),
    "noted": mark("Your note is kept. The person never sees it."),
    "taken": mark("It is yours. The person sees that an office is working on it."),
    "lifted": mark(
        "The person can be answered again: their code opens the request. Nothing is sent to them "
        "unasked before they say yes to it anew."
    ),
    "approved": mark("It is recorded that it may be passed on."),
    "proposed": mark("It is proposed. A second officer of your office must confirm it."),
    "overridden": mark("It is confirmed. It may now be passed on to that one."),
    "kept": mark("Danger to life is recorded. What the person wrote is kept."),
}


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show the request."""
    return await show_case(visit, officer)


async def back(visit: Visit, _officer: Officer) -> web.StreamResponse:
    """Lead a browser that reloads the address of a form back to the request."""
    return see_other(f"{ADDRESS}/{known_form(visit.request.match_info['reference'])}")


async def show_case(
    visit: Visit, officer: Officer, status: int = 200, **shown: object
) -> web.Response:
    """Return the page of the request named in the address, as it is now.

    `shown` may carry `problem`, `text`, `text_problem`, `outcome_problem`, `kept`, `waits`,
    `note` and `note_problem`.

    Raises:
        UnknownReferral: there is none for this officer.
    """
    done = visit.request.query.get("done", "")
    async with visit.deps.open() as work:
        referral = await visible_to(work, officer, visit.request.match_info["reference"])
        keys = await visit.keys(work)
        wished = await wished_of(work, officer, referral)
        own = {} if wished.barred else keys
        case, particulars = await _read(work, officer, referral, own)
        reach = await reach_of(work, referral, work.referrals.now) if keys else None
        allows = await allows_of(work, officer, referral)
        talk = await talk_of(visit, work, officer, referral, (keys, particulars))
        onward = await onward_of(work, officer, referral, particulars, own)
    return visit.show(
        "case.html",
        status,
        **_facts(case, officer, visit.viewer.now),
        messages=case.messages if particulars else (),
        particulars=particulars,
        place=place_words(particulars, visit.viewer.language) if particulars else "",
        actions=_possible(officer, referral, wished) & (EVERY if keys else WITHOUT_KEY),
        wished=wished,
        pending=not keys,
        unreadable=bool(keys)
        and may_open(officer, referral)
        and not wished.barred
        and particulars is None,
        lifts=bool(keys) and may_lift(officer, referral),
        keeps=bool(keys) and may_keep(officer, referral) and not referral.kept,
        reach=reach,
        talk=talk,
        allows=allows,
        onward=onward,
        told=reach.told if reach and answered_last(case) else None,
        longest=LONGEST_ANSWER,
        answered=done == "answered",
        said=DONE.get(done, ""),
        **(BLANK | shown),
    )


def _facts(case: Case, officer: Officer, now: datetime) -> dict[str, object]:
    """Return what the page says of a request without opening it."""
    referral = case.referral
    return {
        "referral": referral,
        "events": case.events,
        "cut": referral.state is State.CLOSED,
        "mine": referral.claimed_by == officer.id and referral.state is not State.WAITING,
        "aged": aged(case, now),
        "gone": erased_on(case),
    }


def _possible(officer: Officer, referral: Referral, wished: Wished) -> frozenset[Action]:
    return buttons(officer, referral) - ({Action.CLAIM} if wished.barred else set())


def answered_last(case: Case) -> bool:
    """Tell whether the office had the last word, so that a line about it may be on its way."""
    return bool(case.messages) and case.messages[-1].author is Author.OFFICE


async def _read(
    work: Work, officer: Officer, referral: Referral, keys: OfficeKeys
) -> tuple[Case, Particulars | None]:
    """Return what happened and, where the officer may and can, what is sealed."""
    if keys and may_open(officer, referral):
        try:
            by = By(officer.id, work.referrals.now)
            particulars = await work.referrals.store.particulars(referral, keys, by)
            return await work.referrals.case(referral, keys, officer.id), particulars
        except (NotOpenable, BrokenSeal) as error:
            log.error("case-does-not-open", error)
    return await work.referrals.case(referral), None


async def refused_pending(visit: Visit, officer: Officer, **shown: object) -> web.Response:
    """Return the request with the line that says why a pending officer cannot do this."""
    await note_refused(visit.deps, visit.request, officer)
    return await show_case(visit, officer, 403, problem=PENDING, **shown)


async def refused_wish(visit: Visit, officer: Officer, status: int, problem: Note) -> web.Response:
    """Return the request with the line that says which wish of the person stands against it."""
    await note_refused(visit.deps, visit.request, officer)
    return await show_case(visit, officer, status, problem=problem)


async def changed_meanwhile(visit: Visit, officer: Officer, **shown: object) -> web.Response:
    """Return the request as it is now, with one line that says why nothing was done."""
    await note_refused(visit.deps, visit.request, officer)
    problem = Note(
        mark("Nothing was changed: somebody else was faster. This is the request as it is now.")
    )
    return await show_case(visit, officer, 409, problem=problem, **shown)


def done(referral: Referral, what: str) -> web.Response:
    """Lead the browser back to the request with a line that says what was done."""
    return see_other(f"{ADDRESS}/{referral.reference}?done={what}")


def place_words(particulars: Particulars, language: str) -> str:
    """Return town and country as far as the person told them."""
    country = country_name(particulars.country, language) if particulars.country else ""
    named = (particulars.place or "").strip()
    if not named or named == country:
        return country
    return f"{named}, {country}" if country and country not in named else named
