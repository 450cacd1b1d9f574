"""A message cut into words that remember how they were written, for the search for places.

Each word carries the forms under which it may be a name: without a French elision, an Arabic
preposition or a Turkish case ending.
"""

import re
from dataclasses import dataclass

from bot.understanding.gazetteer import Words
from bot.understanding.normal import fold, words_of

MOST = 120
"""Words that are looked at; of a longer message its first 80 and last 40."""
_BREAKS = (
    r"\s.,;:!?()\"«»“”،؛؟/\\|…।॥。，、！？¡¿\-–—·•*+=<>\[\]{}#@&~^%$€\u1362\u1363\u1365-\u1368"
)
_CHUNK = re.compile(rf"[^{_BREAKS}]+")
_INITIALS = re.compile(r"\b((?:[^\W\d_]\.){2,})")
_STOPS = re.compile(r"[.,;:!?()،؛؟|…।。，、！？\n]")
_APOSTROPHES = str.maketrans("’ʼʻ`´‘", "''''''")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: folded forms, most literal first, and how it stood in the message."""

    forms: tuple[str, ...]
    capital: bool
    stop: bool
    announced: bool = False

    @property
    def key(self) -> str:
        """The most literal form."""
        return self.forms[0]


def read(text: str) -> list[Word]:
    """Cut a message into words."""
    text = _INITIALS.sub(lambda m: m.group().replace(".", "") + " ", text[:8192])
    chunks = list(_CHUNK.finditer(text.translate(_APOSTROPHES)))
    if len(chunks) > MOST:
        chunks = [*chunks[:80], *chunks[-40:]]
    ends = [one.end() for one in chunks]
    gaps = [text[a : b.start()] for a, b in zip(ends, chunks[1:], strict=False)] + ["."]
    words: list[Word] = []
    for chunk, gap in zip(chunks, gaps, strict=False):
        words.extend(_words(chunk.group(), stop=bool(_STOPS.search(gap))))
    return words[:MOST]


def _words(chunk: str, stop: bool) -> list[Word]:
    parts = fold(chunk).split()
    made: list[Word] = []
    for number, part in enumerate(parts, 1):
        forms = _forms(part)
        if forms:
            held = _held_in(part)
            last = number == len(parts)
            made.append(Word(forms, chunk[0].isupper(), stop and last, held))
    return made


def _forms(part: str) -> tuple[str, ...]:
    """Give the word without apostrophes, its pieces around one, and without Arabic prefixes."""
    pieces = words_of(part)
    joined = "".join(pieces)
    if not joined:
        return ()
    forms = [joined, *(piece for piece in pieces if len(piece) > 2 and piece != joined)]
    if "\u0600" <= joined[0] <= "\u06ff":
        forms.extend(_without_prefix(joined))
    return tuple(dict.fromkeys(forms))


def _without_prefix(word: str) -> list[str]:
    forms = []
    if word[0] in "وفبلك" and len(word) >= 5:
        forms = [word[1:]]
        if word.startswith("لل"):
            forms = [word[2:]]
    return [*forms, *(form[2:] for form in [word, *forms] if form[:2] == "ال" and len(form) >= 5)]


def _held_in(part: str) -> bool:
    """Tell whether the word carries its own 'in': Arabic ب, or a Turkish locative."""
    return (part[0] == "ب" and len(part) >= 5) or part.endswith(("'da", "'de", "'ta", "'te"))


def inflected(word: str) -> list[str]:
    """Give shorter forms of a word in a case: Slavic and Turkish endings, longest word first."""
    if "\u0400" <= word[0] <= "\u04ff":
        return [word[:-cut] + end for cut in (0, 1, 2) if len(word) - cut >= 3 for end in _SLAVIC]
    if word.isascii() and len(word) >= 6:
        return [word[: -len(end)] for end in _TURKISH if word.endswith(end)]
    return []


_SLAVIC = ("", "а", "я", "ь", "ия", "ія", "и", "і", "ы", "о", "е")
_TURKISH = (
    *("dayim", "deyim", "tayim", "teyim", "dayiz", "deyiz", "tayiz", "teyiz"),
    *("da", "de", "ta", "te", "dan", "den", "tan", "ten", "ya", "ye"),
)


def unspaced(word: str) -> list[str]:
    """Give the pieces, longest first, of a run in a script that writes no spaces."""
    run = _UNSPACED.search(word)
    if not run:
        return []
    text = run.group()[:40]
    return [
        text[start : start + size]
        for size in range(min(12, len(text)), 1, -1)
        for start in range(len(text) - size + 1)
    ]


def shouted(words: list[Word]) -> bool:
    """Tell whether capitals say nothing here: every word of several has one."""
    return len(words) > 2 and all(word.capital for word in words)


def leads(words: list[Word], start: int, guard: Words) -> str:
    """Say what announces the word at `start`: 'in', 'from' or ''."""
    found = "in" if words[start].announced else ""
    for back in range(start - 1, max(-1, start - 4), -1):
        key = words[back].key
        if key in guard.inside:
            return "in"
        if key in guard.toward:
            found = found or "from"
        elif key not in guard.silent:
            break
    return found
