"""Where a language is at home, by the official languages of countries (CLDR, as Babel has them)."""

from functools import cache

from babel.languages import get_official_languages


@cache
def at_home(language: str, country: str) -> bool:
    """Tell whether a language is official in a country (ISO 3166-1 alpha-2)."""
    spoken = get_official_languages(country, regional=True, de_facto=True)
    return language.partition("-")[0] in {one.partition("_")[0] for one in spoken}
