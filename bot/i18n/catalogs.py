"""The catalogues: a line in English becomes a text in the person's language.

Read from the `.po` files themselves, so that no compiled file can be out of step with them.
A missing message falls back to English, never to an empty text.  In right-to-left languages every
value is isolated (Unicode FSI ... PDI), else a number or a Latin name tears the sentence apart.
"""

import gettext
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.errors import Invalid
from bot.i18n.say import CountryName, Line, Text, Value, Verbatim

SOURCE = "en"
ISOLATE, POP = "\u2068", "\u2069"


class BrokenCatalog(Invalid):
    """A language file cannot be read; names the file and the reason."""


class UnknownLanguage(Invalid):
    """A language is named that is not offered."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language the chat is offered in."""

    code: str
    name: str
    direction: str
    countries: tuple[str, ...]
    exit_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Catalogs:
    """The offered languages and their texts, in the order in which they are listed."""

    languages: Mapping[str, Language]
    translations: Mapping[str, gettext.NullTranslations]

    def pick(self, hint: str | None) -> str:
        """Return the offered language that fits a channel's hint best, English where none does."""
        plain = (hint or "").replace("_", "-").casefold()
        if plain in self.languages:
            return plain
        base = plain.partition("-")[0]
        return base if base in self.languages else SOURCE

    def language(self, code: str) -> Language:
        """Return an offered language.

        Raises:
            UnknownLanguage: it is not offered.
        """
        try:
            return self.languages[code]
        except KeyError:
            raise UnknownLanguage("this language is not offered") from None

    def render(self, text: Text, language: str) -> str:
        """Return the text in an offered language, with values isolated where it runs leftwards."""
        if isinstance(text, Verbatim):
            return text.text
        if isinstance(text, CountryName):
            return country_name(text.code, language)
        values = {name: self._value(value, language) for name, value in text.values}
        return (
            self._template(text, language).format_map(values)
            if values
            else self._template(text, language)
        )

    def _template(self, line: Line, language: str) -> str:
        catalog = self.translations[language]
        if line.plural is None:
            return catalog.gettext(line.template)
        return catalog.ngettext(line.template, line.plural, line.count)

    def _value(self, value: Value, language: str) -> str:
        shown = _shown(value, language)
        if shown is None:
            assert not isinstance(value, str | int | date)  # noqa: S101 - narrows for the checker
            shown = self.render(value, language)
        if self.languages[language].direction == "rtl":
            return f"{ISOLATE}{shown}{POP}"
        return shown


def _shown(value: Value, language: str) -> str | None:
    """Return a plain value in the language's way, digits 0-9; None for a text of its own."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return f"{_day(value, language)}, {value:%H:%M}"
    if isinstance(value, date):
        return _day(value, language)
    return str(value) if isinstance(value, int) else None


def _day(value: date, language: str) -> str:
    """Return a day as the language writes it; English as most of the world does."""
    written = "d MMMM y" if language == SOURCE else "long"
    return format_date(value, written, locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(SOURCE)


@cache
def country_name(code: str, language: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2, XK) in a language; the code if unnamed."""
    return _locale(language).territories.get(code) or Locale(SOURCE).territories.get(code) or code


@cache
def language_name(code: str, language: str) -> str:
    """Return the name of a language (BCP 47) in a language; the code if it has none."""
    names = (_locale(language).languages, Locale(SOURCE).languages)
    return next((one[code] for one in names if code in one), code)


def read_languages(root: Path) -> dict[str, Language]:
    """Return what `languages.toml` lists.

    Raises:
        BrokenCatalog: the file cannot be read or lacks a field.
    """
    path = root / "languages.toml"
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            code: Language(
                code,
                one["name"],
                one["direction"],
                tuple(one.get("countries", ())),
                frozenset(one.get("exit", ())),
            )
            for code, one in listed.items()
        }
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BrokenCatalog(f"{path}: {type(error).__name__}: {error}") from None


def load_catalogs(root: Path, domain: str = "bot", only: Iterable[str] = ()) -> Catalogs:
    """Return the languages under `locales/`, or the named ones; English is always among them.

    Raises:
        BrokenCatalog: a file cannot be read.
        UnknownLanguage: `only` names a language that is not listed.
    """
    listed = read_languages(root)
    wanted = tuple(only) or tuple(listed)
    if unknown := [code for code in wanted if code not in listed]:
        raise UnknownLanguage(f"not in languages.toml: {', '.join(unknown)}")
    codes = wanted if SOURCE in wanted else (SOURCE, *wanted)
    languages = {code: listed[code] for code in codes}
    return Catalogs(languages, {code: _translations(root, code, domain) for code in codes})


def _translations(root: Path, language: str, domain: str) -> gettext.NullTranslations:
    path = root / language / "LC_MESSAGES" / f"{domain}.po"
    if language == SOURCE or not path.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    try:
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    except (OSError, PoFileError, ValueError, UnknownLocaleError) as error:
        raise BrokenCatalog(f"{path}: {error}") from None
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
