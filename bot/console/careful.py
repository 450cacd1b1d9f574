"""What holds a text up before it goes to the person: stops it, or asks the officer once more.

What was confirmed stands in the form as codes, so that a text which is changed to ask for
something else is asked about again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.console.words import Note, mark
from bot.i18n import Language
from bot.referrals import STOPS, Concern, concerns
from bot.replies import blanks
from bot.understanding import guess

LANGUAGE = "language"
SURE_WORDS = 4
"""A shorter text says too little about its language."""
ASKS_CODE = Note(
    mark(
        "This was not sent: it seems to ask for the code, or holds twelve digits like one. Whoever "
        "has the code can read everything. Nobody may ask for it, and you never need it. Write "
        "phone numbers with + in front."
    )
)
PAPERS = Note(
    mark(
        "This seems to ask for a photo or copy of papers, or of the person. Pictures on a phone "
        "can be found by others, and the chat cannot open them. Ask to see papers at the office."
    )
)
PRIVATE_PLACE = Note(
    mark(
        "This seems to propose a meeting at a home, a hotel or another private address. Meet "
        "people at the office, or in a public place with a colleague."
    )
)
CODE_NAMED = Note(
    mark(
        "This speaks of the code. Whoever has it can read everything: never ask for it, in "
        "whatever words, and let the person never send it to you."
    )
)
ASKS: Mapping[Concern, Note] = {
    Concern.CODE_NAMED: CODE_NAMED,
    Concern.PAPERS: PAPERS,
    Concern.PRIVATE_PLACE: PRIVATE_PLACE,
}


@dataclass(frozen=True, slots=True)
class Held:
    """Why a text waits for a yes of the officer; `code` stands in the form."""

    code: str
    note: Note


def stopped(text: str) -> Note | None:
    """Return why a text goes in no case, or None."""
    if concerns(text) & STOPS:
        return ASKS_CODE
    if left := blanks(text):
        words = mark("Fill in what still stands in braces, or remove it: %(names)s")
        return Note(words, {"names": " ".join(f"{{{one}}}" for one in left)})
    return None


def held(text: str, language: str, known: Mapping[str, Language]) -> tuple[Held, ...]:
    """Return what the officer must confirm before a text goes to a person of this language."""
    found = [Held(one, ASKS[one]) for one in sorted(concerns(text) - STOPS)]
    if written := foreign(text, language):
        names = {"written": _name(written, known), "read": _name(language, known)}
        note = Note(
            mark("This looks like %(written)s. The person reads %(read)s, as far as we know."),
            names,
        )
        found.append(Held(LANGUAGE, note))
    return tuple(found)


def foreign(text: str, language: str) -> str | None:
    """Return the language of a text where it is surely not the person's, else None."""
    if len(text.split()) < SURE_WORDS:
        return None
    found = guess(text)
    return found if found is not None and found != language.partition("-")[0] else None


def _name(code: str, known: Mapping[str, Language]) -> str:
    return known[code].name if code in known else code
