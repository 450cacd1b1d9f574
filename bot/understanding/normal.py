"""One spelling for many: what two people write differently but mean alike becomes the same text.

Everything else in this part compares texts only after `fold`; the gazetteer's keys are made with
it too, so a change here needs `tools/build_gazetteer.py` to run again.
"""

import re
import unicodedata

LIMIT = 8192
"""Code points that are read of a text: a Telegram message has 4,096 units at most."""

_DROP = {
    *range(0x0300, 0x0370),  # marks on Latin, Cyrillic and Greek letters, after decomposition
    *range(0x0483, 0x0488),
    *range(0x0591, 0x05C8),  # Hebrew points
    *range(0x064B, 0x0660),  # Arabic vowel marks, hamza above and below
    *range(0x0610, 0x061B),
    *range(0x06D6, 0x06DD),
    *range(0x06DF, 0x06E9),
    *range(0x06EA, 0x06EE),
    *range(0x08D3, 0x0900),
    *range(0xFE00, 0xFE10),  # emoji and text variants
    *range(0xD800, 0xE000),  # lone surrogates: no database and no encoder takes them
    *range(0x200D, 0x2010),  # joiner, left-to-right and right-to-left marks
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x00AD,
    0x061C,
    0x0621,  # a lone hamza is left out as often as it is written
    0x0640,  # tatweel
    0x0670,
    0x180E,
    0x20E3,
    0x200B,
    0xFEFF,
}
_LIKE = {
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h",
    "ə": "e", "ɛ": "e", "ɔ": "o", "ŋ": "n", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ۍ": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ګ": "گ",
    "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۆ": "و", "ۇ": "و", "ۋ": "و",
    # Amharic spells one sound with several letters; the first of each row stands for all.
    **{chr(0x1210 + i): chr(0x1200 + i) for i in range(7)},
    **{chr(0x1280 + i): chr(0x1200 + i) for i in range(7)},
    **{chr(0x1220 + i): chr(0x1230 + i) for i in range(7)},
    **{chr(0x12D0 + i): chr(0x12A0 + i) for i in range(7)},
    **{chr(0x1340 + i): chr(0x1338 + i) for i in range(7)},
}  # fmt: skip
_TABLE: dict[int, str | int | None] = {
    **dict.fromkeys(_DROP),
    **{ord(key): value for key, value in _LIKE.items()},
    0x200C: " ",  # the Persian non-joiner parts words for the ear, not always for the hand
}
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_SPACES = re.compile(r"\s+")
# Python's \w leaves vowel signs out and would cut Bengali, Hindi and Burmese words to pieces.
_MARKS = (
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7\u09e2\u09e3"
    "\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a75\u0a81-\u0a83\u0abc-\u0acd\u0ae2\u0ae3"
    "\u0b01-\u0b03\u0b3c-\u0b57\u0b62\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3e-\u0c56"
    "\u0c62\u0c63\u0c81-\u0c83\u0cbc-\u0cd6\u0ce2\u0ce3\u0d00-\u0d03\u0d3b-\u0d4d\u0d57"
    "\u0d62\u0d63\u0d82\u0d83\u0dca-\u0ddf\u0df2\u0df3\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f18-\u0f39\u0f3e\u0f3f\u0f71-\u0f84\u0f86-\u0fbc"
    "\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d"
    "\u108f\u109a-\u109d\u135d-\u135f\u17b4-\u17d3\u07a6-\u07b0\u07eb-\u07f3"
    "\U00010d24-\U00010d27\U0001e944-\U0001e94a"
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_DIGIT_FILLERS = frozenset("./．／·−\ufe0f\u20e3")


def fold(text: str) -> str:
    """Return the text in one spelling: no case, marks, vowel signs of Arabic or hidden controls.

    Digits of every script become 0-9, the letter families of Arabic, Persian, Urdu and Amharic
    one letter each (Unicode NFKC, then full case folding).  Any text is accepted; folding twice
    gives what folding once gives.
    """
    clean = _CONTROLS.sub(" ", _SURROGATES.sub("", text[:LIMIT]))
    wide = unicodedata.normalize("NFKC", clean)[:LIMIT].casefold()
    bare = unicodedata.normalize("NFD", wide).translate(_TABLE)
    whole = unicodedata.normalize("NFKC", bare)
    return _SPACES.sub(" ", _FOREIGN_DIGIT.sub(_ascii_digit, whole)).strip()


def tokens(text: str) -> list[str]:
    """Return the words of a text, folded; words with vowel signs stay whole, apostrophes part."""
    return _WORD.findall(fold(text))


def words_of(folded: str) -> list[str]:
    """Return the words of a text that is folded already."""
    return _WORD.findall(folded)


def digits(text: str) -> str | None:
    """Return the digits 0-9 of a text that holds nothing but digits of any script and fillers.

    Fillers are spaces, dashes, dots, slashes and invisible marks, so that codes and references
    may be typed as they are shown.  None where there is any other sign, or no digit.
    """
    found: list[str] = []
    for char in text[:LIMIT]:
        value = unicodedata.decimal(char, None)
        if value is not None:
            found.append(str(value))
        elif not _fills(char):
            return None
    return "".join(found) or None


def _fills(char: str) -> bool:
    return (
        char.isspace() or char in _DIGIT_FILLERS or unicodedata.category(char) in {"Pd", "Cf", "Zs"}
    )


def _ascii_digit(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match.group()))
