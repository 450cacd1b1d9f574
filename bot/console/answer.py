"""Answer the person.  A text that cannot be sent is never lost: it comes back in the form."""

from aiohttp import web

from bot.audit import Act, By
from bot.console.access import known_form, working_on
from bot.console.careful import ASKS_CODE, held, stopped
from bot.console.case import (
    LONGEST_ANSWER,
    changed_meanwhile,
    done,
    refused_pending,
    show_case,
)
from bot.console.deps import Work
from bot.console.gate import Visit
from bot.console.noted import note_refused
from bot.console.offices import place_of
from bot.console.words import Note, mark
from bot.privacy import BrokenSeal
from bot.referrals import Author, MoveRefused, NotOpenable, Referral, TakenByAnother, concerns
from bot.replies import render, values_of
from bot.staff import OfficeKeys, Officer

EMPTY = Note(mark("Write something first."))
NO_REPLY = Note(mark("Choose a reply first."))
MISSING = mark("The directory does not know this of your office. Fill it in: %(names)s")
UNREADABLE = Note(
    mark(
        "Nothing was sent: this request does not open with the key of your office. "
        "Tell the duty desk."
    )
)
# Control letters do nothing good in a text, and the two overrides can turn it around for a reader.
REMOVED = {code: None for code in range(32) if chr(code) not in "\n\t"} | {
    0x7F: None,
    0x202D: None,
    0x202E: None,
}


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Keep the answer for the person, or show the form again with the text in it."""
    text = clean(visit.form.get("text", ""))
    if "insert" in visit.form:
        return await _inserted(visit, officer, text)
    if problem := problem_with(text) or stopped(text):
        return await _stopped(visit, officer, text, problem)
    return await _sent(visit, officer, text)


async def _stopped(visit: Visit, officer: Officer, text: str, problem: Note) -> web.StreamResponse:
    """Show why a text goes in no case; that somebody asked for a code stands in the audit."""
    if problem is ASKS_CODE:
        await note_refused(visit.deps, visit.request, officer)
    return await show_case(visit, officer, 400, text=text, text_problem=problem)


async def _sent(visit: Visit, officer: Officer, text: str) -> web.StreamResponse:
    try:
        async with visit.deps.open() as work:
            reference = known_form(visit.request.match_info["reference"])
            await work.hold(reference)
            referral = await working_on(work, officer, reference)
            keys = await visit.keys(work)
            waits = held(text, referral.language, visit.deps.catalogs.languages)
            asked = frozenset(one.code for one in waits) - sure(visit)
            if keys and not asked:
                await _give(work, officer, referral, text, keys)
    except (NotOpenable, BrokenSeal):
        return await show_case(visit, officer, 409, problem=UNREADABLE, kept=text)
    except (MoveRefused, TakenByAnother):
        return await changed_meanwhile(visit, officer, kept=text)
    if not keys:
        return await refused_pending(visit, officer, kept=text)
    if asked:
        return await show_case(visit, officer, 400, text=text, waits=waits)
    return done(referral, "answered")


def sure(visit: Visit) -> frozenset[str]:
    """Return what the officer was asked about and confirmed."""
    return frozenset(visit.form.get("sure", "").split())


async def _give(
    work: Work, officer: Officer, referral: Referral, text: str, keys: OfficeKeys
) -> None:
    """Answer unless it was pressed twice; the audit says what was confirmed, never the text."""
    if await _said_already(work, officer, referral, text, keys):
        return
    answered = await work.referrals.answer(referral, officer.id, text, keys)
    await work.alerts.settle(answered, officer.id, work.referrals.now)
    for concern in sorted(concerns(text)):
        act = Act(f"confirm:{concern}", referral.id, chain=referral.office)
        await work.audit.note(act, By(officer.id, work.referrals.now))


async def _inserted(visit: Visit, officer: Officer, text: str) -> web.StreamResponse:
    """Show the form with a canned reply behind what is written; nothing is sent."""
    language = visit.form.get("reply_language", "")
    named = [one for one in visit.deps.replies if one.id == visit.form.get("reply")]
    if not named or language not in named[0].texts:
        return await show_case(visit, officer, 400, text=text, text_problem=NO_REPLY)
    place = place_of(visit.deps.directory, officer.office)
    filled = render(named[0], language, values_of(place, language))
    problem = Note(MISSING, {"names": " ".join(f"{{{one}}}" for one in filled.missing)})
    return await show_case(
        visit,
        officer,
        text=f"{text}\n\n{filled.text}".strip(),
        text_problem=problem if filled.missing else None,
    )


def clean(text: str) -> str:
    """Return the text with plain line ends and without letters that nobody sees."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(REMOVED).strip()


def problem_with(text: str) -> Note | None:
    """Return why a text cannot be sent, or None."""
    if not text:
        return EMPTY
    if len(text) <= LONGEST_ANSWER:
        return None
    return Note(
        mark(
            "This is %(count)s characters long; %(longest)s are possible. "
            "Shorten it, or send it in two answers."
        ),
        {"count": len(text), "longest": LONGEST_ANSWER},
    )


async def _said_already(
    work: Work, officer: Officer, referral: Referral, text: str, keys: OfficeKeys
) -> bool:
    """Tell whether this very answer was given since the person last wrote: pressed twice."""
    if referral.claimed_by != officer.id:
        return False
    for message in reversed((await work.referrals.case(referral, keys, officer.id)).messages):
        if message.author is not Author.OFFICE:
            return False
        if message.text == text:
            return True
    return False
