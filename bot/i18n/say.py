"""Words chosen now and translated when they are sent.

A handler decides what to say; only the dispatcher knows the language.  A line is one whole
sentence: pieces glued together cannot be translated.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, Union


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text that is already in the person's language, such as a vetted article or an answer."""

    text: str


@dataclass(frozen=True, slots=True)
class CountryName:
    """A country (ISO 3166-1 alpha-2), shown by its name in the person's language."""

    code: str


@dataclass(frozen=True, slots=True)
class Line:
    """One translatable sentence with named values; with `plural`, `count` picks the form."""

    template: str
    values: tuple[tuple[str, "Value"], ...] = ()
    plural: str | None = None
    count: int = 0


Text: TypeAlias = Line | Verbatim | CountryName
"""What can be put before a person."""

Value: TypeAlias = Union[str, int, date, datetime, Text]  # noqa: UP007 - named before Line exists
"""What may stand in a line: strings as they are, dates and numbers in the person's way."""


def say(template: str, /, **values: Value) -> Line:
    """Return the sentence, to be translated when it is sent; `{name}` stands for a value."""
    return Line(template, tuple(values.items()))


def say_n(one: str, many: str, count: int, /, **values: Value) -> Line:
    """Return the sentence in the form that fits the count, which it may name as `{count}`."""
    return Line(one, (("count", count), *values.items()), many, count)
