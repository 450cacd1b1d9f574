"""An article cut into messages that fit a small phone screen, at the borders of its blocks.

A length is counted in UTF-16 units, because that is how Telegram counts its limit of 4,096
(core.telegram.org/bots/api#sendmessage).
"""

import re
from collections.abc import Iterable, Iterator

from bot.articles.model import Article

MESSAGE_UNITS = 4096

_SENTENCE_END = re.compile(r"(?<=[.?!؟።。])\s+")


def pages(article: Article, limit: int = 700) -> tuple[str, ...]:
    """Return the text as pages of at most `limit` UTF-16 units, never over 4,096.

    Blocks stay whole where they fit; a longer one is cut between lines, then sentences. A single
    sentence over `limit` stays whole as long as a message can carry it.
    """
    limit = min(limit, MESSAGE_UNITS)
    parts = [part for block in article.blocks for part in _fitting(block, limit)]
    return tuple(_filled(parts, limit))


def units(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _fitting(block: str, limit: int) -> Iterator[str]:
    if units(block) <= limit:
        yield block
        return
    lines = block.split("\n")
    if len(lines) > 1:
        for joined in _joined(lines, "\n", limit):
            yield from [joined] if "\n" in joined else _fitting(joined, limit)
        return
    yield from (
        piece
        for sentence in _joined(_SENTENCE_END.split(block), " ", limit)
        for piece in _carried(sentence)
    )


def _joined(parts: Iterable[str], glue: str, limit: int) -> Iterator[str]:
    held = ""
    for part in parts:
        longer = f"{held}{glue}{part}" if held else part
        if held and units(longer) > limit:
            yield held
            longer = part
        held = longer
    if held:
        yield held


def _carried(sentence: str) -> Iterator[str]:
    """Cut what no message can carry, at spaces where there are any."""
    while units(sentence) > MESSAGE_UNITS:
        # Half the units are enough characters even when each of them takes two units.
        cut = sentence.rfind(" ", 1, MESSAGE_UNITS // 2)
        cut = cut if cut > 0 else MESSAGE_UNITS // 2
        yield sentence[:cut]
        sentence = sentence[cut:].lstrip()
    yield sentence


def _filled(parts: Iterable[str], limit: int) -> Iterator[str]:
    return _joined(parts, "\n\n", limit)
