"""Help a person at a counter: they give number and code, and what they would read is shown.

What is typed here is asked for once and kept nowhere; the audit says which officer opened which
request, never with what.  What does not open gets one sentence, as in the chat: a number that
nobody has, a wrong code, and the word by which a person who is forced stops everything.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.audit import Outcome
from bot.console.access import categories_of
from bot.console.case import PENDING
from bot.console.deps import Work
from bot.console.gate import Visit
from bot.console.noted import note
from bot.console.words import Note, mark
from bot.limits import Valve
from bot.privacy import Keys, Reason
from bot.referrals import (
    CODE_DIGITS,
    BadReference,
    Category,
    Judged,
    Kept,
    Referral,
    UnknownReferral,
    checked_reference,
    judged,
    stop_word,
)
from bot.staff import Officer, may_hold
from bot.understanding import digits, fold

ADDRESS = "/console/counter"
TRIES_A_DAY = 20
"""Wrong codes of one officer, who may meet many people a day; then a day's pause for them alone."""
WAITING_AT_MOST = 8
ACT = "counter"

WRONG = Note(mark("Number and code do not match. Check both with the person."))
NO_NUMBER = Note(mark("The number has eight digits, and one of these is not right. Ask again."))
NO_CODE = Note(mark("The code has twelve digits. Ask again."))
PAUSED = Note(
    mark(
        "There were too many tries by you today. Wait a day. "
        "The person can read it in the chat or on the page at any time."
    )
)
ERASED: Mapping[Reason, str] = {
    Reason.CLOSED: mark("This request was closed, and erased some time later."),
    Reason.UNCLAIMED: mark("No office took this request in time, and it was erased."),
    Reason.UNFINISHED: mark("The office did not finish in time, and the request was erased."),
}


@dataclass(frozen=True, slots=True)
class Checks:
    """Stretches what was typed beside the event loop, one at a time, with a short line."""

    keys: Keys = field(repr=False)
    valve: Valve = field(default_factory=lambda: Valve(1, most=WAITING_AT_MOST))

    async def judge(self, typed: str, kept: Kept) -> Judged:
        """Return what was typed: the code, the stop word, or neither.

        Raises:
            TooBusy: too many officers wait.
        """
        async with self.valve.passing(urgent=False):
            return await asyncio.to_thread(judged, self.keys, typed, kept)


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show the form."""
    _meets_people(officer)
    return _page(visit)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show what the person would read, or the empty form with one sentence."""
    _meets_people(officer)
    number, secret = _number(visit), _secret(visit)
    if number is None or secret is None:
        return _page(visit, 400, problem=NO_CODE if number else NO_NUMBER)
    async with visit.deps.open() as work:
        if not await visit.keys(work):
            await note(work, officer, ACT, None, Outcome.REFUSED)
            return _page(visit, 403, problem=PENDING)
        if await _paused(work, officer):
            return _page(visit, 429, problem=PAUSED)
        kept = await work.referrals.store.kept(number)
    found = await visit.deps.judge(secret, kept)
    async with visit.deps.open() as work:
        # Counted once more: others of the same officer were checked meanwhile.
        if await _paused(work, officer):
            return _page(visit, 429, problem=PAUSED)
        if found.fits and kept.erased is not None:
            await note(work, officer, ACT, None)
            return _page(visit, erased=ERASED[kept.erased])
        return await _answered(visit, officer, work, number, found)


async def _answered(
    visit: Visit, officer: Officer, work: Work, number: str, found: Judged
) -> web.StreamResponse:
    store = work.referrals.store
    referral = await store.by_reference(number)
    if referral is None or not found.fits or not _may_show(officer, referral):
        await work.referrals.refuse(_asker(officer), found, referral)
        await note(work, officer, ACT, None, Outcome.REFUSED)
        return _page(visit, 404, problem=WRONG)
    messages = await store.answers(referral, found.reader)
    await store.read(referral)
    await note(work, officer, ACT, referral.id)
    return _page(visit, referral=referral, messages=messages)


def _may_show(officer: Officer, referral: Referral) -> bool:
    """Tell whether a counter may show it: a complaint is seen by those alone who work on it."""
    hidden = Category.COMPLAINT not in categories_of(officer)
    return not referral.do_not_contact and not (hidden and referral.category is Category.COMPLAINT)


def _meets_people(officer: Officer) -> None:
    """Let those in who may read what people write.

    Raises:
        UnknownReferral: this role meets nobody at a counter.
    """
    if not may_hold(officer):
        raise UnknownReferral("not for this role")


def _number(visit: Visit) -> str | None:
    try:
        return checked_reference(digits(visit.form.get("number", "")) or "")
    except BadReference:
        return None


def _secret(visit: Visit) -> str | None:
    """Return what may be a code or a stop word, as it is stretched."""
    text = visit.form.get("secret", "")
    typed = digits(text)
    if typed is None:
        return stop_word(fold(text))
    return typed if len(typed) == CODE_DIGITS else None


def _asker(officer: Officer) -> str:
    """Return under what name the wrong codes of an officer are counted."""
    return f"{ACT}.{officer.id}"


async def _paused(work: Work, officer: Officer) -> bool:
    failures = await work.referrals.store.failures(_asker(officer), work.referrals.now)
    return failures >= TRIES_A_DAY


def _page(visit: Visit, status: int = 200, **shown: object) -> web.Response:
    """Return the page; what was typed is never given back."""
    blank = {"problem": None, "erased": None, "referral": None, "messages": ()}
    return visit.show("counter.html", status, **(blank | shown))
