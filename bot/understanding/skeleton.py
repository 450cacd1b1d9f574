"""Romanised Arabic and Arabic script brought to one alphabet of consonants.

People write Arabic in Latin letters in as many ways as there are people; vowels differ most, so
they go, with h, w and y.  Good for proposing an example question, never for certainty.
"""

import re

from bot.understanding.normal import fold, words_of

_ARABIC = str.maketrans(
    {
        **dict.fromkeys("اوياهحعء", ""),
        **dict(zip("بپتطثجچخكقدضذرزظسصشغگفلمن", "bbtttjxkkkdddrzzssxggflmn", strict=True)),
    }
)
_PAIRS = re.compile("kh|gh|sh|ch|ou|th|dh|ph|ck|qu")
_PAIR = {"kh": "k", "gh": "g", "sh": "x", "ch": "x", "ou": "", "th": "t", "dh": "d", "ph": "f"}
_LATIN = str.maketrans(
    {
        **dict.fromkeys("aeiouyhw2378'", ""),
        **dict(zip("5694qcvp", "ktszkkfb", strict=True)),
    }
)
_TWICE = re.compile(r"(.)\1+")
_LATIN_ARTICLE = re.compile(r"^(?:al|el|il)(?=[a-z0-9]{3})")


def skeleton(text: str) -> str:
    """Return the words of a text as consonants of a-z, words without any left out."""
    return " ".join(filter(None, map(bones, words_of(fold(text).replace("'", "3")))))


def bones(word: str) -> str:
    """Return the consonants of one folded word."""
    if word.isascii():
        bare = _LATIN_ARTICLE.sub("", word)
        paired = _PAIRS.sub(lambda m: _PAIR.get(m.group(), "k"), bare)
        return _TWICE.sub(r"\1", paired.translate(_LATIN))
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    return _TWICE.sub(r"\1", bare.translate(_ARABIC))
