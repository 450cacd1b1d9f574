"""Answer the person.  A text that cannot be sent is never lost: it comes back in the form."""

from aiohttp import web

from bot.console.access import known_form, working_on
from bot.console.case import (
    LONGEST_ANSWER,
    changed_meanwhile,
    done,
    refused_pending,
    show_case,
)
from bot.console.deps import Work
from bot.console.gate import Visit
from bot.console.words import Note, mark
from bot.privacy import BrokenSeal
from bot.referrals import Author, MoveRefused, NotOpenable, Referral, TakenByAnother
from bot.staff import OfficeKeys, Officer

EMPTY = Note(mark("Write something first."))
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
    if problem := problem_with(text):
        return await show_case(visit, officer, 400, text=text, text_problem=problem)
    try:
        async with visit.deps.open() as work:
            reference = known_form(visit.request.match_info["reference"])
            await work.hold(reference)
            referral = await working_on(work, officer, reference)
            keys = await visit.keys(work)
            if keys and not await _said_already(work, officer, referral, text, keys):
                answered = await work.referrals.answer(referral, officer.id, text, keys)
                await work.alerts.settle(answered, officer.id, work.referrals.now)
    except (NotOpenable, BrokenSeal):
        return await show_case(visit, officer, 409, problem=UNREADABLE, kept=text)
    except (MoveRefused, TakenByAnother):
        return await changed_meanwhile(visit, officer, kept=text)
    if not keys:
        return await refused_pending(visit, officer, kept=text)
    return done(referral, "answered")


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
