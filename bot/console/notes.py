"""Note something for colleagues: it never reaches the person."""

from aiohttp import web

from bot.audit import By
from bot.console.access import known_form, visible_to
from bot.console.answer import UNREADABLE, clean, problem_with
from bot.console.case import done, refused_pending, show_case
from bot.console.deps import Work
from bot.console.gate import Visit
from bot.console.talk import may_note
from bot.console.wished import wished_of
from bot.privacy import BrokenSeal
from bot.referrals import NotOpenable, Referral, UnknownReferral
from bot.staff import OfficeKeys, Officer


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Keep the note, or show the form again with the text in it; twice is the same as once."""
    text = clean(visit.form.get("text", ""))
    if problem := problem_with(text):
        return await show_case(visit, officer, 400, note=text, note_problem=problem)
    try:
        async with visit.deps.open() as work:
            reference = known_form(visit.request.match_info["reference"])
            await work.hold(reference)
            referral = await _of(work, officer, reference)
            keys = await visit.keys(work)
            if keys and not await _said_already(work, officer, referral, text, keys):
                await work.notes.add(referral, text, keys, By(officer.id, work.referrals.now))
    except (NotOpenable, BrokenSeal):
        return await show_case(visit, officer, 409, problem=UNREADABLE, kept=text)
    if not keys:
        return await refused_pending(visit, officer, kept=text)
    return done(referral, "noted")


async def _of(work: Work, officer: Officer, reference: str) -> Referral:
    """Return a request that the officer may write a note about.

    Raises:
        UnknownReferral: there is none for them.
    """
    referral = await visible_to(work, officer, reference)
    wished = await wished_of(work, officer, referral)
    if wished.barred or not may_note(officer, referral):
        raise UnknownReferral("not theirs to note")
    return referral


async def _said_already(
    work: Work, officer: Officer, referral: Referral, text: str, keys: OfficeKeys
) -> bool:
    last = (await work.notes.of(referral, keys))[-1:]
    return any(one.officer == officer.id and one.text == text for one in last)
