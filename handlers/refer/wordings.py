"""What a person types: a word that proves the office, one that stops all contact, an office."""

from bot.conversation import Session, Tools
from bot.i18n import Line, say
from bot.referrals import stop_check, stop_word
from bot.understanding import fold

STEPS = ("word", "stop", "against")
LONGEST, LONGEST_NAME = 60, 200


def with_word(step: str, text: str, session: Session, tools: Tools) -> Session | None:
    """Return the session with the word; None for one that will not do.

    Of the word that stops everything only what a code leaves too is kept, at once.

    Raises:
        Slow: it is being stretched; the handler is called again.
    """
    if step == "word":
        proving = text.strip()
        return session.put(**{"refer.word": f"={proving}"}) if _fits(proving) else None
    if step == "against":
        name = " ".join(text.split())
        return session.put(**{"refer.against": f"={name}"}) if len(name) <= LONGEST_NAME else None
    word = stop_word(fold(text))
    if word is None or word == stop_word(fold(session.slots.get("refer.word", "").lstrip("="))):
        return None
    check = tools.outside.result(f"stop {word}", lambda: stop_check(tools.keys, word))
    return session.put(**{"refer.stop": check.hex()})


def rule(step: str) -> Line:
    """Say what kind of word will do."""
    if step == "word":
        return say("Please type a shorter word, or skip.")
    if step == "against":
        return say("Please type the name alone, or skip.")
    return say(
        "Please type at least four letters, at most three words, and not the word you chose before."
    )


def _fits(word: str) -> bool:
    return 0 < len(word) <= LONGEST
