"""What an officer's text asks of the person that nobody may ask, or only with care.

Whoever asks for the code could read the case as the person; a photo of papers, or a meeting where
nobody watches, is how people are harmed.  Words and their order decide, a clause at a time, in
English, French, Spanish and Arabic whichever the person reads.  What surely asks for the code is
stopped; whatever else names the code is asked about, for there are more ways to ask than anybody
can list.  How often that is right stands in `docs/security.md`; it is a help for the honest, no
fence for the others.
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
IF = re.compile(r"^\W*(?:if|si|اذا)\b")
TWELVE = re.compile(r"(?<![\d+])(?<!\+\d)(?:\d[ \u00a0._/-]{0,3}){11}\d(?!\d)")
ABROAD = re.compile(r"(?:\+|\b00)[\d\s().-]{6,20}")
FOLDED = str.maketrans(
    {"’": "'", "ʼ": "'", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ٱ": "ا", "؟": "?", "ـ": ""}
)


Span: TypeAlias = tuple[int, int]


class Concern(StrEnum):
    """What a text asks for, or names.  The values stand in forms and in the audit."""

    CODE = "code"
    CODE_NAMED = "code-named"
    PAPERS = "papers"
    PRIVATE_PLACE = "private-place"


STOPS = frozenset({Concern.CODE})
"""What is never sent; all else goes when the officer confirms it."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of a sentence, folded."""

    text: str
    before: str
    """What the sentence said until then."""
    last: str
    """The sentence before."""


def concerns(text: str) -> frozenset[Concern]:
    """Return what a text seems to ask for that it should not, and whether it names the code."""
    plain = folded(text)
    found = {Concern.CODE} if TWELVE.search(ABROAD.sub(" ", plain)) else set()
    for clause in _clauses(plain):
        found.update(_asked(clause))
    return frozenset(found)


def folded(text: str) -> str:
    """Return a text without case, accents, letters that nobody sees and other scripts' digits."""
    apart = unicodedata.normalize("NFKD", text.translate(FOLDED)).casefold()
    seen = (one for one in apart if unicodedata.category(one) not in ("Mn", "Cf"))
    plain = "".join(str(unicodedata.digit(one, one)) for one in seen)
    return plain.translate(FOLDED)


def _clauses(plain: str) -> Iterator[_Clause]:
    last = ""
    for sentence in SENTENCES.findall(plain):
        before = ""
        for piece in CLAUSES.split(JOINED.sub(r"\1 ", sentence)):
            yield _Clause(piece, before, last)
            before += f" {piece}"
        last = sentence


def _asked(clause: _Clause) -> Iterator[Concern]:
    plain, before = _without_asides(clause.text), _without_asides(clause.before)
    if code := _of_code(plain, before, _without_asides(clause.last)):
        yield code
    if _asks_papers(plain, before):
        yield Concern.PAPERS
    if any(_stands(speech, plain, _place(speech, plain, before)) for speech in SPEECHES):
        yield Concern.PRIVATE_PLACE


def _without_asides(plain: str) -> str:
    for speech in SPEECHES:
        plain = speech.aside.sub(" ", plain)
    return plain


def _of_code(plain: str, before: str, last: str) -> Concern | None:
    """Return whether the code is asked for, or only named.

    Languages share the word, so each that knows it may say that it is to be kept.
    """
    speak = [one for one in SPEECHES if one.code.search(plain)]
    spoken = [one.span() for speech in speak for one in speech.code.finditer(plain)]
    loose = any(not any(_spared(speech, plain, code) for speech in speak) for code in spoken)
    if loose and any(one.code_sure.search(plain) for one in speak):
        return Concern.CODE
    if _asks_it(plain, before, last):
        return Concern.CODE
    return Concern.CODE_NAMED if spoken else None


def _asks_it(plain: str, before: str, last: str) -> bool:
    return any(
        _stands(speech, plain, one.span())
        for speech in SPEECHES
        if speech.code.search(f"{last} {before}") and not _told_of(speech, before)
        for one in speech.it_asked.finditer(plain)
    )


def _told_of(speech: Speech, before: str) -> bool:
    """Tell whether a sentence began with what somebody else may do: if he asks for it."""
    return bool(IF.search(before) and speech.refused.search(before))


def _spared(speech: Speech, plain: str, code: Span) -> bool:
    """Tell whether what is said of a code is to keep it, or a no, or somebody else's ask."""
    wanted = _reaches(speech.code_wanted, plain, code)
    if not wanted and _reaches(speech.code_kept, plain, code):
        return True
    reach = speech.turns.split(plain[: code[0]])[-1]
    return bool(speech.refused.search(reach)) and not speech.coaxed.search(plain)


def _reaches(pattern: re.Pattern[str], plain: str, code: Span) -> bool:
    found = (one.span() for one in pattern.finditer(plain))
    return any(start <= code[0] and code[1] <= end for start, end in found)


def _asks_papers(plain: str, before: str) -> bool:
    """Tell whether a picture of papers or of the person is asked for.

    Here too a no of any language counts that knows the words.
    """
    speak = [one for one in SPEECHES if one.paper.search(plain) or one.selfie.search(plain)]
    for ask in (_papers(speech, plain) for speech in speak):
        if ask and not any(one.kept.search(plain) or _refused(one, plain, ask) for one in speak):
            return True
    return any(_papers_before(speech, plain, before) for speech in SPEECHES)


def _papers(speech: Speech, plain: str) -> Span | None:
    shown = speech.paper.search(plain) and speech.picture.search(plain)
    found = speech.selfie.search(plain) or shown or speech.paper_sent.search(plain)
    return found.span() if found else None


def _papers_before(speech: Speech, plain: str, before: str) -> bool:
    """Tell whether a picture is asked for of what the sentence named before."""
    ask = speech.picture.search(plain) if speech.paper.search(before) else None
    if ask is None or not speech.asked.search(plain):
        return False
    both = f"{before} {plain}"
    return not speech.kept.search(both) and not speech.refused.search(both)


def _place(speech: Speech, plain: str, before: str) -> Span | None:
    """Return where a meeting at which nobody else is, or an address, is asked for, if it is."""
    met = speech.met.search(plain) if speech.private.search(f"{before} {plain}") else None
    found = met or speech.address.search(plain)
    return found.span() if found else None


def _stands(speech: Speech, plain: str, ask: Span | None) -> bool:
    """Tell whether an ask is one, and not a warning against it or a question about others."""
    return ask is not None and not _refused(speech, plain, ask)


def _refused(speech: Speech, plain: str, ask: Span) -> bool:
    near = plain[max(0, ask[0] - BEFORE) : ask[1]]
    return bool(speech.refused.search(near)) and not speech.coaxed.search(plain)
