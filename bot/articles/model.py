"""The values of a vetted text: what a person reads, where it comes from, and until when it holds.

Facts that hold in every language (sources, days, countries, related questions) stand only in
`en.md`; a translation takes them from there, so that they cannot differ.
"""

import re
from dataclasses import dataclass
from datetime import date

SOURCE_LANGUAGE = "en"

# The services of a place, as in the contract; `bot.directory` reads the same words from its data.
SERVICES = frozenset(
    {
        "emergency",
        "info",
        "return",
        "trafficking",
        "protection",
        "shelter",
        "health",
        "legal",
        "labour",
        "child",
        "tracing",
        "resettlement",
        "reintegration",
    }
)
AUDIENCES = frozenset({"everyone", "children", "families", "workers", "officials"})

_WORD = re.compile(r"\w[\w’'-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read; `date` is kept as the source gives it, often no more than a year."""

    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who read a text against its source, and on which day."""

    by: str
    date: date


@dataclass(frozen=True, slots=True)
class Article:
    """One answer to one question, in one language, as plain text blocks.

    `language` is the language of these words, which may not be the one that was asked for.
    `revision` is that of the English text, `from_revision` the one these words were made from.
    `blocks` hold no markup; a list is one block with a line for each entry.
    """

    id: str
    language: str
    title: str
    summary: str
    blocks: tuple[str, ...]
    links: tuple[str, ...]
    sources: tuple[Source, ...]
    checked: date
    valid_until: date
    revision: int
    from_revision: int
    draft: bool
    reviewed: Review | None
    starred: bool
    audience: tuple[str, ...]
    countries: tuple[str, ...]
    related: tuple[str, ...]
    services: tuple[str, ...]

    @property
    def topic(self) -> str:
        """Return the part of the id before the dot."""
        return self.id.partition(".")[0]

    @property
    def text(self) -> str:
        """Return the whole text, an empty line between blocks, without the title."""
        return "\n\n".join(self.blocks)

    @property
    def words(self) -> int:
        """Return how many words the text has, without title and addresses."""
        return len(_WORD.findall(re.sub(r"https?://\S+", "", self.text)))

    @property
    def behind(self) -> bool:
        """Say whether the English text has changed since these words were made."""
        return self.from_revision < self.revision

    def expired(self, today: date) -> bool:
        """Say whether the facts must be compared with their sources again."""
        return today > self.valid_until
