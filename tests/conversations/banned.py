"""Finds banned words in the forms in which they are written: plural, feminine, verb endings.

The lists (`locales/banned.toml`) name words; a translation bends them.  Each is looked for as a
whole word with the usual endings of its language, accents or not; Arabic with what is written onto
a word, as for the words that never stand in an article.
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from bot.articles.wording import used_never

FILE = Path(__file__).parents[2] / "locales" / "banned.toml"
WORDS: dict[str, tuple[str, ...]] = {
    code: tuple(listed["words"])
    for code, listed in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
}
ENDINGS = {
    "en": (("e", "e es ed er ers ing"), ("y", "y ies ied"), ("", "s es ed er ers ing ly")),
    "fr": (
        ("ier", "ier iers iere ieres"),
        ("er", "er e es ent ez ons e ee es ees ant ait aient"),
        ("ir", "ir is it issent i ie ies"),
        ("e", "e es er ent ee ees"),
        ("", "s e es ee ees er ent x"),
    ),
    "es": (
        ("ar", "ar a an o as e en ado ada ados adas ando aron"),
        ("ir", "ir e en es o ido ida idos idas iendo ieron"),
        ("o", "o a os as"),
        ("a", "a o as os"),
        ("e", "e es"),
        ("", "s es"),
    ),
}
"""How a word may end (without accents) that ends so in the list; the first that fits counts."""


def banned_in(text: str) -> list[str]:
    """Return the banned words of any language that stand in a text, in whatever form."""
    plain = _plain(text)
    found = {word for code in ENDINGS for word in WORDS[code] if _form(code, word).search(plain)}
    found |= {word for code in WORDS.keys() - ENDINGS.keys() for word in _as_listed(text, code)}
    return sorted(found)


def _as_listed(text: str, code: str) -> set[str]:
    return {word for _, word in used_never(text, code, WORDS)}


@cache
def _form(code: str, word: str) -> re.Pattern[str]:
    plain = _plain(word)
    end, endings = next((end, all_) for end, all_ in ENDINGS[code] if plain.endswith(end))
    stem = re.escape(plain.removesuffix(end))
    twice = f"{stem[-1]}?" if not end else ""
    forms = "|".join(endings.split())
    return re.compile(rf"(?<!\w)(?:{re.escape(plain)}|{stem}{twice}(?:{forms}))(?!\w)")


def _plain(text: str) -> str:
    marks = unicodedata.normalize("NFD", text.casefold().replace("’", "'"))
    return "".join(char for char in marks if not unicodedata.combining(char))
