"""From a country's name, in any of some ninety languages, to its two-letter code.

The way back (a code in words) belongs to `bot.i18n`; here stands only what people type.
"""

from bot.understanding.gazetteer import Land, gazetteer
from bot.understanding.normal import fold, words_of

MAJOR = frozenset(
    {"*", "en", "fr", "es", "ar", "fa", "ps", "ur", "bn", "tr", "ru", "uk", "pt", "so", "am", "ti"}
    | {"sw", "vi", "zh", "de", "it"}
)
"""Languages (and '*', the short forms) whose names count without knowing the language."""
_SHORT = 3


def country_code(text: str, language: str | None = None) -> str | None:
    """Return the ISO 3166 code of the country that the whole text names, None if it names none."""
    key = " ".join(words_of(fold(text).replace("'", "").replace("’", "")))
    named = believable(key, gazetteer().lands([key]).get(key, []), language)
    return named[0].code if named else None


def believable(key: str, lands: list[Land], language: str | None) -> list[Land]:
    """Keep the countries that somebody writing this language would mean by this name.

    Very short names of other languages are everyday words elsewhere (Vietnamese calls Germany Đức).
    """
    own = [land for land in lands if language in land.languages]
    if own:
        return own
    if len(key) <= _SHORT and key.isascii():
        return [land for land in lands if "*" in land.languages]
    return lands


def well_known(land: Land, language: str | None) -> bool:
    """Tell whether the name is one in the language, or in one of those asked most."""
    return language in land.languages or not MAJOR.isdisjoint(land.languages)
