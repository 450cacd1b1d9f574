"""What an officer's text asks of the person that nobody may ask, or only with care.

Whoever asks for the code could read the case as the person; a photo of papers, or a meeting where
nobody watches, is how people are harmed.  Words and their order decide, a clause at a time, in
English, French, Spanish and Arabic whichever the person reads.  How often that is right stands in
`tests/unit/referrals/test_outgoing.py`; it is a help for the honest, no fence for the others.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.referrals.asking import SPEECHES, Speech

BEFORE = 28
"""Characters before an ask in which a no belongs to it."""
SENTENCES = re.compile(r"[^.!?;\u061b\n]+[.!?;\u061b\n]*")
CLAUSES = re.compile(r"[,\u060c]|\b(?:but|mais|pero|ولكن|لكن)\b")
JOINED = re.compile(
    r"[,\u060c]\s*(?=please|svp|s'il |por favor|من فضلك|رجاء|لو سمحت)"
    r"|(?:(?<=\bwithout)|(?<=\bsans)|(?<=\bsin)|(?<=\bبدون))((?:\s+\w+){1,3})[,\u060c]"
)
"""Commas that part nothing: before a please, behind "without the code"."""
TWELVE = re.compile(r"(?<![\d+])(?<!\+\d)(?:\d[ \u00a0._/-]{0,3}){11}\d(?!\d)")
ABROAD = re.compile(r"(?:\+|\b00)[\d\s().-]{6,20}")
FOLDED = str.maketrans(
    {"’": "'", "ʼ": "'", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ٱ": "ا", "؟": "?", "ـ": ""}
)


Span: TypeAlias = tuple[int, int]


class Concern(StrEnum):
    """What a text asks for.  The values stand in forms and in the audit."""

    CODE = "code"
    PAPERS = "papers"
    PRIVATE_PLACE = "private-place"


STOPS = frozenset({Concern.CODE})
"""What is never sent; all else goes when the officer confirms it."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of a sentence, folded; `before` is what the sentence said until then."""

    text: str
    before: str
    question: bool


def concerns(text: str) -> frozenset[Concern]:
    """Return what a text seems to ask for that it should not."""
    plain = folded(text)
    found = {Concern.CODE} if TWELVE.search(ABROAD.sub(" ", plain)) else set()
    for clause in _clauses(plain):
        for speech in SPEECHES:
            found.update(_asked(speech, clause))
    return frozenset(found)


def folded(text: str) -> str:
    """Return a text without case, accents, letters that nobody sees and other scripts' digits."""
    apart = unicodedata.normalize("NFKD", text.translate(FOLDED)).casefold()
    seen = (one for one in apart if unicodedata.category(one) not in ("Mn", "Cf"))
    plain = "".join(str(unicodedata.digit(one, one)) for one in seen)
    return plain.translate(FOLDED)


def _clauses(plain: str) -> Iterator[_Clause]:
    for sentence in SENTENCES.findall(plain):
        before = ""
        for piece in CLAUSES.split(JOINED.sub(r"\1 ", sentence)):
            yield _Clause(piece, before, "?" in sentence)
            before += f" {piece}"


def _asked(speech: Speech, clause: _Clause) -> Iterator[Concern]:
    plain = speech.aside.sub(" ", clause.text)
    if _asks_code(speech, plain, clause):
        yield Concern.CODE
    if _stands(speech, plain, _papers(speech, plain, question=clause.question)):
        yield Concern.PAPERS
    if _stands(speech, plain, _place(speech, plain)):
        yield Concern.PRIVATE_PLACE


def _asks_code(speech: Speech, plain: str, clause: _Clause) -> bool:
    asks = [*speech.code_asked.finditer(plain)]
    if clause.question:
        asks += speech.code_questioned.finditer(plain)
    if speech.code.search(speech.aside.sub(" ", clause.before)):
        asks += speech.it_asked.finditer(plain)
    return any(_stands(speech, plain, one.span()) for one in asks)


def _papers(speech: Speech, plain: str, *, question: bool) -> Span | None:
    """Return where a picture of papers or of the person is asked for, if it is."""
    if speech.kept.search(plain):
        return None
    shown = speech.paper.search(plain) and speech.picture.search(plain)
    shown = speech.selfie.search(plain) or shown
    asks = speech.asked.search(plain)
    if shown and asks:
        return min(asks.start(), shown.start()), max(asks.end(), shown.end())
    found = shown if question and shown else speech.paper_sent.search(plain)
    return found.span() if found else None


def _place(speech: Speech, plain: str) -> Span | None:
    """Return where a meeting is asked for at which nobody else is, if it is."""
    found = speech.met.search(plain) if speech.private.search(plain) else None
    return found.span() if found else None


def _stands(speech: Speech, plain: str, ask: Span | None) -> bool:
    """Tell whether an ask is one, and not a warning against it or a question about others."""
    if ask is None:
        return False
    near = plain[max(0, ask[0] - BEFORE) : ask[1]]
    return not speech.refused.search(near) or bool(speech.coaxed.search(plain))
