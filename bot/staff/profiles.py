"""What an officer says of themselves, so that requests come to somebody who fits.

Nobody is asked for more: the languages they speak and, if they want, that they are a woman.  It
is their own word, it can be taken back at any time, and colleagues see it nowhere.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.errors import Invalid


class LanguageUnknown(Invalid):
    """A language is named that no person can choose here."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Languages by code, and whether the officer said that she is a woman."""

    languages: frozenset[str] = frozenset()
    woman: bool = False


def said(languages: Iterable[str], *, woman: bool, known: Collection[str]) -> Profile:
    """Return the profile of what an officer says.

    Raises:
        LanguageUnknown: `known` lacks a language.
    """
    spoken = frozenset(languages)
    if not spoken <= set(known):
        raise LanguageUnknown("not a language of the chat")
    return Profile(spoken, woman)
