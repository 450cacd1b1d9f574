"""What is typed in place of the code: the code, the word that stops all contact, or anything else.

A wrong code, an unknown number, an expired one and the stop word get the same words after the same
time: two stretches and the same statements, whatever it is.  So a phone in the wrong hands learns
nothing, and neither does somebody who stands beside the person and watches.
"""

from bot.conversation import Reply, Session, Tools, Turn, ask, tell
from bot.i18n import Text, say
from bot.referrals import (
    CODE_DIGITS,
    REFERENCE_DIGITS,
    TRIES_A_DAY,
    BadReference,
    Judged,
    checked_reference,
    judged,
    stop_word,
    which_stops,
)
from bot.understanding import digits, fold
from handlers.receipt.shown import OUT, erased, show

NUMBER = "receipt:number"
FARTHEST = 40
"""Signs within which the number stands, where a word stands behind it."""
WRONG = say("That does not match. Check both and send them again.")


def ask_number(session: Session, *lines: Text) -> Reply:
    """Ask for the number."""
    asked = lines or (say("Your number, please."),)
    return ask(session.drop("receipt"), NUMBER, *asked, choices=OUT)


def secret_of(text: str) -> str | None:
    """Return what may be a code or a stop word, as it is stretched; None for anything else."""
    typed = digits(text)
    if typed is not None:
        return typed if len(typed) == CODE_DIGITS else None
    return stop_word(fold(text))


def number_and_word(text: str) -> tuple[str, str] | None:
    """Return number and stop word where both stand in one message."""
    for at in range(REFERENCE_DIGITS, min(len(text), FARTHEST)):
        typed = digits(text[:at])
        if typed is None or len(typed) > REFERENCE_DIGITS:
            return None
        word = stop_word(fold(text[at:]))
        if len(typed) == REFERENCE_DIGITS and digits(text[at:]) is None and word:
            return (typed, word) if is_reference(typed) else None
    return None


def is_reference(typed: str) -> bool:
    """Tell whether eight digits can be a number: their check digit fits."""
    try:
        return checked_reference(typed) == typed
    except BadReference:
        return False


async def check(reference: str, secret: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Show the request to the one who has its code; everybody else gets the same words."""
    store = tools.referrals.store
    if await store.failures(turn.person, tools.now) >= TRIES_A_DAY:
        return _paused(session)
    kept = await store.kept(reference)
    found = tools.outside.result(
        f"secret {reference} {secret} {kept.check!r} {kept.stop!r}",
        lambda: judged(tools.keys, secret, kept),
    )
    if found.fits and kept.erased is not None:
        return erased(kept.erased, session)
    referral = await store.by_reference(reference)
    if found.fits and referral is not None and not referral.do_not_contact:
        return await show(referral, turn, session, tools, found.reader)
    await tools.referrals.refuse(turn.person, found, referral)
    return ask_number(session, WRONG)


async def alone(turn: Turn, session: Session, tools: Tools) -> Reply | None:
    """Heed a stop word that stands alone in a chat whose address is kept; None for another text."""
    word = stop_word(fold(turn.text or ""))
    store = tools.referrals.store
    checks = await store.contacts.stop_checks(turn.person) if word else ()
    if not word or not checks:
        return None
    met = tools.outside.result(
        f"alone {word}", lambda: which_stops(tools.keys, word, [stop for _, stop in checks])
    )
    if met is None:
        return None
    paused = await store.failures(turn.person, tools.now) >= TRIES_A_DAY
    referral = await store.by_reference(checks[met][0])
    await tools.referrals.refuse(turn.person, Judged(stops=True), referral)
    return _paused(session) if paused else ask_number(session, WRONG)


def _paused(session: Session) -> Reply:
    return tell(
        session.drop("receipt"),
        say("There were too many tries here today. Please wait a day, or use another chat."),
        choices=OUT,
    )
